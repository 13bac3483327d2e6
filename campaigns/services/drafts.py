"""Campaigns before they are launched: the only time their words may change."""

from collections.abc import Sequence
from typing import TypedDict, Unpack

from django.db import transaction

from accounts.models.users import User
from accounts.services.events import record
from campaigns.events import CampaignDeleted
from campaigns.models.campaigns import Campaign
from campaigns.services.editing import FOOTER, checked
from config.kit.clock import now
from config.kit.errors import Conflict
from customers.models.segments import Segment


class Changes(TypedDict, total=False):
    """What `update_campaign` may change; what is not given stays."""

    name: str
    segment: Segment | None
    subject: str
    preheader: str
    blocks: Sequence[object]


def create_campaign(
    *,
    name: str,
    segment: Segment | None = None,
    subject: str = "",
    preheader: str = "",
    blocks: Sequence[object] = (FOOTER,),
    by: User | None = None,
) -> Campaign:
    """A new draft; raises Invalid for words or blocks that do not fit."""
    values = checked(
        {
            "name": name,
            "segment": segment,
            "subject": subject,
            "preheader": preheader,
            "blocks": blocks,
        }
    )
    return Campaign.objects.create(created_by_id=by.pk if by else None, **values)


def update_campaign(campaign: Campaign, **changes: Unpack[Changes]) -> None:
    """Change a draft; raises Conflict once it has been launched."""
    values = checked(changes)
    drafts = Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.DRAFT)
    if not drafts.update(**values, updated_at=now()):
        raise Conflict("This campaign has been launched or deleted; it can no longer change.")
    for field, value in values.items():
        setattr(campaign, field, value)


def delete_campaign(campaign: Campaign) -> None:
    """Throw a draft away; raises Conflict for anything that was launched."""
    with transaction.atomic():
        deleted, _ = Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.DRAFT).delete()
        if not deleted:
            raise Conflict("Only drafts can be deleted. A launched campaign stays in the books.")
        record(CampaignDeleted(subject_id=campaign.pk))
