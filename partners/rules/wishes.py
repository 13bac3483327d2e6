"""Whom a partner would like to reach, as a segment rule."""

from typing import Any

from partners.rules.content import AudienceWish

Rule = dict[str, Any]


def rule_of(wish: AudienceWish) -> Rule:
    """A rule of customers.segments; everybody for an empty wish."""
    within = {"days": wish.within_days} if wish.within_days else {}
    count = {"kind": "orders", "measure": "count", "op": "at_least"}
    parts: list[Rule] = []
    if wish.bought:
        kinds = sorted(set(wish.bought))
        parts.append({"any": [{**count, "value": 1, "category": each, **within} for each in kinds]})
    elif within:
        parts.append({**count, "value": 1, **within})
    if wish.least_orders:
        parts.append({**count, "value": wish.least_orders})
    if wish.countries:
        countries = sorted(set(wish.countries))
        parts.append(
            {"kind": "attribute", "field": "country", "op": "is", "values": countries},
        )
    return {"all": parts}
