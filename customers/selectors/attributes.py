"""The brand's own attributes: what they are called, how their values are read and shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.formats import get_format

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from config.kit import formats
from customers.models.attributes import AttributeDefinition
from customers.models.customers import Customer
from customers.models.segments import Segment
from customers.rules.attributes import Reading, Shape, Value
from customers.selectors.membership import leaves_of

_MONTH_FIRST = frozenset({"en", "en-us"})
_PLACES = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """One attribute of a customer as a page shows it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """One attribute of the settings page, and how many customers have a value."""

    definition: AttributeDefinition
    customers: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the change of an attribute has come: customers done, of how many."""

    label: str
    done: int
    total: int
    is_going: bool

    @property
    def what(self) -> str:
        return f"“{self.label}” {'goes from all customers' if self.is_going else 'is changed'}"


def progress_of(definition: AttributeDefinition) -> Progress | None:
    """None when nothing is on its way."""
    change = definition.changing
    if change is None:
        return None
    return Progress(definition.label, change["done"], change["of"], change["is_going"])


def changes_on_their_way() -> list[Progress]:
    rows = AttributeDefinition.objects.filter(changing__isnull=False).order_by("label")
    return [found for row in rows if (found := progress_of(row))]


def attribute_rows() -> list[AttributeRow]:
    """All attributes by label, each with its use."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, count(*) FROM customers_customer, jsonb_object_keys(attributes) AS name"
            " WHERE brand_id = %s AND merged_into_id IS NULL GROUP BY name",
            [current_brand_id()],
        )
        used = dict(cursor.fetchall())
    rows = AttributeDefinition.objects.order_by("label", "name")
    return [AttributeRow(row, used.get(row.name, 0)) for row in rows]


def definitions() -> dict[str, AttributeDefinition]:
    """All of the brand's attributes by name."""
    return {row.name: row for row in AttributeDefinition.objects.order_by("name")}


def shape_of(definition: AttributeDefinition) -> Shape:
    return Shape(definition.kind, tuple(definition.choices))


def reading_of(brand: Brand) -> Reading:
    """How this brand's people write numbers, money and days."""
    return Reading(
        currency=brand.currency,
        decimal_mark="," if get_format("DECIMAL_SEPARATOR", lang=brand.locale) == "," else ".",
        is_day_first=brand.locale.lower() not in _MONTH_FIRST,
    )


def current_reading() -> Reading:
    """The reading of the brand in scope."""
    return reading_of(Brand.objects.get(pk=current_brand_id()))


def shown_attributes(customer: Customer, brand: Brand) -> list[Shown]:
    """What is known of a customer in the brand's own attributes, as its people write it."""
    known = definitions()
    return [
        Shown(
            known[name].label if name in known else name,
            shown_value(value, known.get(name), brand),
        )
        for name, value in sorted(customer.attributes.items())
    ]


def shown_value(value: Value, definition: AttributeDefinition | None, brand: Brand) -> str:
    """One value in the brand's locale; without a definition by the value's own type."""
    kind = definition.kind if definition else AttributeDefinition.Kind.TEXT
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if kind == AttributeDefinition.Kind.MONEY and isinstance(value, int):
        return formats.money(value, brand.currency, brand.locale)
    if isinstance(value, int):
        return formats.number(value, brand.locale)
    if isinstance(value, float):
        places = len(f"{value:.{_PLACES}f}".rstrip("0").partition(".")[2])
        return formats.number(value, brand.locale, places=places)
    if kind == AttributeDefinition.Kind.DATE:
        return formats.day(date.fromisoformat(value), brand.locale)
    return value


def segments_using(name: str) -> list[Segment]:
    """Segments whose rule asks for this attribute."""
    return [
        segment
        for segment in Segment.objects.order_by("name")
        if any(_asks_for(leaf, name) for leaf in leaves_of(segment.rule))
    ]


def _asks_for(leaf: Mapping[str, Any], name: str) -> bool:
    return leaf.get("kind") == "attribute" and leaf.get("name") == name
