"""How many are in a segment, who for example, and what each of its rules does."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, F, Func, QuerySet, TextField
from psycopg.sql import SQL, Composed

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from config.kit import ids
from config.kit.sql import in_row_order
from customers.models.attributes import AttributeDefinition
from customers.models.customer_events import EventName
from customers.models.customers import Customer
from customers.models.products import Product
from customers.models.segments import Segment
from customers.segments.compiler import CompiledRule, compile_contributions, compile_rule
from customers.segments.segment.leaf import PREFIX, InSegment
from customers.segments.tree import BadRule, leaves, parse_rule

# Suggestions need not be complete.
_TAGS_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one rule does: `alone` customers match it; without it the segment would have
    `removes` more members (negative: it adds so many)."""

    pointer: str
    alone: int
    removes: int


@dataclass(frozen=True, slots=True)
class Effect:
    """The size of a segment, and what each rule does for it, top to bottom."""

    count: int
    rules: tuple[Contribution, ...]


def today() -> date:
    """The as-of day of the brand in scope."""
    return Brand.objects.get(pk=current_brand_id()).today


def count(rule: object, *, as_of: date | None = None) -> int:
    """The exact number of members."""
    compiled = compile_rule(rule, as_of=as_of or today())
    return int(_row(SQL("SELECT count(*) FROM ({}) member").format(compiled.sql), compiled)[0])


def sample(rule: object, n: int = 5, *, as_of: date | None = None) -> list[Customer]:
    """`n` members, the same ones each time: who bought last stands first."""
    compiled = compile_rule(rule, as_of=as_of or today())
    statement = SQL(
        "SELECT member.id FROM ({}) member"
        " LEFT JOIN customers_customerfacts facts"
        " ON facts.brand_id = %(brand_id)s AND facts.customer_id = member.id"
        " ORDER BY facts.last_order_at DESC NULLS LAST, member.id LIMIT %(sample_size)s"
    ).format(compiled.sql)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**compiled.params, "sample_size": n})
        chosen = [row[0] for row in cursor.fetchall()]
    people = Customer.objects.prefetch_related("facts_rows").in_bulk(chosen)
    return [people[pk] for pk in chosen]


def contributions(rule: object, *, as_of: date | None = None) -> Effect:
    """The count with what each rule contributes to it, in one statement."""
    tree = parse_rule(rule)
    compiled = compile_contributions(tree, as_of=as_of or today())
    total, _, *figures = _row(compiled.sql, compiled)
    pairs = zip(leaves(tree), figures[::2], figures[1::2], strict=True)
    return Effect(
        total,
        tuple(Contribution(leaf.pointer, alone, rest - total) for leaf, alone, rest in pairs),
    )


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
    return found


def _frequent(rows: QuerySet[Any], name: str, most: int) -> list[tuple[str, str]]:
    counted = rows.exclude(**{name: ""}).values_list(name).annotate(n=Count("pk"))
    return [(value, "") for value, _ in counted.order_by("-n", name)[:most]]


def _frequent_tags(rows: QuerySet[Any], most: int) -> list[tuple[str, str]]:
    tagged = rows.exclude(tags=[]).annotate(
        tag=Func(F("tags"), function="jsonb_array_elements_text", output_field=TextField())
    )
    counted = Counter(tagged.values_list("tag", flat=True)[:_TAGS_LOOKED_AT])
    return [(tag, "") for tag, _ in counted.most_common(most)]


def users_of(segment: Segment) -> list[Segment]:
    """The segments whose rule names this one."""
    public_id = ids.encode(PREFIX, segment.uid)
    return [other for other in segments() if public_id in _named_in(other.rule)]


def _named_in(rule: object) -> set[str]:
    try:
        tree = parse_rule(rule)
    except BadRule:
        return set()
    return {leaf.rule.id for leaf in leaves(tree) if isinstance(leaf.rule, InSegment)}


def _row(statement: Composed, compiled: CompiledRule) -> tuple[Any, ...]:
    with in_row_order(), connection.cursor() as cursor:
        cursor.execute(statement, compiled.params)
        row: tuple[Any, ...] = cursor.fetchone()
    return row
