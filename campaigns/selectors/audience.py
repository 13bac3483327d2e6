"""Who a campaign would reach if it went out now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from psycopg.sql import SQL

from config.kit import sql
from customers.segments.compiler import compile_rule
from customers.selectors.audience import judgement, judgement_params


@dataclass(frozen=True, slots=True)
class Audience:
    """`left_out` counts the members who would not be written to, by reason, largest first."""

    reachable: int
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def members(self) -> int:
        return self.reachable + sum(self.left_out.values())


def audience_of(rule: dict[str, Any], *, as_of: date) -> Audience:
    """Exactly what planning would find at this moment; raises BadRule."""
    compiled = compile_rule(rule, as_of=as_of)
    query = SQL(sql.load("campaigns", "audience")).format(
        audience=compiled.sql, permission=judgement()
    )
    with connection.cursor() as cursor:
        cursor.execute(query, {**compiled.params, **judgement_params()})
        counts = {reason: (people, addresses) for reason, people, addresses in cursor}
    people, addresses = counts.pop("", (0, 0))
    left_out = {reason: count for reason, (count, _) in counts.items()}
    if people > addresses:
        left_out["same_address"] = people - addresses
    ordered = sorted(left_out.items(), key=lambda item: (-item[1], item[0]))
    return Audience(reachable=addresses, left_out=dict(ordered))
