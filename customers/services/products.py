"""Know the products: as orders name them, as feeds and programs describe them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Invalid
from config.kit.money import MAX_MINOR
from customers.events.orders import CategoriesChanged, ProductMoved
from customers.models.products import CategoryMapping, MarginAssumption, Product, ProductCost
from customers.services.counting import judge_again

MAX_TAGS = 50
MAX_CATEGORY = 120
_WHOLE_BP = 10_000
# Of more, everybody is judged once instead of the buyers of each.
_FEW_PRODUCTS = 20


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
    """By SKU, made where missing; a title or category that is said replaces the former one, and
    who else bought a product of another category is judged anew, in the background."""
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
            has_moved = category != product.category
            product.title, product.category = title, category
            product.save(update_fields=["title", "category"])
            if has_moved:
                products_moved([product.pk])
    return known


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDetails:
    """What a feed or a program says of a product; None: it says nothing, so it stays as it is."""

    title: str | None = None
    category: str | None = None
    tags: tuple[str, ...] | None = None
    vendor: str | None = None
    price_minor: int | None = None
    compare_at_minor: int | None = None
    image_url: str | None = None
    url: str | None = None
    stock: int | None = None
    is_replenishable: bool | None = None
    language: str | None = None

    def said(self) -> dict[str, object]:
        """The columns this changes."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        if self.tags is not None:
            values["tags"] = list(self.tags)
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Described:
    product: Product
    created: bool
    changed: bool


def describe_product(*, source: str, source_id: str, details: ProductDetails) -> Described:
    """The product `source_id` of `source`, new or described anew. Raises Invalid.

    A changed category moves credits between repeat and cross-sell, and people between segments,
    in the background."""
    _check(details)
    said = details.said()
    with transaction.atomic():
        product, created = Product.objects.select_for_update(no_key=True).get_or_create(
            source=source, source_id=source_id, defaults=said
        )
        if created:
            product.refresh_from_db(fields=["uid"])
            return Described(product, created=True, changed=True)
        changed = {name: value for name, value in said.items() if getattr(product, name) != value}
        if changed:
            Product.objects.filter(pk=product.pk).update(**changed)
            product.refresh_from_db()
        if "category" in changed:
            products_moved([product.pk])
    return Described(product, created=False, changed=bool(changed))


def _check(details: ProductDetails) -> None:
    for name, minor in (("price", details.price_minor), ("compare_at", details.compare_at_minor)):
        if minor is not None and not 0 <= minor <= MAX_MINOR:
            raise Invalid.at(name, "A price is an amount of zero or more.")
    if details.tags is not None and len(details.tags) > MAX_TAGS:
        raise Invalid.at("tags", f"A product has at most {MAX_TAGS} tags.")
    for name, address in (("image_url", details.image_url), ("url", details.url)):
        if address and not address.startswith(("https://", "http://")):
            raise Invalid.at(name, "Write the whole address, beginning with https://.")


def set_cost(*, product: Product, cost_minor: int, valid_from: date) -> ProductCost:
    """What one piece costs from this day on; the same day again replaces what was said."""
    if not 0 <= cost_minor <= MAX_MINOR:
        raise Invalid.at("cost", "A cost is an amount of zero or more.")
    cost, _ = ProductCost.objects.update_or_create(
        product=product, valid_from=valid_from, defaults={"cost_minor": cost_minor}
    )
    return cost


def remove_cost(*, product: Product, valid_from: date) -> None:
    """Take back what was said of one day; the cost before it holds again."""
    ProductCost.objects.filter(product=product, valid_from=valid_from).delete()


def assume_margin(margin_bp: int | None) -> None:
    """The share of the price, in 1/10,000, that is kept where no cost is known; None: no guess."""
    if margin_bp is None:
        MarginAssumption.objects.all().delete()
        return
    if not 0 <= margin_bp <= _WHOLE_BP:
        raise Invalid.at("margin", "A margin is between 0 and 100 %.")
    MarginAssumption.objects.update_or_create(
        defaults={"margin_bp": margin_bp, "updated_at": now()}
    )


def map_categories(mapping: Mapping[str, str]) -> bool:
    """Read these categories of the shop as others ("" or the same name: as the shop has them).

    Categories that are not named stay as they were mapped. True when something changed."""
    with transaction.atomic():
        known = dict(CategoryMapping.objects.values_list("shop_category", "category"))
        wanted = {shop: name for shop, name in mapping.items() if name and name != shop}
        if any(len(name) > MAX_CATEGORY for name in wanted.values()):
            raise Invalid(f"A category has at most {MAX_CATEGORY} characters.")
        gone = [shop for shop in mapping if shop in known and shop not in wanted]
        new = {shop: name for shop, name in wanted.items() if known.get(shop) != name}
        CategoryMapping.objects.filter(shop_category__in=gone).delete()
        for shop in sorted(new):
            CategoryMapping.objects.update_or_create(
                shop_category=shop, defaults={"category": new[shop]}
            )
        if gone or new:
            categories_changed()
    return bool(gone or new)


def categories_changed() -> None:
    """Of many products: what everybody bought, and where the money came from, is judged anew, in
    the background."""
    record(CategoriesChanged(subject_id=judge_again().pk))


def products_moved(product_ids: Collection[int]) -> None:
    """To another category: who bought them is judged anew, in the background."""
    if len(product_ids) > _FEW_PRODUCTS:
        categories_changed()
        return
    Product.objects.filter(pk__in=product_ids).update(judged_up_to=0)
    for pk in sorted(product_ids):
        record(ProductMoved(subject_id=pk))
