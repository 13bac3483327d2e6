"""The brand's products: the list, what each sold, what a piece costs, and their categories."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count, QuerySet

from accounts.scope import current_brand_id
from config.kit import sql
from config.kit.paging import page_of
from customers.models.products import CategoryMapping, MarginAssumption, Product, ProductCost
from customers.rules.months import last_months

PAGE = 50
_WHOLE_BP = 10_000
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Sales:
    """What a product sold, refunds taken off: minor units, pieces, different buyers."""

    minor: int = 0
    pieces: Decimal = Decimal(0)
    buyers: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """What one piece costs, in minor units; `is_assumed` when it follows from the margin."""

    minor: int
    is_assumed: bool


@dataclass(frozen=True, slots=True)
class ProductPage:
    """One page of the list, newest products first; `before` and `after` lead on, 0: nowhere."""

    rows: list[tuple[Product, Sales]]
    total: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class ShopCategory:
    """A category as the shop names it, how many products stand in it, what the brand reads."""

    name: str
    products: int
    mapped: str


def product_page(
    *, search: str = "", category: str = "", before: int | None = None, after: int | None = None
) -> ProductPage:
    """Products whose title or code holds the text, in this category of the shop's."""
    rows = _matching(search, category)
    page = page_of(rows, limit=PAGE, before=before, after=after)
    sold = sales([product.pk for product in page.items])
    items = page.items
    is_back = before is not None
    has_newer = page.has_more if is_back else after is not None
    has_older = True if is_back else page.has_more
    return ProductPage(
        rows=[(product, sold.get(product.pk, Sales())) for product in items],
        total=rows.count(),
        before=items[0].pk if items and has_newer else 0,
        after=items[-1].pk if items and has_older else 0,
    )


def _matching(search: str, category: str) -> QuerySet[Product]:
    rows: QuerySet[Product] = Product.objects.all()
    if category:
        rows = rows.filter(category=category)
    if search:
        rows = rows.filter(title__icontains=search) | rows.filter(source_id__icontains=search)
    return rows


def sales(product_ids: Collection[int]) -> dict[int, Sales]:
    """Of these products, by id; one that never sold is missing."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("customers", "product_sales"),
            {"brand_id": current_brand_id(), "product_ids": sorted(product_ids)},
        )
        return {pk: Sales(minor, pieces, buyers) for pk, minor, pieces, buyers in cursor.fetchall()}


def sales_by_month(product: Product, *, as_of: date) -> list[tuple[date, int]]:
    """Minor units of each of the last twelve months, the one of `as_of` included."""
    months = last_months(as_of, _MONTHS)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("customers", "product_months"),
            {
                "brand_id": current_brand_id(),
                "product_id": product.pk,
                "start": months[0],
                "end": as_of,
            },
        )
        sold = dict(cursor.fetchall())
    return [(month, sold.get(month, 0)) for month in months]


def cost_at(product: Product, day: date) -> Cost | None:
    """What one piece cost on a day: as it was written down, else what the brand's margin leaves
    of the price; None when neither is known."""
    known = (
        ProductCost.objects.filter(product=product, valid_from__lte=day)
        .order_by("-valid_from")
        .values_list("cost_minor", flat=True)
        .first()
    )
    if known is not None:
        return Cost(known, is_assumed=False)
    margin = assumed_margin_bp()
    if margin is None or product.price_minor is None:
        return None
    # Halves go up: a cost is rather said too high than too low.
    cost = (product.price_minor * (_WHOLE_BP - margin) + _WHOLE_BP // 2) // _WHOLE_BP
    return Cost(cost, is_assumed=True)


def assumed_margin_bp() -> int | None:
    """The share of the price the brand assumes it keeps, in 1/10,000; None when it never said."""
    margin: int | None = MarginAssumption.objects.values_list("margin_bp", flat=True).first()
    return margin


def categories() -> list[str]:
    """The shop's own categories, by name."""
    rows = Product.objects.exclude(category="").order_by("category")
    return list(rows.values_list("category", flat=True).distinct())


def shop_categories() -> list[ShopCategory]:
    """Each category of the shop with what the brand reads in its place ("": the same)."""
    mapped = dict(CategoryMapping.objects.values_list("shop_category", "category"))
    rows = Product.objects.exclude(category="").order_by("category").values_list("category")
    return [
        ShopCategory(name, count, mapped.get(name, ""))
        for name, count in rows.annotate(products=Count("pk"))
    ]
