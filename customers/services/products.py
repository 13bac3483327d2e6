"""Know the products: as orders name them, as feeds and programs describe them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from customers.models.products import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """A line of an order or refund as its source tells it. `total_minor` is the line's money in
    minor units; a discount may be negative."""

    sku: str
    total_minor: int
    quantity: Decimal = Decimal(1)
    title: str = ""
    category: str = ""


def products_of(source: str, lines: Sequence[NewLine]) -> dict[str, Product]:
    """By SKU, made where missing; a title or category that is said replaces the former one."""
    latest = {line.sku: line for line in lines}
    rows = Product.objects.filter(source=source, source_id__in=latest)
    known = {product.source_id: product for product in rows}
    missing = [
        Product(source=source, source_id=sku, title=line.title, category=line.category)
        for sku, line in sorted(latest.items())
        if sku not in known
    ]
    if missing:
        Product.objects.bulk_create(missing, ignore_conflicts=True)
        known = {product.source_id: product for product in rows.all()}
    for sku in sorted(known):
        product, line = known[sku], latest[sku]
        title, category = line.title or product.title, line.category or product.category
        if (title, category) != (product.title, product.category):
            product.title, product.category = title, category
            product.save(update_fields=["title", "category"])
    return known
