"""A segment's rule tree as one parameterised SQL statement (the one place that composes SQL)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg.sql import SQL, Composed, Identifier

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from customers.models.customers import Customer
from customers.segments.binder import Binder
from customers.segments.measure import Span
from customers.segments.orders import history
from customers.segments.tree import Branch, Leaf, Node, leaves, parse_rule

# Everybody has a facts row, so the customers' own table is read only where a rule asks for it.
_FACTS = SQL(
    " FROM customers_customerfacts facts"
    " CROSS JOIN LATERAL (SELECT facts.customer_id AS id, facts.country) customer"
)
_PROFILE = SQL(
    " JOIN customers_customer profile"
    " ON profile.brand_id = %(brand_id)s AND profile.id = facts.customer_id"
)
_LIVING = SQL(" WHERE facts.brand_id = %(brand_id)s AND facts.is_living")


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """`sql` selects `id`s of the brand's living customers; `params` hold all it needs.

    Runs on any psycopg connection with the brand's scope open, alone or as a sub-select."""

    sql: Composed
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ground:
    """What every compilation asks about the brand in scope; who compiles many rules asks once."""

    today: date
    zone: str
    has_merges: bool


def ground() -> Ground:
    brand = Brand.objects.get(pk=current_brand_id())
    merged = Customer.objects.filter(merged_into__isnull=False)
    return Ground(brand.today, brand.time_zone, merged.exists())


def compile_rule(rule: object, *, as_of: date, only: Collection[int] | None = None) -> CompiledRule:
    """The members of a rule as of a brand's day. Raises BadRule."""
    return compile_tree(parse_rule(rule), as_of=as_of, only=only)


def compile_tree(
    tree: Branch,
    *,
    as_of: date,
    only: Collection[int] | None = None,
    on: Ground | None = None,
) -> CompiledRule:
    """The members as of a brand's day; `only` asks about these customers and reads no others.

    For a day before today orders, refunds, permissions and events count as far as they had
    happened by its end (an order cancelled since does not count); what is known of a customer
    (attributes, addresses, orders' channels) is as it is now."""
    binder = _binder(as_of, only, on)
    condition = _whole_condition(tree, binder)
    sql = SQL("SELECT customer.id{} AND {}").format(_from(binder), condition)
    return _compiled(sql, binder)


def compile_flips(
    tree: Branch,
    *,
    as_of: date,
    only: Collection[int] | None = None,
    on: Ground | None = None,
) -> CompiledRule:
    """`id` and `flip_on` of every customer, member or not: the first brand day after `as_of` on
    which time alone may change whether they are one, NULL when it cannot."""
    binder = _binder(as_of, only, on)
    earliest = _flip(tree, binder) or SQL("NULL::date")
    sql = SQL("SELECT customer.id, {} AS flip_on{}").format(earliest, _from(binder))
    return _compiled(sql, binder)


def compile_verdicts(tree: Branch, *, as_of: date, only: Collection[int]) -> CompiledRule:
    """`id`, then for each rule from top to bottom whether it holds and the figure it looks at."""
    binder = _binder(as_of, only)
    parts: list[Composed] = []
    for leaf in leaves(tree):
        figure = leaf.rule.figure(binder) if leaf.inside is None else None
        parts += [
            SQL("({}) IS TRUE").format(_condition(leaf, binder)),
            figure if figure is not None else Composed([SQL("NULL")]),
        ]
    columns = SQL(", ").join([SQL("customer.id"), *parts])
    return _compiled(SQL("SELECT {}{}").format(columns, _from(binder)), binder)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """`tried` selects one row for each customer: `id`, `last_order_at`, their `orders` and
    `net_minor` by the as-of day, and an outcome of each rule. `is_member` is a condition on such a
    row; `counted`, for each rule from top to bottom: how many customers match it, and how many
    members there would be without it."""

    tried: Composed
    is_member: Composed
    counted: tuple[Composed, ...]
    params: dict[str, Any]


def compile_outcomes(tree: Branch, *, as_of: date) -> Outcomes:
    """Each rule is tried once for each customer; all else is read from the outcomes."""
    binder = _binder(as_of, None)
    rules = list(leaves(tree))
    tried = _buying(binder) + [
        SQL("({}) IS TRUE AS {}").format(_condition(leaf, binder), _outcome(at))
        for at, leaf in enumerate(rules)
    ]
    outcomes = {leaf.pointer: _outcome(at) for at, leaf in enumerate(rules)}
    counted = []
    for leaf in rules:
        rest = {place: name for place, name in outcomes.items() if place != leaf.pointer}
        counted += [
            _count_where(Composed([outcomes[leaf.pointer]])),
            _count_where(_combined(tree, rest)),
        ]
    found = _compiled(SQL("SELECT {}{}").format(SQL(", ").join(tried), _from(binder)), binder)
    return Outcomes(found.sql, _combined(tree, outcomes), tuple(counted), found.params)


def compile_members(tree: Branch, *, as_of: date) -> Outcomes:
    """The same of the members alone, without their rules."""
    binder = _binder(as_of, None)
    condition = _whole_condition(tree, binder)
    columns = SQL(", ").join(_buying(binder))
    found = _compiled(SQL("SELECT {}{} AND {}").format(columns, _from(binder), condition), binder)
    return Outcomes(found.sql, Composed([SQL("true")]), (), found.params)


def _buying(binder: Binder) -> list[Composed]:
    """Who it is and what they bought by the as-of day."""
    orders, net = SQL("facts.orders_count").format(), SQL("facts.net_minor").format()
    if binder.is_past:
        placed = history.orders(Span(None, binder.as_of), binder)
        returned = history.refunds(Span(None, binder.as_of), binder)
        orders = placed.count()
        net = SQL("({} - {})").format(placed.total(), returned.total())
    return [
        SQL("customer.id").format(),
        SQL("facts.last_order_at").format(),
        SQL("COALESCE({}, 0) AS orders").format(orders),
        SQL("COALESCE({}, 0) AS net_minor").format(net),
    ]


def _whole_condition(tree: Branch, binder: Binder) -> Composed:
    condition = _condition(tree, binder)
    if not binder.has_joins:
        return condition
    # Keeps the planner from taking a long rule for a rare one, and joining row by row.
    return SQL("CASE WHEN {} THEN true ELSE false END").format(condition)


def _binder(as_of: date, only: Collection[int] | None, on: Ground | None = None) -> Binder:
    on = on or ground()
    asked = None if only is None else tuple(sorted(set(only)))
    return Binder(as_of, today=on.today, zone=on.zone, only=asked, has_merges=on.has_merges)


def _from(binder: Binder) -> Composed:
    """Everybody who is asked about, with the fact row; to be composed after the conditions,
    which say what else is joined."""
    profile = [_PROFILE] if binder.reads_profile else []
    return Composed([_FACTS, *profile, binder.joins, _LIVING, binder.among("customer.id")])


def _compiled(sql: Composed, binder: Binder) -> CompiledRule:
    params = {"brand_id": current_brand_id(), **binder.params}
    if binder.only is not None:
        params["only"] = list(binder.only)
    # One piece instead of hundreds, each of which psycopg would encode at every run.
    return CompiledRule(Composed([SQL(sql.as_string())]), params)


def _condition(node: Node, binder: Binder) -> Composed:
    """A condition in which NULL counts as false (NOT is written IS NOT TRUE)."""
    if isinstance(node, Branch):
        cheapest_first = sorted(node.children, key=_cost)
        return _joined(node.op, [_condition(child, binder) for child in cheapest_first])
    if node.inside is None:
        return SQL("({})").format(node.rule.predicate(binder))
    inside = _condition(node.inside, binder)
    return _joined("none", [inside]) if node.is_opposite else inside


def _cost(node: Node) -> int:
    if isinstance(node, Branch):
        return sum(map(_cost, node.children))
    return _cost(node.inside) if node.inside else node.rule.cost()


def _flip(node: Node, binder: Binder) -> Composed | None:
    """The first day on which the verdict may turn, None when it never does: the earliest of a
    group's, unless what never turns has decided the group for good."""
    if isinstance(node, Leaf):
        return _flip(node.inside, binder) if node.inside else node.rule.next_flip(binder)
    flips = [(child, _flip(child, binder)) for child in node.children]
    turning = [flip for _, flip in flips if flip is not None]
    if not turning:
        return None
    earliest = SQL("LEAST({})").format(SQL(", ").join(turning))
    settled = [child for child, flip in flips if flip is None]
    if not settled:
        return earliest
    conditions = [_condition(child, binder) for child in sorted(settled, key=_cost)]
    is_open = _joined("all" if node.op == "all" else "none", conditions)
    return SQL("(CASE WHEN {} THEN {} END)").format(is_open, earliest)


def _combined(node: Node, outcomes: dict[str, Identifier]) -> Composed:
    """The same combination over known outcomes; a rule without one is left out, and with it any
    group that it leaves empty."""
    found = _combined_or_none(node, outcomes)
    return found if found is not None else Composed([SQL("true")])


def _combined_or_none(node: Node, outcomes: dict[str, Identifier]) -> Composed | None:
    if not isinstance(node, Branch):
        name = outcomes.get(node.pointer)
        return Composed([name]) if name else None
    parts = [_combined_or_none(child, outcomes) for child in node.children]
    known = [part for part in parts if part is not None]
    return _joined(node.op, known) if known or not node.children else None


def _joined(op: str, parts: list[Composed]) -> Composed:
    if not parts:
        return Composed([SQL("true")])
    if op == "all":
        return SQL("({})").format(SQL(" AND ").join(parts))
    either = SQL("({})").format(SQL(" OR ").join(parts))
    return either if op == "any" else SQL("({} IS NOT TRUE)").format(either)


def _outcome(at: int) -> Identifier:
    return Identifier(f"outcome_{at}")


def _count_where(condition: Composed) -> Composed:
    return SQL("count(*) FILTER (WHERE {})").format(condition)
