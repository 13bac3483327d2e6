"""The columns of the customer list: the fixed ones, and one for each custom attribute.

The page and its CSV are written from the same columns, so that the file is what was seen."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from accounts.models.brands import Brand
from config.kit import formats
from customers.models.attributes import AttributeDefinition
from customers.models.consents import Consent
from customers.rules.ladder import standing
from customers.selectors.attributes import definitions, shown_value
from customers.selectors.people import Row

Kind = Literal["text", "number", "consent"]
Write = Callable[[Row], str]
_ATTRIBUTE = "attribute."


@dataclass(frozen=True, slots=True)
class Column:
    """`write` gives the cell as people of the brand read it; numbers are set to the right."""

    key: str
    label: str
    write: Write
    kind: Kind = "text"


STANDARD = ("orders", "net", "last_order", "rung", "news")


def columns(brand: Brand) -> list[Column]:
    """Every column this brand can choose from, the fixed ones first."""
    return [*_fixed(brand), *_of_attributes(brand)]


def chosen(brand: Brand, keys: Iterable[str]) -> list[Column]:
    """These columns in this order, without those that do not exist (any more); the standard ones
    when none is left."""
    known = {column.key: column for column in columns(brand)}
    found = [known[key] for key in dict.fromkeys(keys) if key in known]
    return found or [known[key] for key in STANDARD]


def _fixed(brand: Brand) -> list[Column]:
    def money(minor: int | None) -> str:
        # The currency stands once, in the head of the column.
        return "" if minor is None else formats.amount(minor, brand.currency, brand.locale)

    def count(value: int) -> str:
        return formats.number(value, brand.locale)

    def day(value: object) -> str:
        return "" if value is None else formats.day(value, brand.locale)  # type: ignore[arg-type]

    return [
        Column("orders", "Orders", lambda row: count(row.facts.orders_count), "number"),
        Column(
            "net",
            f"Spent, less refunds ({brand.currency})",
            lambda row: money(row.facts.net_minor),
            "number",
        ),
        Column(
            "average",
            f"Average order ({brand.currency})",
            lambda row: money(row.facts.average_minor),
            "number",
        ),
        Column("last_order", "Last order", lambda row: day(row.facts.last_order_on)),
        Column("first_order", "First order", lambda row: day(row.facts.first_order_on)),
        Column("rung", "Waits between", lambda row: standing(row.facts.orders_count)),
        Column("news", "News by e-mail", _news, "consent"),
        Column("country", "Country", lambda row: row.customer.country),
        Column("city", "City", lambda row: row.customer.city),
        Column("language", "Language", lambda row: row.customer.language),
        Column("phone", "Phone", lambda row: row.customer.phone),
        Column("tags", "Tags", lambda row: ", ".join(row.customer.tags)),
    ]


def _news(row: Row) -> str:
    if row.consent is None:
        return "Never asked"
    return Consent.Status(row.consent.status).label


def _of_attributes(brand: Brand) -> list[Column]:
    numbers = {AttributeDefinition.Kind.NUMBER, AttributeDefinition.Kind.MONEY}
    return [
        Column(
            f"{_ATTRIBUTE}{definition.name}",
            definition.label,
            _attribute_writer(definition, brand),
            "number" if definition.kind in numbers else "text",
        )
        for definition in sorted(definitions().values(), key=lambda one: one.label)
    ]


def _attribute_writer(definition: AttributeDefinition, brand: Brand) -> Write:
    def write(row: Row) -> str:
        value = row.customer.attributes.get(definition.name)
        return "" if value is None else shown_value(value, definition, brand)

    return write
