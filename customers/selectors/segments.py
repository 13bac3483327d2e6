"""The brand's segments, how many are in one, and what the builder of rules suggests."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, F, Func, QuerySet, TextField
from psycopg.sql import SQL

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from config.kit import ids
from config.kit.sql import in_row_order
from customers.models.attributes import AttributeDefinition
from customers.models.customer_events import EventName
from customers.models.customers import Customer
from customers.models.products import Product
from customers.models.segments import Segment
from customers.segments.compiler import compile_rule
from customers.segments.segment.leaf import PREFIX

# Suggestions need not be complete.
_TAGS_LOOKED_AT = 20_000
# At most so many -> (value, label), the likeliest first.
KnownValues = Callable[[int], list[tuple[str, str]]]
_sources: dict[str, KnownValues] = {}


def add_known_values(field: str, source: KnownValues) -> None:
    """Suggest what an app above knows of a field of its own; called from the wiring only."""
    _sources[field] = source


def today() -> date:
    """The as-of day of the brand in scope."""
    return Brand.objects.get(pk=current_brand_id()).today


def count(rule: object, *, as_of: date | None = None) -> int:
    """The exact number of members."""
    compiled = compile_rule(rule, as_of=as_of or today())
    statement = SQL("SELECT count(*) FROM ({}) member").format(compiled.sql)
    with in_row_order(), connection.cursor() as cursor:
        cursor.execute(statement, compiled.params)
        return int(cursor.fetchone()[0])


def segments() -> QuerySet[Segment]:
    """The brand's segments by name."""
    return Segment.objects.order_by("name")


def names_by_public_id() -> dict[str, str]:
    """`seg_...` to name, for menus and sentences."""
    rows = segments().values_list("uid", "name")
    return {ids.encode(PREFIX, uid): name for uid, name in rows}


def known_values(most: int = 50) -> dict[str, list[tuple[str, str]]]:
    """What the builder suggests, by field: (value, label), the most frequent first."""
    people = Customer.objects.order_by()
    found = {name: _frequent(people, name, most) for name in ("country", "city", "language")}
    found["category"] = _frequent(Product.objects.order_by(), "category", most)
    products = Product.objects.order_by("-pk").values_list("source_id", "title")[:most]
    found["product"] = list(products)
    attributes = AttributeDefinition.objects.order_by("label")
    found["attribute"] = list(attributes.values_list("name", "label")[:most])
    events = EventName.objects.order_by("name").values_list("name", flat=True)
    found["event"] = [(name, "") for name in events[:most]]
    found["tag"] = _frequent_tags(people, most)
    found["product_tag"] = _frequent_tags(Product.objects.order_by(), most)
    return found | {field: source(most) for field, source in _sources.items()}


def _frequent(rows: QuerySet[Any], name: str, most: int) -> list[tuple[str, str]]:
    counted = rows.exclude(**{name: ""}).values_list(name).annotate(n=Count("pk"))
    return [(value, "") for value, _ in counted.order_by("-n", name)[:most]]


def _frequent_tags(rows: QuerySet[Any], most: int) -> list[tuple[str, str]]:
    tagged = rows.exclude(tags=[]).annotate(
        tag=Func(F("tags"), function="jsonb_array_elements_text", output_field=TextField())
    )
    counted = Counter(tagged.values_list("tag", flat=True)[:_TAGS_LOOKED_AT])
    return [(tag, "") for tag, _ in counted.most_common(most)]
