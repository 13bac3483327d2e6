"""Vouchers of gift packs whose partner is gone: they hold no longer, the buyer is told, and
somebody of the brand gives the money back or another voucher."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict
from customers.services.locks import lock_number
from partners.events import PackPartReplaced, PackPartsStranded
from partners.models.packs import PackItem, PackSale
from partners.models.vouchers import Voucher, VoucherPool
from partners.selectors.packs import stranded, table_in, to_strand
from partners.services import pack_money
from partners.services.pack_sales import follow_vouchers, move_items
from partners.services.packs import check_for_packs
from partners.services.vouchers import draw_voucher, void_vouchers

State = PackItem.State


def strand_parts(*, limit: int = 100) -> int:
    """Void what nobody has used yet of partners with whom it is over; their shares go back to the
    brand. How many parts. What was sold of them since is found as well."""
    found = to_strand(limit=limit)
    with transaction.atomic():
        for order_id in sorted({order_id for _pk, order_id in found}):
            lock_number("pack_order", "", str(order_id))
        unused = (State.WAITING, State.ISSUED)
        rows = PackItem.objects.filter(pk__in=[pk for pk, _order_id in found], state__in=unused)
        vouchers = [pk for pk in rows.values_list("voucher", flat=True) if pk]
        void_vouchers(vouchers, reason="Pack: its partner is gone")
        # Used at this very moment: that was faster.
        used = Voucher.objects.filter(pk__in=vouchers, state=Voucher.State.REDEEMED)
        follow_vouchers(list(used.values_list("pk", flat=True)))
        gone = list(rows.select_for_update(no_key=True).order_by("pk"))
        move_items(gone, State.STRANDED, ended_at=now())
        pack_money.give_back(gone)
        _record(gone)
    return len(found)


def replace_part(item: PackItem, pool: VoucherPool) -> PackItem:
    """A voucher of another pool takes the place of one that was stranded, for the same money; the
    buyer gets their page once more. Raises Conflict for a part that is not stranded or was settled
    otherwise, and for a pool that packs cannot draw from or that has none left."""
    check_for_packs(pool)
    with transaction.atomic():
        lock_number("pack_order", "", str(item.sale.order_id))
        row = stranded().filter(pk=item.pk).select_for_update(no_key=True, of=("self",)).first()
        if row is None:
            raise Conflict(_("This part was replaced or given back already."), code="not_stranded")
        sale = item.sale
        new = PackItem.objects.create(
            sale=sale,
            position=row.position,
            unit=row.unit,
            turn=row.turn + 1,
            partnership=pool.partnership,
            amount_minor=row.amount_minor,
            keeper=row.keeper,
        )
        cause = (pack_money.PACK_ITEM, new.pk)
        new.voucher = draw_voucher(pool, cause=cause, customer=sale.customer)
        new.state, new.issued_at = State.ISSUED, now()
        new.save(update_fields=["voucher", "state", "issued_at"])
        whole = PackItem.objects.filter(sale=sale, unit=row.unit, turn=0)
        pack_money.promise(
            new,
            table_in(sale.version),
            unit_minor=sum(whole.values_list("amount_minor", flat=True)),
        )
        PackSale.objects.filter(pk=sale.pk).update(told_at=None)
        record(PackPartReplaced(subject_id=sale.pk, item_id=new.pk))
    return new


def _record(items: Iterable[PackItem]) -> None:
    by_sale: dict[int, list[int]] = defaultdict(list)
    for item in items:
        by_sale[item.sale_id].append(item.pk)
    for sale_id, ids in sorted(by_sale.items()):
        record(PackPartsStranded(subject_id=sale_id, item_ids=ids))
