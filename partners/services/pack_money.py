"""What partners get of gift packs, in their lines: promised when a pack is sold, due when its
voucher is used, taken back when it is not."""

from collections.abc import Collection, Iterable
from datetime import timedelta

import msgspec
from django.db.models import QuerySet

from accounts.models.ledger import Cause
from config.kit.clock import now
from partners.models.packs import PackItem
from partners.models.settlements import CommissionLine
from partners.models.vouchers import Redemption
from partners.rules.packs import SplitTable
from partners.services.commissions import add_line, clear_due, take_back

PACK_ITEM = "pack_item"
TAKEN_BACK = "pack_item_back"
LATE = "pack_item_late"
LATE_BACK = "pack_late_back"
PART = "pack"
# A share waits for its voucher, which is used or ends; only a voucher without end waits so long.
_LONG = timedelta(days=36_500)


def promise(item: PackItem, table: SplitTable, *, unit_minor: int) -> None:
    """The partner's share, once for each part that is given."""
    if item.partnership is None:
        return
    add_line(
        item.partnership,
        cause=Cause(PACK_ITEM, item.pk),
        part=PART,
        basis_minor=unit_minor,
        amount_minor=item.amount_minor,
        rule=table,
        happened_at=item.sale.sold_at,
        words=f"{item.sale.pack.name}: {table.parts[item.position].title}",
        lock_days=_LONG.days,
    )


def make_due(items: Iterable[PackItem]) -> None:
    """Their vouchers were used, or their partner keeps what nobody used."""
    moment = now()
    lines = _lines(items).filter(state=CommissionLine.State.PENDING)
    if lines.update(locked_until=moment):
        clear_due(limit=None)


def make_wait(items: Iterable[PackItem]) -> None:
    """A use was taken back at the till: what is due already stays so until somebody uses it
    again, or it ends."""
    lines = _lines(items).filter(state=CommissionLine.State.PENDING)
    lines.update(locked_until=now() + _LONG)


def earn_late(items: Collection[PackItem]) -> None:
    """Their vouchers were used in time, which the partner told after they had expired: what went
    back to the brand then is the partner's after all."""
    # Of each use: one may be taken back, and told again.
    uses = Redemption.objects.filter(taken_back_at=None)
    use_of = {item.pk: uses.get(voucher=item.voucher_id).pk for item in items}
    for line in _lines(items).select_related("rule", "partnership"):
        add_line(
            line.partnership,
            cause=Cause(LATE, use_of[line.cause_id]),
            part=PART,
            basis_minor=line.basis_minor,
            amount_minor=line.amount_minor,
            rule=msgspec.convert(line.rule.rule, SplitTable),
            happened_at=now(),
            words=line.words,
            lock_days=0,
        )
    clear_due(limit=None)


def give_back(items: Iterable[PackItem]) -> None:
    """Their shares are the partners' no longer."""
    for item in items:
        take_back(Cause(PACK_ITEM, item.pk), as_kind=TAKEN_BACK, words="Not used")
        for redemption_id in _told_late(item):
            take_back(Cause(LATE, redemption_id), as_kind=LATE_BACK, words="Not used")


def _told_late(item: PackItem) -> list[int]:
    """The uses of its voucher that were paid though they were told late."""
    uses = Redemption.objects.filter(voucher=item.voucher_id).values("pk")
    late = CommissionLine.objects.filter(cause_kind=LATE, cause_id__in=uses)
    return list(late.order_by("pk").values_list("cause_id", flat=True))


def _lines(items: Iterable[PackItem]) -> QuerySet[CommissionLine]:
    ids = [item.pk for item in items]
    return CommissionLine.objects.filter(cause_kind=PACK_ITEM, cause_id__in=ids)
