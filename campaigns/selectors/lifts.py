"""What campaigns caused: those written to against those held out of them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import connection

from accounts.scope import current_brand_id
from campaigns.models.campaigns import Campaign
from config.kit import sql
from config.kit.clock import now
from customers.rules.lift import Arm, Lift, Proof


def is_window_over(campaign: Campaign) -> bool:
    """Whether orders have stopped counting for the campaign."""
    days = timedelta(days=campaign.attribution_days)
    return campaign.launched_at is not None and now() >= campaign.launched_at + days


def lift_of(campaign: Campaign) -> Lift | None:
    """The two arms side by side; None for a campaign that held nobody out."""
    return _lifts([campaign]).get(campaign.pk) if campaign.control_percent else None


def proofs_of(campaigns: Collection[Campaign]) -> dict[int, Proof]:
    """How sure we are that each changed anything. Nothing is added up for those whose time is not
    over: nothing is judged before."""
    over = [each for each in campaigns if each.control_percent and is_window_over(each)]
    lifts = _lifts(over) if over else {}
    proofs = {}
    for campaign in campaigns:
        lift = lifts.get(campaign.pk)
        unjudged = Proof.OPEN if campaign.control_percent else Proof.NONE
        proofs[campaign.pk] = lift.proof if lift else unjudged
    return proofs


def _lifts(campaigns: Collection[Campaign]) -> dict[int, Lift]:
    arms: dict[int, dict[str, tuple[Any, ...]]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("campaigns", "lift"),
            {
                "brand_id": current_brand_id(),
                "campaign_ids": [campaign.pk for campaign in campaigns],
            },
        )
        for campaign_id, arm, *figures in cursor.fetchall():
            arms[campaign_id][arm] = tuple(figures)
    return {each.pk: _lift(each, arms[each.pk]) for each in campaigns}


def _lift(campaign: Campaign, arms: dict[str, tuple[Any, ...]]) -> Lift:
    return Lift(
        written=Arm(*arms.get("written", (0,))),
        held=Arm(*arms.get("held", (0,))),
        share=campaign.control_percent / 100,
        is_over=is_window_over(campaign),
        in_both=arms.get("both", (0,))[0],
    )
