"""Follow what was sold of gift packs: facts of orders and refunds go in, in any order and any
number of times; what follows from them is written once."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict
from customers.services.credits import claim_credit, withdraw_claim
from customers.services.locks import lock_number
from partners.events import PackPartsTakenBack, PackSold
from partners.models.packs import PackItem, PackSale
from partners.models.partnerships import Partnership
from partners.models.vouchers import Redemption, Voucher, VoucherPool
from partners.rules.packs import (
    Held,
    SplitTable,
    amounts,
    refund_pieces,
    to_give_again,
    to_give_back,
)
from partners.selectors.packs import (
    Sold,
    has_packs,
    latest_items,
    orders_with_packs,
    refunded,
    sold_in,
    table_in,
    version_at,
    waiting_with_stock,
)
from partners.services import pack_money
from partners.services.vouchers import NoVoucherLeft, draw_voucher, void_vouchers

State = PackItem.State
_UNUSED = (State.WAITING, State.ISSUED, State.EXPIRED, State.STRANDED)
_FOLLOWED = (
    "quantity",
    "lost_units",
    "money_minor",
    "cancelled_at",
    "refunded_minor",
    "followed_at",
)


def follow_orders(any_ids: Collection[int]) -> int:
    """Bring the sales of packs in these orders up to date; how many there are."""
    if not any_ids or not has_packs():
        return 0
    with transaction.atomic():
        order_ids = orders_with_packs(any_ids)
        # Two events of one order would each miss what the other writes.
        for order_id in order_ids:
            lock_number("pack_order", "", str(order_id))
        sold = {(each.order.pk, each.pack.pk): each for each in sold_in(order_ids)}
        sales = PackSale.objects.filter(order__in=order_ids)
        known = {
            (sale.order_id, sale.pack_id): sale
            for sale in sales.select_related("pack", "version", "order", "customer")
        }
        # What an order no longer names first: another pack may have taken its line.
        gone = [key for key in known if key not in sold]
        for key in gone:
            _follow(known[key], None)
        for key, each in sold.items():
            if key not in known and each.quantity:
                known[key] = _create(each)
            if key in known:
                _follow(known[key], each)
    return len(known)


def issue_waiting(*, limit: int = 500) -> int:
    """Draw the vouchers that could not be had when a pack was sold; how many were now. What waits
    for a pool that is empty holds up no other."""
    found = list(waiting_with_stock(limit=limit))
    with transaction.atomic():
        # Else one could be paid back while its voucher is drawn.
        for order_id in sorted({order_id for _, order_id in found}):
            lock_number("pack_order", "", str(order_id))
        waiting = PackItem.objects.filter(pk__in=[pk for pk, _ in found], state=State.WAITING)
        return issue(waiting.select_related("sale__version", "sale__customer").order_by("pk"))


def issue(items: Iterable[PackItem]) -> int:
    """Draw a voucher for each part that waits for one; how many there were. Where a pool is empty,
    or its partner gone, the others of it wait too."""
    empty, drawn = set[int](), 0
    pools = VoucherPool.objects.select_related("brand", "partnership")
    for item in items:
        pool_id = table_in(item.sale.version).parts[item.position].pool_id
        if pool_id is None or pool_id in empty:
            continue
        pool = pools.get(pk=pool_id)
        if pool.partnership.state in Partnership.GONE:
            empty.add(pool_id)
            continue
        try:
            voucher = draw_voucher(
                pool,
                cause=(pack_money.PACK_ITEM, item.pk),
                customer=item.sale.customer,
            )
        except NoVoucherLeft:
            empty.add(pool_id)
            continue
        rows = PackItem.objects.filter(pk=item.pk, state=State.WAITING)
        if rows.update(state=State.ISSUED, voucher=voucher, issued_at=now()):
            drawn += 1
        elif not PackItem.objects.filter(voucher=voucher).exists():
            void_vouchers([voucher.pk], reason="Pack: waits no longer")
    return drawn


def follow_vouchers(voucher_ids: Collection[int]) -> int:
    """What became of vouchers is what became of the parts they stand for; how many changed."""
    items = PackItem.objects.filter(voucher__in=voucher_ids).select_related("voucher", "sale")
    used, unused, expired, late = [], [], [], []
    with transaction.atomic():
        for item in items.select_for_update(no_key=True, of=("self",)).order_by("pk"):
            assert item.voucher is not None
            now_is, was = item.voucher.state, item.state
            if now_is == Voucher.State.REDEEMED and was == State.ISSUED:
                used.append(item)
            elif now_is == Voucher.State.ASSIGNED and was == State.REDEEMED:
                unused.append(item)
            elif now_is == Voucher.State.EXPIRED and was == State.ISSUED:
                expired.append(item)
            elif now_is == Voucher.State.REDEEMED and was == State.EXPIRED:
                late.append(item)
        move_items(used, State.REDEEMED, ended_at=now())
        move_items(unused, State.ISSUED, ended_at=None)
        move_items(expired, State.EXPIRED, ended_at=now())
        move_items(late, State.REDEEMED, ended_at=now())
        pack_money.make_wait(unused)
        _end_paid_back([item for item in unused if item.refunded_at is not None])
        pack_money.make_due([*used, *(item for item in expired if item.keeper == "partner")])
        pack_money.give_back(item for item in expired if item.keeper == "brand")
        if by_brand := [item for item in late if item.keeper == "brand"]:
            pack_money.earn_late(by_brand)
    return len(used) + len(unused) + len(expired) + len(late)


def _end_paid_back(items: Collection[PackItem]) -> None:
    """Used when they were paid back, and not used after all: nobody can use them any more."""
    if not items:
        return
    vouchers = [item.voucher_id for item in items if item.voucher_id]
    void_vouchers(vouchers, reason="Pack: paid back before")
    for item in items:
        item.state = State.ISSUED
    cancelled = [item for item in items if item.sale.cancelled_at is not None]
    others = [item for item in items if item.sale.cancelled_at is None]
    move_items(cancelled, State.VOID, ended_at=now())
    move_items(others, State.REFUNDED, ended_at=now())
    pack_money.give_back(items)


def follow_redemptions(redemption_ids: Collection[int]) -> int:
    """The same, of a file of redemptions."""
    used = Redemption.objects.filter(pk__in=redemption_ids)
    return follow_vouchers(list(used.values_list("voucher", flat=True)))


def take_part_back(item: PackItem) -> None:
    """Somebody of the brand gives the buyer back what one part cost; the shop pays it. Raises
    Conflict for a part that was used, or that came back before."""
    with transaction.atomic():
        lock_number("pack_order", "", str(item.sale.order_id))
        row = PackItem.objects.select_for_update(no_key=True).get(pk=item.pk)
        if row.refunded_at is not None or row.state not in _UNUSED:
            raise Conflict("This part was used, or has come back already.", code="not_refundable")
        _take_back(item.sale, [row], to=State.REFUNDED)
    item.refresh_from_db()


def _create(sold: Sold) -> PackSale:
    version = version_at(sold.pack, sold.order.placed_at)
    sale = PackSale.objects.create(
        pack=sold.pack,
        version=version,
        order=sold.order,
        line_position=sold.positions[0],
        customer=sold.order.customer,
        quantity=sold.quantity,
        money_minor=sold.money_minor,
        sold_at=sold.order.placed_at,
    )
    _add_units(sale, first=0, quantity=sold.quantity, money_minor=sold.money_minor)
    _claim(sold)
    record(PackSold(subject_id=sale.pk, pack_id=sold.pack.pk, quantity=sold.quantity))
    return sale


def _follow(sale: PackSale, sold: Sold | None) -> None:
    """The sale's parts, as order and refunds say now."""
    quantity = sold.quantity if sold else 0
    if quantity and sale.cancelled_at is not None:
        _reinstate(sale)
    if sold and quantity > sale.quantity:
        more = max(sold.money_minor - sale.money_minor, 0)
        extra = quantity - sale.quantity
        _add_units(sale, first=sale.quantity, quantity=extra, money_minor=more)
        sale.quantity, sale.money_minor = quantity, sale.money_minor + more
    if not quantity and sale.cancelled_at is None:
        _cancel(sale)
    pieces = refund_pieces(refunded(sale))
    sale.refunded_minor = min(sum(pieces), sale.money_minor)
    lost = max(sale.quantity - quantity, 0) if quantity else sale.lost_units
    found, sale.lost_units = max(sale.lost_units - lost, 0), lost
    sale.followed_at = now()
    sale.save(update_fields=_FOLLOWED)
    if quantity:
        _refund(sale, pieces, found_units=found)
        waiting = _items(sale).filter(state=State.WAITING)
        issue(waiting.select_related("sale__version", "sale__customer"))


def _add_units(sale: PackSale, *, first: int, quantity: int, money_minor: int) -> None:
    table = table_in(sale.version)
    each = amounts(money_minor, quantity, [part.weight for part in table.parts])
    items = [
        _new_item(sale, table, position=position, unit=first + unit, amount_minor=amount)
        for unit, parts in enumerate(each)
        for position, amount in enumerate(parts)
    ]
    _give(items, table)


def _new_item(
    sale: PackSale, table: SplitTable, *, position: int, unit: int, amount_minor: int, turn: int = 0
) -> PackItem:
    """A part of the brand's own goes with the parcel; a voucher is drawn later."""
    part = table.parts[position]
    is_own = part.pool_id is None
    return PackItem(
        sale=sale,
        position=position,
        unit=unit,
        turn=turn,
        partnership_id=part.partnership_id,
        amount_minor=amount_minor,
        keeper=part.keeper,
        state=State.ISSUED if is_own else State.WAITING,
        issued_at=now() if is_own else None,
    )


def _give(items: Sequence[PackItem], table: SplitTable) -> None:
    PackItem.objects.bulk_create(items)
    prices: dict[int, int] = {}
    for item in items:
        prices[item.unit] = prices.get(item.unit, 0) + item.amount_minor
    for item in items:
        pack_money.promise(item, table, unit_minor=prices[item.unit])


def _cancel(sale: PackSale) -> None:
    """Nobody bought it after all. Who used a part of it did so at the brand's cost."""
    sale.cancelled_at = now()
    items = [item for item in latest_items(_only(sale)) if item.refunded_at is None]
    _take_back(sale, items, to=State.VOID)
    _withdraw(sale)


def _reinstate(sale: PackSale) -> None:
    """What the cancellation took back is given again; refunds are looked at anew."""
    sale.cancelled_at = None
    _give_again(sale, latest_items(_only(sale)), of=State.VOID)
    for sold in sold_in([sale.order_id]):
        if sold.pack.pk == sale.pack_id:
            _claim(sold)


def _give_again(sale: PackSale, items: Iterable[PackItem], *, of: State) -> None:
    """Of these parts, those that are in the state `of`; who used one is no longer at the brand's
    cost."""
    table = table_in(sale.version)
    again, kept = [], []
    for item in items:
        if item.state == of:
            again.append(
                _new_item(
                    sale,
                    table,
                    position=item.position,
                    unit=item.unit,
                    amount_minor=item.amount_minor,
                    turn=item.turn + 1,
                )
            )
        elif item.state == State.REDEEMED and item.refunded_at is not None:
            kept.append(item.pk)
    PackItem.objects.filter(pk__in=kept).update(refunded_at=None)
    _give(again, table)


def _refund(sale: PackSale, pieces: Sequence[int], *, found_units: int) -> None:
    """What refunds and an order that names fewer packs take; packs that it names again are given
    again."""
    items = list(latest_items(_only(sale)))
    held = _held(items)
    if units := to_give_again(held, pieces, lost_units=sale.lost_units, found_units=found_units):
        back = [item for item in items if item.unit in units]
        _give_again(sale, back, of=State.REFUNDED)
        items = list(latest_items(_only(sale)))
        held = _held(items)
    taken = to_give_back(held, pieces, lost_units=sale.lost_units)
    _take_back(sale, [item for item in items if item.pk in taken], to=State.REFUNDED)


def _held(items: Iterable[PackItem]) -> list[Held]:
    return [
        Held(
            item.pk,
            item.unit,
            item.position,
            item.amount_minor,
            is_used=item.state == State.REDEEMED,
            is_back=item.refunded_at is not None,
            is_stranded=item.state == State.STRANDED,
        )
        for item in items
    ]


def _take_back(sale: PackSale, items: Sequence[PackItem], *, to: State) -> None:
    """Unused vouchers hold no longer, and their shares go back; a used part stays its partner's.

    A voucher that is used at this very moment is the faster one: its event comes yet."""
    if not items:
        return
    moment = now()
    ids = [item.pk for item in items]
    vouchers = [i.voucher_id for i in items if i.voucher_id and i.state == State.ISSUED]
    void_vouchers(vouchers, reason=f"Pack: {to.label.lower()}")
    held = Voucher.objects.filter(pk__in=vouchers, state=Voucher.State.REDEEMED)
    follow_vouchers(list(held.values_list("pk", flat=True)))
    rows = PackItem.objects.select_for_update(no_key=True).filter(pk__in=ids)
    unused = [item for item in rows.order_by("pk") if item.state in _UNUSED]
    PackItem.objects.filter(pk__in=ids).update(refunded_at=moment)
    move_items(unused, to, ended_at=moment)
    pack_money.give_back(item for item in unused if item.partnership_id is not None)
    record(PackPartsTakenBack(subject_id=sale.pk, item_ids=ids))


def move_items(items: Collection[PackItem], to: State, *, ended_at: datetime | None) -> None:
    """Parts that are locked, to this state."""
    for item in items:
        assert to in PackItem.TRANSITIONS[State(item.state)], (item, to)
    ids = [item.pk for item in items]
    rows = PackItem.objects.filter(pk__in=ids)
    rows.update(state=to, ended_at=ended_at)
    if to != State.ISSUED:
        # Nobody is given it any more.
        rows.filter(sent_at=None).update(**PackItem.NOBODY)


def _items(sale: PackSale) -> QuerySet[PackItem]:
    return PackItem.objects.filter(sale=sale).order_by("pk")


def _only(sale: PackSale) -> QuerySet[PackSale]:
    return PackSale.objects.filter(pk=sale.pk)


def _claim(sold: Sold) -> None:
    """What these lines earned came of working with others."""
    for position in sold.positions:
        claim_credit(
            order=sold.order,
            source="joint_venture",
            claimant=f"pack:{sold.pack.pk}",
            line_position=position,
        )


def _withdraw(sale: PackSale) -> None:
    claims = sale.order.credit_claims.filter(claimant=f"pack:{sale.pack_id}", withdrawn_at=None)
    for position in list(claims.values_list("line_position", flat=True)):
        withdraw_claim(
            order=sale.order,
            source="joint_venture",
            claimant=f"pack:{sale.pack_id}",
            line_position=position,
        )
