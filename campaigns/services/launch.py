"""Launching: content, audience rule and sender are frozen, and the draft becomes a campaign, now
or at its time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.db import transaction

from accounts.models.users import User
from accounts.services.events import record
from campaigns.events import CampaignLaunched, CampaignScheduled, CampaignUnscheduled
from campaigns.models.campaigns import Campaign, CampaignLink
from campaigns.rules.timing import first_instant
from campaigns.selectors.checks import Problem, check_frozen, launch_errors
from campaigns.selectors.content import (
    Content,
    content_of,
    in_variant,
    targets_of,
    wording_of,
    written_out,
)
from campaigns.selectors.variants import other_variants
from campaigns.services import history
from campaigns.services.control import fail_campaign
from config.kit.clock import at_wall_clock, now
from config.kit.errors import Conflict, Invalid

__all__ = [
    "NotReady",
    "launch_campaign",
    "start_scheduled",
    "unschedule_campaign",
]

State = Campaign.State


class NotReady(Invalid):
    """Pre-flight found errors; the message is the first, `fields` name all by place."""

    code = "not_ready"


def launch_campaign(
    *,
    campaign: Campaign,
    by: User | None = None,
    at: datetime | None = None,
    clock: Campaign.Clock = Campaign.Clock.BRAND,
) -> None:
    """Freeze and launch; planning and sending follow by themselves.

    `at` is a time without a zone, shown by the brand's clock or by each recipient's own; without
    it the campaign goes out at once. Raises NotReady when pre-flight finds an error, Invalid for a
    time that has passed, Conflict when it is no draft any more, or leaves as a list."""
    if campaign.is_list:
        raise Conflict("Letters and calls leave as a list: have it approved on its page.")
    with transaction.atomic():
        rows = Campaign.objects.select_for_update(no_key=True, of=("self",))
        drafts = rows.select_related("segment", "brand")
        draft = drafts.filter(pk=campaign.pk, state=Campaign.State.DRAFT).first()
        if draft is None:
            raise Conflict("This campaign has been launched or deleted already.")
        _refuse_unready(launch_errors(draft))
        content = written_out(_with_variants(draft))
        if at is None:
            _freeze(draft, content, by, {"state": State.LAUNCHING, "launched_at": now()})
            record(CampaignLaunched(subject_id=draft.pk))
        else:
            _freeze(draft, content, by, _scheduled(draft, at, clock))
            record(CampaignScheduled(subject_id=draft.pk))
    campaign.refresh_from_db()


def _refuse_unready(errors: Sequence[Problem]) -> None:
    if errors:
        fields = {problem.place: problem.text for problem in reversed(errors)}
        raise NotReady(errors[0].text, fields=fields)


def _with_variants(draft: Campaign) -> Content:
    """The campaign's words with those of its other variants beside them."""
    content = content_of(draft, draft.brand)
    before, variants = len(targets_of(content)), {}
    for variant in other_variants(draft):
        words = content_of(variant, draft.brand)
        variants[variant.letter] = wording_of(words, links_before=before)
        before += len(targets_of(words))
    return msgspec.structs.replace(content, variants=variants)


def _scheduled(draft: Campaign, at: datetime, clock: Campaign.Clock) -> dict[str, Any]:
    zone = draft.brand.time_zone
    if at_wall_clock(at, ZoneInfo(zone)) <= now():
        text = f"That time has passed in {zone}. Choose a later one, or launch now."
        raise Invalid(text, fields={"send_at": text})
    is_recipients = clock == Campaign.Clock.RECIPIENT
    return {
        "state": State.SCHEDULED,
        "send_at": at.isoformat(timespec="minutes"),
        "clock": clock,
        "due_at": first_instant(at, zone, is_recipients=is_recipients),
    }


def _freeze(draft: Campaign, content: Content, by: User | None, changes: dict[str, Any]) -> None:
    frozen = Campaign.objects.filter(pk=draft.pk, state=State.DRAFT).update(
        frozen=content.stored(),
        updated_at=now(),
        launched_by_id=by.pk if by else None,
        **changes,
    )
    if not frozen:
        raise Conflict("This campaign has been launched or deleted already.")
    history.forget(draft)
    variants = [content, *(in_variant(content, letter) for letter in content.variants)]
    targets = [target for each in variants for target in targets_of(each)]
    CampaignLink.objects.bulk_create(
        CampaignLink(campaign=draft, number=number, url=url)
        for number, url in enumerate(targets, start=1)
    )


def unschedule_campaign(campaign: Campaign) -> None:
    """A draft again, with the words it had; raises Conflict when it is on its way already."""
    with transaction.atomic():
        changed = Campaign.objects.filter(pk=campaign.pk, state=State.SCHEDULED).update(
            state=State.DRAFT,
            frozen={},
            send_at="",
            clock=Campaign.Clock.BRAND,
            due_at=None,
            launched_by_id=None,
            updated_at=now(),
        )
        if not changed:
            raise Conflict("The campaign is in another state by now. Reload the page to see it.")
        CampaignLink.objects.filter(campaign_id=campaign.pk).delete()
        record(CampaignUnscheduled(subject_id=campaign.pk))


def start_scheduled(campaign_id: int) -> float:
    """Launch a scheduled campaign whose time has come; else the seconds until it comes.

    0 also when there is nothing to start: it was cancelled, or is a draft again. Segments are read
    as of the day it starts. What was right when it was frozen may not be any more: then it fails,
    says why, and nothing is sent."""
    with transaction.atomic():
        rows = Campaign.objects.select_for_update(no_key=True, of=("self",))
        scheduled = rows.select_related("brand").filter(pk=campaign_id, state=State.SCHEDULED)
        campaign = scheduled.first()
        if campaign is None or campaign.due_at is None:
            return 0
        moment = now()
        if campaign.due_at > moment:
            return (campaign.due_at - moment).total_seconds()
        problems = check_frozen(campaign)
        if problems:
            reasons = " ".join(dict.fromkeys(problem.text for problem in problems))
            fail_campaign(campaign.pk, error=reasons, since=State.SCHEDULED)
            return 0
        campaign.frozen |= {"as_of": campaign.brand.today.isoformat()}
        campaign.state, campaign.launched_at, campaign.updated_at = State.LAUNCHING, moment, moment
        campaign.save(update_fields=["frozen", "state", "launched_at", "updated_at"])
        record(CampaignLaunched(subject_id=campaign.pk))
    return 0
