"""What the brand's pages show of gift packs: the split as it adds up, what became of each part,
and what could fill a need."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q, Sum

from accounts.models.brands import Brand
from config.kit.paging import page_of
from customers.models.products import Product
from customers.selectors.baskets import companions
from customers.selectors.products import product_page
from partners.models.packs import Pack, PackItem, PackPart, PackSale
from partners.models.partnerships import Partnership
from partners.models.vouchers import Voucher, VoucherPool
from partners.rules.occasions import fits
from partners.rules.packs import Settled
from partners.selectors.packs import (
    items_that_count,
    parts_of,
    settled,
    stranded,
    table_in,
    table_of,
    title_in,
    title_of,
)

State = PackItem.State
SHOWN = 8
_SALES = 20
_STRANDED = 50


@dataclass(frozen=True, slots=True)
class PackRow:
    """One pack of the list. `waiting` parts have no voucher yet."""

    pack: Pack
    sold: int
    money_minor: int
    waiting: int
    wanted: list[str]


@dataclass(frozen=True, slots=True)
class SplitLine:
    """One part in the split: what of the price is its, in minor units."""

    part: PackPart
    title: str
    partner: str
    share_minor: int


@dataclass(frozen=True, slots=True)
class Split:
    """The shares as they are now; they sum to the price, or are all nothing."""

    lines: list[SplitLine]
    total_minor: int
    is_in_use: bool


@dataclass(slots=True)
class PartFigures:
    """What became of one part, over all sales that were not cancelled."""

    need: str
    title: str
    partner: str
    sold: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def issued(self) -> int:
        """Given, whatever came of it since."""
        return self.sold - self.counts[State.WAITING]


@dataclass(frozen=True, slots=True)
class Party:
    name: str
    minor: int


@dataclass(frozen=True, slots=True)
class Figures:
    sold: int
    parts: list[PartFigures]
    money: Settled
    parties: list[Party]
    sales: list[PackSale]


@dataclass(frozen=True, slots=True)
class StrandedRow:
    """A part that was sold, whose partner is gone."""

    item: PackItem
    title: str


@dataclass(frozen=True, slots=True)
class Idea:
    """Something that could fill a need. `permille` of the orders with what is in the pack hold it
    too, `times` likelier than others; None where orders say nothing."""

    product: Product | None
    pool: VoucherPool | None
    title: str
    words: str
    need: int | None
    left: int | None = None
    permille: int | None = None
    times: float | None = None


def pack_rows() -> list[PackRow]:
    """All packs: those on sale first, then the newest."""
    sold = {
        row["pack"]: (row["quantity"], row["money"])
        for row in PackSale.objects.filter(cancelled_at=None)
        .values("pack")
        .annotate(quantity=Sum("quantity"), money=Sum("money_minor"))
        .order_by()
    }
    items = PackItem.objects.filter(state=State.WAITING).values_list("sale__pack").order_by()
    waiting = dict(items.annotate(n=Count("pk")))
    wanted: dict[int, list[str]] = {}
    rows = PackPart.objects.filter(kind=PackPart.Kind.WANTED).order_by("position")
    for pack_id, need in rows.values_list("pack", "need"):
        wanted.setdefault(pack_id, []).append(need)
    first = {Pack.State.LIVE: 0, Pack.State.DRAFT: 1, Pack.State.ENDED: 2}
    packs = sorted(Pack.objects.order_by("-pk"), key=lambda pack: first[Pack.State(pack.state)])
    return [
        PackRow(pack, *sold.get(pack.pk, (0, 0)), waiting.get(pack.pk, 0), wanted.get(pack.pk, []))
        for pack in packs
    ]


def split_of(pack: Pack) -> Split:
    """What each part would get of the price, wanted ones nothing."""
    parts, table = parts_of(pack), table_of(pack)
    shares = iter(table.shares() if table else ())
    weight = sum(part.weight for part in parts)
    lines = []
    for part in parts:
        share = next(shares) if part.kind != PackPart.Kind.WANTED and weight else 0
        partner = part.pool.partnership.name if part.pool else ""
        lines.append(SplitLine(part, title_of(part), partner, share))
    last = pack.versions.order_by("-number").first()
    in_use = last is not None and table is not None and table_in(last) == table
    return Split(lines, sum(line.share_minor for line in lines), in_use)


def figures_of(pack: Pack, brand: Brand) -> Figures:
    sales = PackSale.objects.filter(pack=pack)
    money = settled(sales)
    names = dict(Partnership.objects.filter(pk__in=money.partners_minor).values_list("pk", "name"))
    held = sorted(money.partners_minor.items(), key=lambda each: names[each[0]])
    parties = [Party(names[pk], minor) for pk, minor in held]
    recent = sales.select_related("order", "customer").order_by("-pk")
    return Figures(
        sold=sales.filter(cancelled_at=None).aggregate(n=Sum("quantity"))["n"] or 0,
        parts=_part_figures(pack),
        money=money,
        parties=[*parties, Party(brand.name, money.brand_minor)],
        sales=list(recent[:_SALES]),
    )


def stranded_rows(*, below: int | None) -> tuple[list[StrandedRow], bool]:
    """The newest first, and whether there are more."""
    items = stranded().select_related(
        *("sale__pack", "sale__version", "sale__order", "partnership", "voucher__pool")
    )
    page = page_of(items, limit=_STRANDED, after=below)
    rows = [StrandedRow(item, title_in(item, table_in(item.sale.version))) for item in page.items]
    return rows, page.has_more


def _part_figures(pack: Pack) -> list[PartFigures]:
    tables = {version.pk: table_in(version) for version in pack.versions.all()}
    rows = items_that_count(PackSale.objects.filter(pack=pack)).exclude(state=State.VOID)
    found: dict[tuple[str, str, str], PartFigures] = {}
    groups = rows.values("sale__version", "position", "partnership__name", "state")
    for row in groups.annotate(n=Count("pk")).order_by("position", "sale__version"):
        part = tables[row["sale__version"]].parts[row["position"]]
        key = (part.need, part.title, row["partnership__name"] or "")
        figures = found.setdefault(key, PartFigures(*key))
        figures.sold += row["n"]
        figures.counts[row["state"]] += row["n"]
    return list(found.values())


def ideas_for(pack: Pack, brand: Brand, *, search: str = "") -> list[Idea]:
    """What goes with what is in the pack, by the brand's own orders; or what a search finds."""
    parts = parts_of(pack)
    wanted = [part for part in parts if part.kind == PackPart.Kind.WANTED]
    inside = [part.product_id for part in parts if part.product_id]
    if search:
        found = [product for product, _ in product_page(search=search).rows[:SHOWN]]
        return [_of_product(product, wanted) for product in found]
    return [
        _of_product(
            each.product,
            wanted,
            permille=round(each.confidence * 1_000) if inside else None,
            times=each.lift if inside else None,
        )
        for each in companions(inside, as_of=brand.today, most=SHOWN)
    ]


def vouchers_for(pack: Pack) -> list[Idea]:
    """Pools of partners and sister brands that are made for packs; what fits a need first."""
    parts = parts_of(pack)
    wanted = [part for part in parts if part.kind == PackPart.Kind.WANTED]
    taken = {part.pool_id for part in parts}
    free = Count("vouchers", filter=Q(vouchers__state=Voucher.State.FREE))
    pools = (
        VoucherPool.objects.filter(
            offer=None, closed_at=None, partnership__state=Partnership.State.ACTIVE
        )
        .exclude(pk__in=[pk for pk in taken if pk])
        .select_related("partnership__category")
        .annotate(free=free)
        .order_by("partnership__name", "name")
    )
    ideas = [_of_pool(pool, wanted) for pool in pools]
    return sorted(ideas, key=lambda idea: idea.need is None)


def _of_product(
    product: Product,
    wanted: Sequence[PackPart],
    *,
    permille: int | None = None,
    times: float | None = None,
) -> Idea:
    need = _need(wanted, str(product), product.category)
    return Idea(product, None, str(product), product.category, need, None, permille, times)


def _of_pool(pool: VoucherPool, wanted: Sequence[PackPart]) -> Idea:
    partner = pool.partnership
    category = partner.category.name if partner.category else ""
    title = pool.item or pool.name
    need = _need(wanted, title, pool.name, category)
    left = None if pool.makes_more else pool.free  # type: ignore[attr-defined]
    return Idea(None, pool, title, partner.name, need, left)


def _need(wanted: Sequence[PackPart], *words: str) -> int | None:
    """The part that this could fill."""
    return next((part.pk for part in wanted if fits(part.need, *words)), None)
