"""Pause, resume and cancel follow the states, and each is recorded once."""

from collections.abc import Callable

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from campaigns.models.campaigns import Campaign
from campaigns.models.senders import Chunk
from campaigns.services import control, drafts
from config.kit.errors import Conflict

State = Campaign.State
Act = Callable[[Campaign], None]


@pytest.mark.parametrize(
    ("act", "since", "to", "event"),
    [
        (control.pause_campaign, State.SENDING, State.PAUSED, "campaign.paused"),
        (control.resume_campaign, State.PAUSED, State.SENDING, "campaign.resumed"),
        (control.cancel_campaign, State.LAUNCHING, State.CANCELLED, "campaign.cancelled"),
        (control.cancel_campaign, State.SENDING, State.CANCELLED, "campaign.cancelled"),
        (control.cancel_campaign, State.PAUSED, State.CANCELLED, "campaign.cancelled"),
    ],
)
def test_a_campaign_turns(floral: Brand, act: Act, since: State, to: State, event: str) -> None:
    campaign = drafts.create_campaign(name="May")
    Campaign.objects.update(state=since)
    Chunk.objects.create(campaign=campaign, number=0, customer_ids=[1])
    act(campaign)
    campaign.refresh_from_db()
    assert campaign.state == to
    assert (campaign.finished_at is not None) == (to == State.CANCELLED)
    assert [row.type for row in DomainEvent.objects.all()] == [event]


@pytest.mark.parametrize(
    ("act", "since"),
    [
        (control.pause_campaign, State.DRAFT),
        (control.pause_campaign, State.PAUSED),
        (control.pause_campaign, State.DONE),
        (control.resume_campaign, State.SENDING),
        (control.resume_campaign, State.CANCELLED),
        (control.cancel_campaign, State.DRAFT),
        (control.cancel_campaign, State.DONE),
        (control.cancel_campaign, State.CANCELLED),
    ],
)
def test_a_turn_that_comes_too_late_changes_nothing(floral: Brand, act: Act, since: State) -> None:
    campaign = drafts.create_campaign(name="May")
    Campaign.objects.update(state=since)
    with pytest.raises(Conflict):
        act(campaign)
    campaign.refresh_from_db()
    assert campaign.state == since
    assert not DomainEvent.objects.exists()


def test_every_turn_is_one_the_states_allow() -> None:
    allowed = Campaign.TRANSITIONS
    assert State.PAUSED in allowed[State.SENDING]
    assert State.SENDING in allowed[State.PAUSED]
    for state in (State.LAUNCHING, State.SENDING, State.PAUSED):
        assert State.CANCELLED in allowed[state]
