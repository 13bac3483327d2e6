"""Scheduled campaigns: frozen now, sent at their time, and until then only a plan."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from accounts.models.members import Membership
from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign, CampaignLink
from campaigns.models.senders import Chunk
from campaigns.services import control, coupons, launch
from campaigns.services.planning import SEND_CHUNK, plan
from config.kit.errors import Conflict, Invalid
from customers.models.customers import Customer
from tests import factories
from tests.campaigns.services.test_launch import _draft
from tests.conftest import Cast

WALL = datetime.fromisoformat("2091-12-01T09:00")
LONG_AGO = datetime.fromisoformat("2020-01-01T09:00")
RECIPIENT = Campaign.Clock.RECIPIENT


def customer(email: str, **attributes: Any) -> Customer:
    person = factories.customer(email=email, attributes=attributes)
    factories.consent(person)
    return person


def scheduled(**options: Any) -> Campaign:
    campaign = _draft()
    launch.launch_campaign(campaign=campaign, at=WALL, **options)
    return campaign


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr("campaigns.services.launch.now", lambda: moment)


def test_a_scheduled_campaign_is_frozen_and_waits(cast: Cast, run_due_work: Any) -> None:
    with brand_scope(cast.floral):
        customer("a@example.com")
        campaign = scheduled(by=cast.ben)
        assert (campaign.state, campaign.send_at) == ("scheduled", "2091-12-01T09:00")
        assert campaign.due_at == datetime(2091, 12, 1, 9, 0, tzinfo=UTC)
        assert (campaign.launched_at, campaign.launched_by_id) == (None, cast.ben.pk)
        assert campaign.frozen["subject"] == "Tulips"
        assert CampaignLink.objects.count() == 1
        assert [event.type for event in DomainEvent.objects.all()] == ["campaign.scheduled"]
    run_due_work()
    with brand_scope(cast.floral):
        campaign.refresh_from_db()
        assert campaign.state == "scheduled"
        assert not Chunk.objects.exists()
    waiting = WorkItem.objects.get(kind="campaigns.tasks.start_campaign")
    # Its delay was counted in the instant it was looked at.
    assert abs(waiting.due_at - campaign.due_at) < timedelta(minutes=10)


def test_it_starts_once_its_time_has_come_with_the_segment_of_that_day(
    cast: Cast, run_due_work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with brand_scope(cast.floral):
        customer("a@example.com")
        campaign = scheduled()
        at(monkeypatch, campaign.due_at - timedelta(seconds=90))
        assert launch.start_scheduled(campaign.pk) == 90
        Campaign.objects.update(frozen={**campaign.frozen, "as_of": "2020-01-01"})
        at(monkeypatch, campaign.due_at)
        assert launch.start_scheduled(campaign.pk) == 0
        assert launch.start_scheduled(campaign.pk) == 0
        campaign.refresh_from_db()
        assert (campaign.state, campaign.launched_at) == ("launching", campaign.due_at)
        assert campaign.frozen["as_of"] == cast.floral.today.isoformat()
        events = [event.type for event in DomainEvent.objects.order_by("pk")]
        assert events == ["campaign.scheduled", "campaign.launched"]
    run_due_work()
    with brand_scope(cast.floral):
        campaign.refresh_from_db()
        assert (campaign.state, campaign.planned) == ("sending", 1)
        assert (campaign.moments, campaign.zoneless) == (None, None)


@pytest.mark.parametrize("clock", Campaign.Clock)
def test_a_time_that_has_passed_is_refused(floral: Brand, clock: Campaign.Clock) -> None:
    customer("a@example.com")
    campaign = _draft()
    with pytest.raises(Invalid, match="has passed"):
        launch.launch_campaign(campaign=campaign, at=LONG_AGO, clock=clock)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.frozen, campaign.send_at) == ("draft", {}, "")
    assert not DomainEvent.objects.exists()
    assert not CampaignLink.objects.exists()


def by_zone(floral: Brand, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """Planned when the first clock on earth shows the time."""
    campaign = scheduled(clock=RECIPIENT)
    assert campaign.due_at == datetime(2091, 11, 30, 19, 0, tzinfo=UTC)
    at(monkeypatch, campaign.due_at)
    launch.start_scheduled(campaign.pk)
    plan(campaign.pk)
    campaign.refresh_from_db()
    return campaign


def test_by_recipients_clocks_each_chunk_waits_for_its_moment(
    floral: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    floral.time_zone = "Europe/Berlin"
    floral.save()
    zones = ["Pacific/Kiritimati", "America/New_York", "Europe/Berlin", "Mars/Olympus", ""]
    people = [customer(f"p{n}@example.com", time_zone=zone) for n, zone in enumerate(zones)]
    people.append(customer("none@example.com"))
    campaign = by_zone(floral, monkeypatch)
    chunks = Chunk.objects.order_by("number")
    assert [(chunk.due_at, set(chunk.customer_ids)) for chunk in chunks] == [
        (datetime(2091, 11, 30, 19, 0, tzinfo=UTC), {people[0].pk}),
        (datetime(2091, 12, 1, 8, 0, tzinfo=UTC), {people[n].pk for n in (2, 3, 4, 5)}),
        (datetime(2091, 12, 1, 14, 0, tzinfo=UTC), {people[1].pk}),
    ]
    due = dict(WorkItem.objects.filter(kind=SEND_CHUNK).values_list("ref_id", "due_at"))
    assert due == {chunk.pk: chunk.due_at for chunk in chunks}
    assert (campaign.planned, campaign.chunks_total) == (6, 3)
    assert (campaign.moments, campaign.zoneless) == (3, 3)


def test_a_pause_leaves_each_moment_as_it_is_and_a_cancel_waits_for_none(
    floral: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer("a@example.com", time_zone="America/New_York")
    campaign = by_zone(floral, monkeypatch)
    moment = datetime(2091, 12, 1, 14, 0, tzinfo=UTC)
    work = WorkItem.objects.filter(kind=SEND_CHUNK)
    control.pause_campaign(campaign)
    control.resume_campaign(campaign)
    assert work.get().due_at == moment
    control.cancel_campaign(campaign)
    assert work.get().due_at < moment


def test_before_its_time_it_can_become_a_draft_again(
    floral: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer("a@example.com")
    campaign = scheduled(clock=RECIPIENT)
    due_at, blocks = campaign.due_at, campaign.blocks
    launch.unschedule_campaign(campaign)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.frozen, campaign.send_at) == ("draft", {}, "")
    assert (campaign.clock, campaign.due_at, campaign.blocks) == ("brand", None, blocks)
    assert not CampaignLink.objects.exists()
    at(monkeypatch, due_at)
    assert launch.start_scheduled(campaign.pk) == 0
    campaign.refresh_from_db()
    assert campaign.state == "draft"
    with pytest.raises(Conflict):
        launch.unschedule_campaign(campaign)
    launch.launch_campaign(campaign=campaign)
    assert (campaign.state, CampaignLink.objects.count()) == ("launching", 1)


def test_before_its_time_it_can_be_cancelled(
    floral: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer("a@example.com")
    campaign = scheduled()
    control.cancel_campaign(campaign)
    at(monkeypatch, campaign.due_at)
    assert launch.start_scheduled(campaign.pk) == 0
    campaign.refresh_from_db()
    assert campaign.state == "cancelled"
    assert not Chunk.objects.exists()


def started(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """As it is after its time has come."""
    at(monkeypatch, campaign.due_at)
    assert launch.start_scheduled(campaign.pk) == 0
    campaign.refresh_from_db()
    return campaign


def test_a_campaign_whose_domain_is_no_longer_verified_does_not_start_and_its_owner_is_told(
    cast: Cast, run_due_work: Any, monkeypatch: pytest.MonkeyPatch, settings: Any, mailoutbox: Any
) -> None:
    with brand_scope(cast.floral):
        customer("a@example.com")
        campaign = scheduled(by=cast.ben)
        settings.REQUIRE_VERIFIED_DOMAINS = True
        started(campaign, monkeypatch)
        assert (campaign.state, campaign.launched_at) == ("failed", None)
        assert campaign.error.startswith("floral.example is not verified yet.")
        launch.start_scheduled(campaign.pk)
        assert not Chunk.objects.exists()
        events = [event.type for event in DomainEvent.objects.order_by("pk")]
        assert events == ["campaign.scheduled", "campaign.failed"]
    run_due_work()
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([cast.ben.email], "“May” was not sent")
    assert "floral.example is not verified yet." in mail.body


@pytest.mark.parametrize("is_member", [True, False])
def test_nobody_is_told_who_has_left_the_brand(
    cast: Cast, run_due_work: Any, monkeypatch: pytest.MonkeyPatch, mailoutbox: Any, is_member: bool
) -> None:
    if not is_member:
        Membership.objects.filter(user=cast.ben).delete()
    with brand_scope(cast.floral):
        person = customer("a@example.com")
        campaign = scheduled(by=cast.ben)
        Customer.objects.filter(pk=person.pk).update(email="", email_norm="")
        started(campaign, monkeypatch)
        assert campaign.error.startswith("Nobody in this segment can be written to now.")
    run_due_work()
    assert [mail.to for mail in mailoutbox] == ([[cast.ben.email]] if is_member else [])


def test_a_campaign_starts_only_with_codes_for_everybody(
    floral: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer("a@example.com")
    words = {"kind": "text", "html": "<p>{{ coupon }}</p>"}
    campaign = _draft(blocks=[words, {"kind": "footer"}])
    batch = coupons.create_batch(name="Spring", kind="percent", value=10)
    coupons.add_codes(batch, ["AAA1", "AAA2"])
    coupons.choose_batch(campaign, batch)
    launch.launch_campaign(campaign=campaign, at=WALL)
    customer("b@example.com")
    customer("c@example.com")
    started(campaign, monkeypatch)
    assert campaign.state == "failed"
    assert campaign.error == "“Spring” has 2 codes left for 3 people. Add more."
    assert not Chunk.objects.exists()
