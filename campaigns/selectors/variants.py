"""The variants of a campaign: what they are, who gets which, and what came of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Sum
from psycopg.sql import SQL

from accounts.scope import current_brand_id
from campaigns.models.campaigns import Campaign
from campaigns.models.senders import Chunk
from campaigns.models.variants import MAIN, CampaignVariant
from campaigns.selectors.attribution import attributed
from config.kit import sql
from customers.rules.splits import PLACES
from customers.selectors.experiments import experiment_key

# Of chunks that wait for somebody to choose the winner.
WAITING = "-"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one variant. Money is minor units of the brand's currency."""

    letter: str
    sent: int = 0
    clicked: int = 0
    unsubscribed: int = 0
    orders: int = 0
    net_minor: int = 0

    @property
    def net_per_sent_minor(self) -> int | None:
        return round(self.net_minor / self.sent) if self.sent else None


def other_variants(campaign: Campaign) -> list[CampaignVariant]:
    """B, C, ...: without the campaign's own words, which are A."""
    rows = CampaignVariant.objects.filter(campaign=campaign).order_by("letter")
    return list(rows.select_related("campaign__segment"))


def tabs_of(campaign: Campaign) -> list[tuple[str, Campaign | CampaignVariant]]:
    """All of them by letter."""
    others = other_variants(campaign)
    return [(MAIN, campaign), *((variant.letter, variant) for variant in others)]


def variant_params(campaign: Campaign, letters: list[str]) -> Mapping[str, Any]:
    """The parameters of plan.sql that say who gets which variant: stretches of places side by
    side, equally long; with a test share, the rest of the places waits.

    `letters` are those beside A."""
    if not letters:
        return {"letters": [""], "variant_ends": [PLACES], "variant_key": b""}
    all_letters = [MAIN, *letters]
    tested = campaign.test_percent * PLACES // 100 or PLACES
    ends = [(at + 1) * tested // len(all_letters) for at in range(len(all_letters))]
    waiting = [WAITING] if tested < PLACES else []
    return {
        "letters": [*all_letters, *waiting],
        "variant_ends": ends,
        "variant_key": experiment_key(f"variants of campaign {campaign.pk}"),
    }


def variant_of_link(campaign: Campaign, number: int) -> str:
    """The letter of the variant that a link of the campaign stands in; "" where there is one."""
    variants = campaign.frozen.get("variants", {})
    letter = MAIN if variants else ""
    for other in sorted(variants):
        if number > variants[other]["links_before"]:
            letter = other
    return letter


def waiting_people(campaign: Campaign) -> int:
    """How many recipients wait for the winner."""
    chunks = Chunk.objects.filter(campaign=campaign, variant=WAITING)
    return int(chunks.aggregate(people=Sum("customer_ids__len"))["people"] or 0)


def outcomes(campaign: Campaign) -> list[Outcome]:
    """What came of each variant, by letter; empty for a campaign that has only one."""
    letters = sorted(campaign.frozen.get("variants", {}))
    if not letters:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            SQL(sql.load("campaigns", "variants")).format(attributed=attributed()),
            {
                "brand_id": current_brand_id(),
                "campaign_id": campaign.pk,
                "campaign_ids": [campaign.pk],
            },
        )
        found = {row[0]: Outcome(*row) for row in cursor.fetchall()}
    return [found.get(letter, Outcome(letter)) for letter in [MAIN, *letters]]
