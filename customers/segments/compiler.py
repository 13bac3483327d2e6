"""A segment's rule tree as one parameterised SQL statement (the one place that composes SQL)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg.sql import SQL, Composed, Identifier

from accounts.scope import current_brand_id
from customers.segments.base import Binder
from customers.segments.segment.leaf import InSegment
from customers.segments.tree import Branch, Node, leaves, parse_rule

_FROM = SQL(
    "FROM customers_customer customer"
    " LEFT JOIN customers_customerfacts facts"
    " ON facts.brand_id = %(brand_id)s AND facts.customer_id = customer.id"
    " WHERE customer.brand_id = %(brand_id)s"
    " AND customer.merged_into_id IS NULL AND customer.erased_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """`sql` selects `id`s of the brand's living customers; `params` hold all it needs.

    Runs on any psycopg connection with the brand's scope open, alone or as a sub-select."""

    sql: Composed
    params: dict[str, Any]


def compile_rule(rule: object, *, as_of: date) -> CompiledRule:
    """The members of a rule as of a brand's day. Raises BadRule."""
    return compile_tree(parse_rule(rule), as_of=as_of)


def compile_tree(tree: Branch, *, as_of: date) -> CompiledRule:
    binder = Binder(as_of)
    sql = SQL("SELECT customer.id {} AND {}").format(_FROM, _condition(tree, binder))
    return CompiledRule(sql, {"brand_id": current_brand_id(), **binder.params})


def compile_contributions(tree: Branch, *, as_of: date) -> CompiledRule:
    """One row: the number of members, then for each rule (top to bottom) how many customers
    match it, and how many members there would be without it.

    Each rule is tried once per customer; the combinations are counted over the outcomes."""
    binder = Binder(as_of)
    rules = list(leaves(tree))
    tried = SQL(", ").join(
        SQL("({}) IS TRUE AS {}").format(_condition(leaf, binder), _outcome(at))
        for at, leaf in enumerate(rules)
    )
    outcomes = {leaf.pointer: _outcome(at) for at, leaf in enumerate(rules)}
    counted = [_count_where(_combined(tree, outcomes))]
    for leaf in rules:
        rest = {place: name for place, name in outcomes.items() if place != leaf.pointer}
        counted += [
            _count_where(Composed([outcomes[leaf.pointer]])),
            _count_where(_combined(tree, rest)),
        ]
    sql = SQL("WITH tried AS MATERIALIZED (SELECT {} {}) SELECT {} FROM tried").format(
        tried if rules else SQL("true AS nothing"), _FROM, SQL(", ").join(counted)
    )
    return CompiledRule(sql, {"brand_id": current_brand_id(), **binder.params})


def _condition(node: Node, binder: Binder) -> Composed:
    """A condition in which NULL counts as false (NOT is written IS NOT TRUE)."""
    if isinstance(node, Branch):
        return _joined(node.op, [_condition(child, binder) for child in node.children])
    if node.inside is None:
        return SQL("({})").format(node.rule.predicate(binder))
    inside = _condition(node.inside, binder)
    is_in = isinstance(node.rule, InSegment) and node.rule.op == "in"
    return inside if is_in else _joined("none", [inside])


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
