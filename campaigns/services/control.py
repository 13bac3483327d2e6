"""Pausing, resuming and cancelling: each one conditional UPDATE, so two clicks cannot disagree.

Senders look at the state just before each chunk; mails already handed over are not called back."""

from collections.abc import Collection

from django.db import transaction

from accounts.events import Event
from accounts.services.events import record
from campaigns.events import CampaignCancelled, CampaignFailed, CampaignPaused, CampaignResumed
from campaigns.models.campaigns import Campaign
from campaigns.models.variants import MAIN
from campaigns.services.planning import release_waiting, wake_campaign
from config.kit.clock import now
from config.kit.errors import Conflict

State = Campaign.State


def pause_campaign(campaign: Campaign) -> None:
    """Stop before the next chunk; raises Conflict when it is not being sent."""
    _turn(campaign, State.PAUSED, since={State.SENDING}, event=CampaignPaused)


def resume_campaign(campaign: Campaign) -> None:
    """Go on where it stopped; raises Conflict when it is not paused."""
    with transaction.atomic():
        _turn(campaign, State.SENDING, since={State.PAUSED}, event=CampaignResumed)
        wake_campaign(campaign.pk)


def cancel_campaign(campaign: Campaign) -> None:
    """Send nothing more, for good; raises Conflict when it is over already or still a draft."""
    running = {State.SCHEDULED, State.LAUNCHING, State.SENDING, State.PAUSED}
    with transaction.atomic():
        _turn(campaign, State.CANCELLED, since=running, event=CampaignCancelled)
        # Senders write down of each that nothing was sent.
        release_waiting(campaign.pk, variant=MAIN)
        wake_campaign(campaign.pk)


def fail_campaign(campaign_id: int, *, error: str, since: State = State.LAUNCHING) -> None:
    """It cannot start, or not be planned: nothing was sent, and its page and its owner hear why.

    Left alone when it is in another state by now."""
    with transaction.atomic():
        failed = Campaign.objects.filter(pk=campaign_id, state=since).update(
            state=State.FAILED, error=error, finished_at=now(), updated_at=now()
        )
        if failed:
            record(CampaignFailed(subject_id=campaign_id))


def _turn(campaign: Campaign, to: State, *, since: Collection[State], event: type[Event]) -> None:
    moment = now()
    times = {"updated_at": moment}
    if to == State.CANCELLED:
        times["finished_at"] = moment
    with transaction.atomic():
        # Lists have acts of their own (campaigns.services.lists).
        mails = Campaign.objects.filter(channel=Campaign.Channel.EMAIL)
        rows = mails.filter(pk=campaign.pk, state__in=since)
        if not rows.update(state=to, **times):
            raise Conflict("The campaign is in another state by now. Reload the page to see it.")
        record(event(subject_id=campaign.pk))
    campaign.state = to
