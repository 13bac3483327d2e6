"""Whether an order is one that the programme rewards; each "no" has a reason."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from referrals.rules.terms import (
    AllOf,
    AnyOf,
    CategoryIn,
    ChannelIn,
    Condition,
    CountryIn,
    MinimumOrder,
    NoOtherCode,
    NthOrder,
    ProductIn,
    TaggedWith,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What conditions look at. Money is minor units of the brand's currency."""

    # After discounts, refunds, and what was paid with rewards.
    net_minor: int
    # 1: the customer's first counted order, over all records of the same person.
    number: int
    products: Collection[str] = ()
    categories: Collection[str] = ()
    country: str = ""
    channel: str = ""
    tags: Collection[str] = ()
    # Discount codes that are not the programme's own.
    has_other_code: bool = False


def why_not(condition: Condition, order: OrderFacts) -> str:
    """A code of rules/reasons.py, or "" for an order that qualifies.

    Of conditions that must all hold the first that does not is the reason; of those of which one
    must hold, the first as well."""
    if isinstance(condition, AllOf):
        return next((no for part in condition.of if (no := why_not(part, order))), "")
    if isinstance(condition, AnyOf):
        reasons = [why_not(part, order) for part in condition.of]
        return "" if "" in reasons else reasons[0]
    holds, reason = _RULES[type(condition)]
    return "" if holds(condition, order) else reason


def rules_in(condition: Condition) -> frozenset[type]:
    """The kinds of rules that are asked, however deep they stand."""
    if isinstance(condition, AllOf | AnyOf):
        return frozenset[type]().union(*(rules_in(part) for part in condition.of))
    return frozenset({type(condition)})


def _any_of(wanted: Collection[str], found: Collection[str]) -> bool:
    """However they are capitalised."""
    return bool({each.casefold() for each in wanted} & {each.casefold() for each in found})


_Rule = tuple[Callable[[Any, OrderFacts], bool], str]
_RULES: Mapping[type, _Rule] = {
    MinimumOrder: (lambda rule, order: order.net_minor >= rule.amount, "below_minimum"),
    NthOrder: (lambda rule, order: order.number == rule.n, "not_first_order"),
    ProductIn: (lambda rule, order: _any_of(rule.products, order.products), "wrong_product"),
    CategoryIn: (
        lambda rule, order: _any_of(rule.categories, order.categories),
        "wrong_category",
    ),
    CountryIn: (lambda rule, order: _any_of(rule.countries, [order.country]), "wrong_country"),
    ChannelIn: (lambda rule, order: _any_of(rule.channels, [order.channel]), "wrong_channel"),
    TaggedWith: (lambda rule, order: _any_of(rule.tags, order.tags), "wrong_tag"),
    NoOtherCode: (lambda rule, order: not order.has_other_code, "other_code"),
}
ALL_RULES = frozenset(_RULES)
