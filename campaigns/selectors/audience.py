"""Who a campaign would reach if it went out now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from psycopg.sql import SQL

from campaigns.models.campaigns import Campaign
from campaigns.selectors.arms import arm_params, armed
from campaigns.selectors.content import frozen_content
from config.kit import sql
from config.kit.errors import DomainError
from customers.segments.compiler import compile_rule

_SOME = 500


@dataclass(frozen=True, slots=True)
class Audience:
    """`left_out` counts the members who would not be written to, by reason, largest first."""

    reachable: int
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def members(self) -> int:
        return self.reachable + sum(self.left_out.values())


def audience_of(rule: dict[str, Any], *, as_of: date, campaign: Campaign | None = None) -> Audience:
    """Exactly what planning the campaign would find at this moment; raises BadRule. Without a
    campaign nobody is held out but the brand's control group."""
    compiled = compile_rule(rule, as_of=as_of)
    channel = campaign.channel if campaign else Campaign.Channel.EMAIL
    query = SQL(sql.load("campaigns", "audience")).format(armed=armed(compiled.sql, channel))
    with connection.cursor() as cursor:
        cursor.execute(query, {**compiled.params, **arm_params(campaign)})
        counts: dict[str, int] = dict(cursor.fetchall())
    reachable = counts.pop("", 0)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Audience(reachable=reachable, left_out=dict(ordered))


def reaches_somebody(rule: dict[str, Any], *, as_of: date, campaign: Campaign) -> bool:
    """Whether the first members of the audience hold anybody planning would find; raises BadRule.

    For when nobody waits for a count. No means that `audience_of` has to tell."""
    compiled = compile_rule(rule, as_of=as_of)
    some = SQL("SELECT id FROM ({}) AS members (id) LIMIT {}").format(compiled.sql, _SOME)
    query = SQL(sql.load("campaigns", "somebody")).format(armed=armed(some, campaign.channel))
    with connection.cursor() as cursor:
        cursor.execute(query, {**compiled.params, **arm_params(campaign)})
        [(found,)] = cursor.fetchall()
    return bool(found)


def expected_audience(campaign: Campaign) -> Audience | None:
    """Whom a scheduled campaign would reach if its time had come; None when that cannot be told."""
    content = frozen_content(campaign)
    if content.rule is None:
        return None
    try:
        return audience_of(content.rule, as_of=campaign.brand.today, campaign=campaign)
    except DomainError:
        return None
