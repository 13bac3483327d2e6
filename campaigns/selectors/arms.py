"""Into which arm of which experiment the people of an audience fall, as parameters for SQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.sql import SQL, Composable

from campaigns.models.campaigns import Campaign
from config.kit import sql
from customers.models.consents import Purpose
from customers.rules.splits import bounds
from customers.selectors.audience import judgement, judgement_params
from customers.selectors.experiments import brand_control, experiment_key

# Why somebody is held out; a delivery with one of these is a ghost, which nobody was sent.
BRAND_CONTROL = "brand_control"
OWN_CONTROL = "control"
HELD_OUT = (BRAND_CONTROL, OWN_CONTROL)


def armed(audience: Composable, channel: str = Campaign.Channel.EMAIL) -> Composable:
    """A SELECT of (id, address, reason), one row per member of the audience (see armed.sql)."""
    statement = SQL(sql.load("campaigns", "armed"))
    return statement.format(audience=audience, permission=judgement(channel))


def permission_asked(contact_kind: str, refused: Sequence[str]) -> dict[str, Any]:
    """Which permission a campaign needs, for `judgement_params`: offers of partners one of their
    own, and nobody's no to that partner or to that kind of offers."""
    is_partners = contact_kind == Campaign.ContactKind.PARTNER
    purpose = Purpose.PARTNER_OFFERS if is_partners else Purpose.MARKETING
    return {"purpose": purpose, "refused": refused}


def permission_params(campaign: Campaign) -> dict[str, Any]:
    """The parameters of the judgement of its recipients today."""
    asked = permission_asked(campaign.contact_kind, campaign.refused)
    return judgement_params(channel=campaign.channel, **asked)


def arm_params(campaign: Campaign | None) -> Mapping[str, Any]:
    """The parameters of `armed` beside those of the audience: the day's judgement, the brand's
    control group, and the campaign's own."""
    brand = brand_control()
    percent = campaign.control_percent if campaign else 0
    return {
        **(permission_params(campaign) if campaign else judgement_params()),
        "brand_key": bytes(brand.salt) if brand else b"",
        "brand_below": bounds([brand.percent])[0] if brand else 0,
        "own_key": experiment_key(f"campaign {campaign.pk}") if campaign else b"",
        "own_below": bounds([percent])[0],
    }
