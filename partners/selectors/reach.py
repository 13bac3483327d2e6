"""How many an offer would reach: exact counts, for the brand's eyes only."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from psycopg.sql import SQL

from config.kit.clock import now
from config.kit.sql import load
from customers.models.consents import Purpose
from customers.segments.compiler import compile_rule
from customers.selectors.audience import Reach, judgement, judgement_params, reachable
from customers.selectors.segments import today
from partners.models.partnerships import OfferCategory, Partnership
from partners.rules.content import AudienceWish, OfferContent
from partners.rules.readers import refusing
from partners.rules.wishes import rule_of


@dataclass(frozen=True, slots=True)
class Matched:
    """For the brand's eyes: who an offer would be mailed to. Of these, `own_buyers` bought of the
    brand what the offer is about, and `mailed_30` and `mailed_90` got a partner's offer in so many
    days."""

    reach: Reach
    own_buyers: int
    mailed_30: int
    mailed_90: int

    @property
    def size(self) -> int:
        return self.reach.mailable


def matched(content: OfferContent, partnership: Partnership) -> Matched:
    """Counted now, by the judgement that sending asks."""
    rule = rule_of(content.wish)
    refused = refusing(partnership.pk, content.category_id)
    reach = reachable(rule, purpose=Purpose.PARTNER_OFFERS, refused=refused)
    compiled = compile_rule(rule, as_of=today())
    statement = SQL(load("partners", "matched")).format(
        audience=compiled.sql, permission=judgement()
    )
    category = OfferCategory.objects.filter(pk=content.category_id).first()
    params: dict[str, Any] = {
        **compiled.params,
        **judgement_params(purpose=Purpose.PARTNER_OFFERS, refused=refused),
        "category": category.name if category else "",
        "since_30": now() - timedelta(days=30),
        "since_90": now() - timedelta(days=90),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        own_buyers, mailed_30, mailed_90 = cursor.fetchone()
    return Matched(reach, own_buyers, mailed_30, mailed_90)


def audience_size(partnership: Partnership, rule: dict[str, Any]) -> int:
    """How many of a rule said yes to partners' offers, and not no to this partner."""
    refused = refusing(partnership.pk, None)
    return reachable(rule, purpose=Purpose.PARTNER_OFFERS, refused=refused).mailable


def apart(partnership: Partnership, wish: AudienceWish, other: AudienceWish) -> int:
    """How many are in one of the two audiences and not in the other."""
    one, two = rule_of(wish), rule_of(other)
    if one == two:
        return 0
    rule = {"any": [{"all": [one, {"none": [two]}]}, {"all": [two, {"none": [one]}]}]}
    return audience_size(partnership, rule)
