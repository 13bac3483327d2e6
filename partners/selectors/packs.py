"""Gift packs: what is in them, which lines of orders sold them, and what became of those."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import msgspec
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest

from config.kit.clock import now
from customers.imports.options import Options
from customers.models.imports import Import
from customers.models.orders import Order, OrderLine, Refund, RefundLine
from partners.models.packs import Pack, PackItem, PackPart, PackSale, PackVersion
from partners.models.partnerships import Partnership
from partners.models.vouchers import Voucher, VoucherPool
from partners.rules.packs import Outcome, PartTerms, Settled, SplitTable, settle
from partners.selectors.offers import offer_day

Kind = PackPart.Kind
State = PackItem.State
# Of more, somebody mistyped the quantity, or it is wholesale.
MOST_PACKS_OF_AN_ORDER = 5_000


def has_packs() -> bool:
    """Whether the brand ever sold one: the one question that an order of any brand costs."""
    return Pack.objects.exclude(state=Pack.State.DRAFT).exists()


def parts_of(pack: Pack) -> list[PackPart]:
    rows = pack.parts.select_related("product", "pool__partnership", "category")
    return list(rows.order_by("position"))


def title_of(part: PackPart) -> str:
    """What fills a need, in words; "" for nothing yet."""
    if part.product is not None:
        return str(part.product)
    if part.pool is not None:
        return part.pool.item or part.pool.name
    return ""


def table_of(pack: Pack) -> SplitTable | None:
    """The split of what is in the pack now; None while nothing is."""
    parts = [
        PartTerms(
            need=part.need,
            title=title_of(part) or part.need,
            weight=part.weight,
            partnership_id=part.pool.partnership_id if part.pool else None,
            pool_id=part.pool_id,
            product_id=part.product_id,
            keeper="partner" if part.keeper == PackPart.Keeper.PARTNER else "brand",
        )
        for part in parts_of(pack)
        if part.kind != Kind.WANTED
    ]
    return SplitTable(price_minor=pack.price_minor, parts=parts) if parts else None


def table_in(version: PackVersion) -> SplitTable:
    return msgspec.convert(version.table, SplitTable)


# --- Facts of orders -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sold:
    """What an order says of a pack: the lines that name its product; `quantity` 0 while the order
    does not count."""

    order: Order
    pack: Pack
    positions: tuple[int, ...]
    quantity: int
    money_minor: int


def orders_with_packs(order_ids: Collection[int]) -> list[int]:
    """Those of these orders that name the product of a pack, or that were sales of one."""
    skus = Pack.objects.exclude(state=Pack.State.DRAFT).values("sku")
    lines = OrderLine.objects.filter(order__in=order_ids, product__source_id__in=skus)
    sales = PackSale.objects.filter(order__in=order_ids)
    return sorted({*lines.values_list("order", flat=True), *sales.values_list("order", flat=True)})


def sold_in(order_ids: Collection[int]) -> list[Sold]:
    """What these orders sold of packs, as the shop tells of it now."""
    packs = list(Pack.objects.exclude(state=Pack.State.DRAFT))
    rows = OrderLine.objects.filter(
        order__in=order_ids, product__source_id__in={pack.sku for pack in packs}
    ).select_related("order__customer", "product")
    lines: dict[tuple[int, int], list[OrderLine]] = {}
    by_id = {pack.pk: pack for pack in packs}
    for line in rows.order_by("order_id", "position"):
        pack = _pack_of(packs, line)
        if pack is not None:
            lines.setdefault((line.order_id, pack.pk), []).append(line)
    return [
        Sold(
            order=found[0].order,
            pack=by_id[pack_id],
            positions=tuple(line.position for line in found),
            quantity=_whole(found),
            money_minor=sum(line.total_minor for line in found),
        )
        for (_, pack_id), found in lines.items()
    ]


def _whole(lines: Sequence[OrderLine]) -> int:
    """How many packs; 0 for what cannot be a sale of some."""
    quantity = sum((line.quantity for line in lines), Decimal(0))
    fits = quantity == int(quantity) and 0 < quantity <= MOST_PACKS_OF_AN_ORDER
    money = sum(line.total_minor for line in lines)
    return int(quantity) if fits and lines[0].order.is_counted and money >= 0 else 0


def _pack_of(packs: Iterable[Pack], line: OrderLine) -> Pack | None:
    """Whose product that was when the order was placed."""
    sku, at = line.product and line.product.source_id, line.order.placed_at
    return next(
        (
            pack
            for pack in packs
            if pack.sku == sku
            and pack.live_from is not None
            and pack.live_from <= at
            and (pack.ended_at is None or at < pack.ended_at)
        ),
        None,
    )


def version_at(pack: Pack, at: datetime) -> PackVersion:
    """The split table that held then."""
    versions = list(pack.versions.order_by("number"))
    return next((each for each in reversed(versions) if each.at <= at), versions[0])


def refunded(sale: PackSale) -> list[tuple[Decimal, int]]:
    """(quantity, money) of what of this sale was given back. A refund without lines is of each
    line of its order in proportion."""
    refunds = Refund.objects.filter(order=sale.order_id, is_counted=True)
    lines = RefundLine.objects.filter(refund__in=refunds).order_by("refund_id", "position")
    of_pack = lines.filter(product__source_id=sale.pack.sku)
    bare = refunds.exclude(pk__in=lines.values("refund_id")).order_by("pk")
    whole = max(sale.order.gross_minor, sale.money_minor)
    return [
        *((line.quantity, line.total_minor) for line in of_pack),
        *(
            (Decimal(0), min(refund.amount_minor, whole) * sale.money_minor // whole)
            for refund in bare
            if whole
        ),
    ]


def order_ids_of_import(job: Import) -> list[int]:
    """Orders of a file that may have sold packs, where it is to be taken as news, and those with
    packs that it told of; without what was looked at since."""
    told = Q(import_id=job.pk) | Q(refunds__import_id=job.pk)
    wanted = told & Q(pack_sales__followed_at__lt=job.finished_at or now())
    if Options.from_json(job.options).is_live:
        skus = Pack.objects.exclude(state=Pack.State.DRAFT).values("sku")
        is_new = Q(pack_sales__isnull=True, lines__product__source_id__in=skus)
        wanted |= Q(import_id=job.pk) & is_new
    return sorted(set(Order.objects.filter(wanted).values_list("pk", flat=True)))


# --- What became of it -----------------------------------------------------------------------


def latest_items(sales: QuerySet[PackSale]) -> QuerySet[PackItem]:
    """The parts of these sales; of one that was given again, the last."""
    rows = PackItem.objects.filter(sale__in=sales)
    rows = rows.select_related("sale", "partnership", "voucher__pool")
    return rows.order_by("sale", "position", "unit", "-turn").distinct("sale", "position", "unit")


def waiting_with_stock(*, limit: int) -> list[tuple[int, int]]:
    """(id, order's id) of parts that wait for a voucher of a pool that has one or makes more."""
    waiting = PackItem.objects.filter(state=State.WAITING)
    by_pool: dict[int, Q] = {}
    kinds = waiting.order_by().values_list("sale__version", "position").distinct()
    versions = PackVersion.objects.in_bulk({version_id for version_id, _ in kinds})
    for version_id, position in kinds:
        pool_id = table_in(versions[version_id]).parts[position].pool_id
        if pool_id is not None:
            which = Q(sale__version=version_id, position=position)
            by_pool[pool_id] = by_pool.get(pool_id, Q()) | which
    free = Voucher.objects.filter(pool=OuterRef("pk"), state=Voucher.State.FREE)
    is_open = Q(expires_on=None) | Q(expires_on__gte=offer_day())
    pools = VoucherPool.objects.filter(is_open, pk__in=by_pool, closed_at=None)
    stocked = pools.filter(Q(makes_more=True) | Exists(free)).order_by("pk")
    found: list[tuple[int, int]] = []
    for pool_id in stocked.values_list("pk", flat=True):
        rows = waiting.filter(by_pool[pool_id]).order_by("pk")
        found += rows.values_list("pk", "sale__order")[: limit - len(found)]
    return found


def to_strand(*, limit: int) -> list[tuple[int, int]]:
    """(id, order's id) of parts that nobody has used, whose partner is gone."""
    gone = Partnership.objects.filter(state__in=Partnership.GONE).values_list("pk", flat=True)
    rows = PackItem.objects.filter(
        partnership__in=list(gone), state__in=(State.WAITING, State.ISSUED), refunded_at=None
    )
    return list(rows.order_by("pk").values_list("pk", "sale__order")[:limit])


def stranded() -> QuerySet[PackItem]:
    """Parts whose partner is gone, and which were neither replaced nor given back."""
    rows = PackItem.objects.filter(~Exists(_later_turn()), state=State.STRANDED, refunded_at=None)
    return rows.order_by("pk")


def unsent_gifts() -> QuerySet[PackSale]:
    """Sales with a pack that nobody is given any more, because the mail could not be written."""
    failed = PackItem.objects.filter(
        failed_at__isnull=False, send_on=None, sent_at=None, state=State.ISSUED
    )
    return PackSale.objects.filter(pk__in=failed.values("sale"), cancelled_at=None)


def title_in(item: PackItem, table: SplitTable) -> str:
    """What a part is: by the table, or by the voucher that replaced its."""
    part = table.parts[item.position]
    if item.voucher is not None and item.voucher.pool_id != part.pool_id:
        return item.voucher.pool.item or item.voucher.pool.name
    return part.title


def pools_for_packs() -> list[VoucherPool]:
    """Pools that packs may draw from."""
    rows = VoucherPool.objects.filter(
        offer=None, closed_at=None, partnership__state=Partnership.State.ACTIVE
    )
    return list(rows.select_related("partnership").order_by("partnership__name", "name", "pk"))


def items_that_count(sales: QuerySet[PackSale]) -> QuerySet[PackItem]:
    """The same for sums: what was taken back and given again by a later word is left out."""
    return PackItem.objects.filter(~Exists(_later_turn()), sale__in=sales)


def _later_turn() -> QuerySet[PackItem]:
    return PackItem.objects.filter(
        sale=OuterRef("sale"),
        position=OuterRef("position"),
        unit=OuterRef("unit"),
        turn__gt=OuterRef("turn"),
    )


def settled(sales: QuerySet[PackSale]) -> Settled:
    """What was taken for these sales, and where it went: by what became of each part, not by the
    ledger, which must say the same of each partner."""
    items = items_that_count(sales)
    is_back = Q(refunded_at__isnull=False)
    groups = items.values("partnership", "keeper", "state", back=is_back)
    outcomes = [
        Outcome(
            row["total"],
            row["partnership"],
            row["keeper"],
            is_used=row["state"] == State.REDEEMED,
            is_expired=row["state"] == State.EXPIRED,
            is_stranded=row["state"] == State.STRANDED,
            is_back=row["back"],
        )
        for row in groups.annotate(total=Sum("amount_minor")).order_by()
    ]
    back = items.filter(is_back, sale=OuterRef("pk")).order_by().values("sale")
    each = sales.annotate(
        back=Coalesce(Subquery(back.annotate(total=Sum("amount_minor")).values("total")), 0)
    )
    money = each.aggregate(
        taken=Coalesce(Sum("money_minor"), 0),
        given_back=Coalesce(Sum(Greatest("refunded_minor", "back")), 0),
    )
    return settle(
        outcomes, taken_minor=int(money["taken"]), given_back_minor=int(money["given_back"])
    )
