"""Campaigns before they are launched: the only time their words may change."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from django.db import transaction

from accounts.models.users import User
from accounts.services.events import record
from campaigns.events import CampaignDeleted
from campaigns.models.campaigns import Campaign
from campaigns.models.coupons import CampaignCoupons
from campaigns.models.editor import Preflight
from campaigns.models.lists import CampaignList
from campaigns.models.variants import CampaignVariant
from campaigns.selectors.attribution import default_days
from campaigns.services import history
from campaigns.services.editing import FOOTER, checked
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from customers.models.segments import Segment

# Holding out more would leave hardly anybody to write to.
MAX_HELD_OUT = 90


class Changes(TypedDict, total=False):
    """What `update_campaign` may change; what is not given stays."""

    name: str
    segment: Segment | None
    subject: str
    preheader: str
    blocks: Sequence[object]
    intent: str
    control_percent: int


def create_campaign(
    *,
    name: str,
    segment: Segment | None = None,
    subject: str = "",
    preheader: str = "",
    blocks: Sequence[object] = (FOOTER,),
    translations: Mapping[str, Any] | None = None,
    intent: str = Campaign.Intent.SELL,
    control_percent: int = 0,
    by: User | None = None,
) -> Campaign:
    """A new draft; raises Invalid for words or blocks that do not fit."""
    values = _checked(
        {
            "name": name,
            "segment": segment,
            "subject": subject,
            "preheader": preheader,
            "blocks": blocks,
            "translations": dict(translations or {}),
            "intent": intent,
            "control_percent": control_percent,
        }
    )
    return Campaign.objects.create(
        created_by_id=by.pk if by else None, attribution_days=default_days(), **values
    )


def update_campaign(campaign: Campaign, **changes: Unpack[Changes]) -> None:
    """Change a draft; raises Conflict once it has been launched."""
    values = _checked(changes)
    drafts = Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.DRAFT)
    if not drafts.update(**values, updated_at=now()):
        raise Conflict("This campaign has been launched or deleted; it can no longer change.")
    for field, value in values.items():
        setattr(campaign, field, value)


def delete_campaign(campaign: Campaign) -> None:
    """Throw a draft away; raises Conflict for anything that was launched."""
    with transaction.atomic():
        rows = Campaign.objects.select_for_update(no_key=True)
        draft = rows.filter(pk=campaign.pk, state=Campaign.State.DRAFT).first()
        if draft is None:
            raise Conflict("Only drafts can be deleted. A launched campaign stays in the books.")
        variants = CampaignVariant.objects.filter(campaign=draft)
        history.forget(draft)
        for variant in variants:
            history.forget(variant)
        variants.delete()
        Preflight.objects.filter(campaign=draft).delete()
        CampaignCoupons.objects.filter(campaign=draft).delete()
        CampaignList.objects.filter(campaign=draft).delete()
        draft.delete()
        record(CampaignDeleted(subject_id=campaign.pk))


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    if not 0 <= changes.get("control_percent", 0) <= MAX_HELD_OUT:
        problem = f"Hold out 0 to {MAX_HELD_OUT} per cent."
        raise Invalid(problem, fields={"control_percent": problem})
    if changes.get("intent", Campaign.Intent.SELL) not in Campaign.Intent.values:
        problem = f"Choose one of: {', '.join(Campaign.Intent.values)}."
        raise Invalid(problem, fields={"intent": problem})
    return checked(changes)
