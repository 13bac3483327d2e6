"""What a segment is worth: its size, revenue, ladder, reach and a few of its people."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from psycopg.sql import SQL

from accounts.models.brands import Brand
from config.kit.sql import in_row_order, load
from customers.models.customers import Customer
from customers.rules.intervals import Share, wilson
from customers.segments.compiler import Outcomes, compile_members, compile_outcomes
from customers.segments.tree import Branch, leaves, parse_rule
from customers.selectors.audience import judgement, judgement_params


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one rule does: `alone` customers match it; without it the segment would have
    `removes` more members (negative: it adds so many)."""

    pointer: str
    alone: int
    removes: int


@dataclass(frozen=True, slots=True)
class Portrait:
    """`ladder`: how many placed at least 1, 2, 3, 4 and 5 orders. `net_minor`: orders less refunds
    in minor units. `reasons`: members by why a mail does not reach them; "" are reached."""

    size: int
    ladder: tuple[int, ...]
    orders: int
    net_minor: int
    reasons: dict[str, int]
    people: tuple[Customer, ...] = ()

    @property
    def reached(self) -> int:
        return self.reasons.get("", 0)

    @property
    def average_minor(self) -> int | None:
        """Net revenue per member, rounded to the minor unit."""
        return round(self.net_minor / self.size) if self.size else None

    @property
    def orders_each(self) -> float | None:
        return self.orders / self.size if self.size else None

    @property
    def came_back(self) -> Share:
        """Of those who bought, the share with a second order."""
        return wilson(self.ladder[1], self.ladder[0])


def portrait(
    rule: object, brand: Brand, *, as_of: date | None = None, examples: int = 0
) -> Portrait:
    """The members of a rule as of a brand's day (default: today); a past day leaves out what was
    ordered or refunded later. Reach is always as it stands now. Raises BadRule."""
    members = compile_members(parse_rule(rule), as_of=as_of or brand.today)
    return _read(members, brand, examples)[0]


def portrait_with_rules(
    tree: Branch, brand: Brand, *, as_of: date, examples: int = 5
) -> tuple[Portrait, tuple[Contribution, ...]]:
    """The same, and what each rule contributes, top to bottom; each is tried once."""
    found, counted = _read(compile_outcomes(tree, as_of=as_of), brand, examples)
    pairs = zip(leaves(tree), counted[1::2], counted[2::2], strict=True)
    return found, tuple(
        Contribution(leaf.pointer, alone, without - found.size) for leaf, alone, without in pairs
    )


def _read(outcomes: Outcomes, brand: Brand, examples: int) -> tuple[Portrait, list[int]]:
    """The portrait; and the number of those tried, followed by what the outcomes count."""
    counts = SQL(", ").join([SQL("count(*)"), *outcomes.counted])
    statement = SQL(load("customers", "segment_portrait")).format(
        tried=outcomes.tried,
        is_member=outcomes.is_member,
        permission=judgement(),
        counted=SQL("(SELECT ARRAY[{}] FROM tried)").format(counts),
    )
    params = {**judgement_params(on=brand.today), **outcomes.params, "examples": examples}
    with in_row_order(), connection.cursor() as cursor:
        cursor.execute(statement, params)
        size, ladder, orders, net_minor, reasons, members, chosen, counted = cursor.fetchone()
    people = Customer.objects.prefetch_related("facts_rows").in_bulk(chosen)
    shown = tuple(people[pk] for pk in chosen)
    reached = dict(zip(reasons, members, strict=True))
    return Portrait(size, tuple(ladder), orders, net_minor, reached, shown), counted
