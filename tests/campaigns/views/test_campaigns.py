"""From the list to a launched campaign and back: each act by its button, refusals by words."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery
from campaigns.models.senders import Chunk
from campaigns.models.templates import EmailTemplate
from campaigns.selectors.content import content_of
from campaigns.services import drafts, templates
from customers.models.customers import Customer
from customers.models.segments import Segment
from tests import factories
from tests.conftest import Cast

BLOCKS = [{"kind": "text", "id": "t", "html": "<p>Hi</p>"}, {"kind": "footer", "id": "f"}]


def _url(name: str, *args: object) -> str:
    return reverse(name, args=["floral", *args])


@pytest.fixture
def ready(cast: Cast) -> Campaign:
    """A draft that passes every check and would go to Rae."""
    with brand_scope(cast.floral):
        factories.consent(cast.rae)
        segment = Segment.objects.create(name="All", rule={"all": []})
        return drafts.create_campaign(
            name="May", segment=segment, subject="Hi", preheader="There", blocks=BLOCKS
        )


def _state(campaign: Campaign) -> str:
    with brand_scope(campaign.brand_id):
        return Campaign.objects.get(pk=campaign.pk).state


def test_a_new_campaign_takes_its_words_from_a_template(cast: Cast, ben: Client) -> None:
    with brand_scope(cast.floral):
        templates.add_starters()
        template = EmailTemplate.objects.earliest("id")
    answer = ben.post(_url("campaign_new"), {"name": "June", "template": template.pk})
    with brand_scope(cast.floral):
        campaign = Campaign.objects.get()
        assert (campaign.name, campaign.subject) == ("June", template.subject)
        assert campaign.blocks == template.blocks
        assert campaign.created_by_id == cast.ben.pk
    assert answer["Location"] == _url("campaign_edit", campaign.pk)


def test_a_launch_goes_to_the_campaigns_page(cast: Cast, ben: Client, ready: Campaign) -> None:
    answer = ben.post(_url("campaign_launch", ready.pk))
    assert answer["Location"] == _url("campaign", ready.pk)
    with brand_scope(cast.floral):
        ready.refresh_from_db()
        event = DomainEvent.objects.get(type="campaign.launched")
    assert (ready.state, ready.launched_by_id) == ("launching", cast.ben.pk)
    assert (event.actor_kind, event.actor_id) == ("user", cast.ben.pk)


def test_a_launch_that_is_not_ready_says_so_and_stays_a_draft(
    cast: Cast, ben: Client, ready: Campaign
) -> None:
    with brand_scope(cast.floral):
        Campaign.objects.update(subject="")
    editor = _url("campaign_edit", ready.pk)
    answer = ben.post(
        _url("campaign_launch", ready.pk),
        headers={"Referer": f"http://testserver{editor}"},
        follow=True,
    )
    assert "Write a subject." in answer.content.decode()
    assert _state(ready) == "draft"


def test_a_launch_at_a_time_waits_and_can_be_taken_back(
    cast: Cast, ben: Client, ready: Campaign
) -> None:
    when = {"when": "recipient", "send_at": "2091-12-01T09:00"}
    ben.post(_url("campaign_launch", ready.pk), when)
    page = ben.get(_url("campaign", ready.pk)).content.decode()
    assert "own clock shows <strong>1 Dec 2091, 09:00</strong>" in page
    assert "Goes out" in ben.get(_url("campaigns") + "?show=scheduled").content.decode()
    assert _state(ready) == "scheduled"
    answer = ben.post(_url("campaign_unschedule", ready.pk))
    assert answer["Location"] == _url("campaign_edit", ready.pk)
    assert _state(ready) == "draft"


@pytest.mark.parametrize("send_at", ["", "tomorrow", "2020-01-01T09:00"])
def test_a_launch_at_no_time_or_one_that_has_passed_stays_a_draft(
    ben: Client, ready: Campaign, send_at: str
) -> None:
    ben.post(_url("campaign_launch", ready.pk), {"when": "brand", "send_at": send_at})
    assert _state(ready) == "draft"


def test_running_campaigns_are_paused_resumed_and_cancelled(
    cast: Cast, ben: Client, ready: Campaign
) -> None:
    with brand_scope(cast.floral):
        Campaign.objects.update(
            state="sending", planned=1, frozen=content_of(ready, cast.floral).stored()
        )
        ready.chunks.create(number=0, customer_ids=[cast.rae.pk])
    for act, state in (("pause", "paused"), ("resume", "sending"), ("cancel", "cancelled")):
        ben.post(_url(f"campaign_{act}", ready.pk))
        assert _state(ready) == state


def test_a_get_never_acts(ben: Client, ready: Campaign) -> None:
    for act in ("launch", "unschedule", "pause", "resume", "cancel", "delete", "copy"):
        assert ben.get(_url(f"campaign_{act}", ready.pk)).status_code == 405
    assert _state(ready) == "draft"


def test_a_draft_opens_in_the_editor_and_a_viewer_sees_it_as_it_is(
    cast: Cast, ben: Client, ready: Campaign
) -> None:
    assert ben.get(_url("campaign", ready.pk))["Location"] == _url("campaign_edit", ready.pk)


def test_the_live_part_stops_asking_when_the_campaign_is_over(
    cast: Cast, ben: Client, ready: Campaign
) -> None:
    with brand_scope(cast.floral):
        Campaign.objects.update(state="sending", planned=2)
        Delivery.objects.create(campaign=ready, customer=cast.rae, outcome="sent")
    running = ben.get(_url("campaign_live", ready.pk)).content.decode()
    assert "every 2s" in running
    assert 'aria-valuenow="1"' in running
    assert "every 2s" in ben.get(_url("campaign_row", ready.pk)).content.decode()
    with brand_scope(cast.floral):
        Campaign.objects.update(state="done")
    assert ben.get(_url("campaign_live", ready.pk))["HX-Refresh"] == "true"
    assert "every 2s" not in ben.get(_url("campaign_row", ready.pk)).content.decode()


def test_the_whole_page_is_drawn_anew_when_other_buttons_are_due(
    cast: Cast, ben: Client, ready: Campaign
) -> None:
    def answer(stage: str) -> Any:
        return ben.get(_url("campaign_live", ready.pk), {"stage": stage})

    with brand_scope(cast.floral):
        at = datetime(2026, 5, 1, tzinfo=UTC)
        Campaign.objects.update(state="sending", planned=3, launched_at=at)
        Chunk.objects.create(campaign=ready, number=0, customer_ids=[1, 2], variant="-")
    assert answer("launching")["HX-Refresh"] == "true"
    assert "?stage=sending" in answer("sending").content.decode()
    with brand_scope(cast.floral):
        Delivery.objects.create(campaign=ready, customer=cast.rae, outcome="sent")
    assert answer("sending")["HX-Refresh"] == "true"
    page = ben.get(_url("campaign", ready.pk)).content.decode()
    assert "The better variant is not chosen yet" in page
    assert "Their turn has not come yet" not in page
    tried = answer("sending-tried").content.decode()
    assert "The variants are tried" in tried
    assert "?stage=sending-tried" in tried


def test_the_report_shows_the_mail_as_it_was_sent(cast: Cast, ben: Client, ready: Campaign) -> None:
    with brand_scope(cast.floral):
        frozen = content_of(ready, cast.floral).stored()
        Campaign.objects.update(
            state="done", frozen=frozen, launched_at=datetime(2026, 5, 1, tzinfo=UTC)
        )
        Campaign.objects.update(blocks=[], subject="Changed behind its back")
    page = ben.get(_url("campaign", ready.pk)).content.decode()
    assert "Changed behind its back" not in page
    assert "Hi" in ben.get(_url("campaign_mail", ready.pk)).content.decode()


def test_recipients_leave_as_a_file_without_formulas(
    cast: Cast, ben: Client, ready: Campaign
) -> None:
    with brand_scope(cast.floral):
        Customer.objects.filter(pk=cast.rae.pk).update(first_name="=cmd|'/c calc'!A1")
        Delivery.objects.create(
            campaign=ready, customer=cast.rae, outcome="failed", reason="refused"
        )
    answer = ben.get(_url("campaign_recipients", ready.pk))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="may-recipients.csv"'
    assert lines[0] == "E-mail,First name,Last name,Outcome,Reason,At (UTC),Clicks,Left"
    assert lines[1].startswith("rae@example.com,'=cmd|'/c calc'!A1,Winter,failed,The receiving")
    assert len(lines) == 2


def test_a_copy_is_a_new_draft_with_the_same_words(
    cast: Cast, ben: Client, ready: Campaign
) -> None:
    ben.post(_url("campaign_copy", ready.pk))
    with brand_scope(cast.floral):
        copy = Campaign.objects.exclude(pk=ready.pk).get()
        assert (copy.name, copy.state, copy.blocks) == ("May (copy)", "draft", ready.blocks)
        assert copy.segment_id == ready.segment_id


def test_the_calendar_shows_a_month_and_what_is_no_month_is_the_present_one(
    cast: Cast, ben: Client
) -> None:
    with brand_scope(cast.floral):
        Campaign.objects.create(
            name="May news", state="done", launched_at=datetime(2019, 5, 4, 9, tzinfo=UTC)
        )
    page = ben.get(_url("campaign_calendar"), {"month": "2019-05"}).content.decode()
    assert "May news" in page
    assert "?month=2019-04" in page
    for asked in ("", "2026-13", "x", "0001-01", "9999-12"):
        page = ben.get(_url("campaign_calendar"), {"month": asked})
        assert page.status_code == 200
        assert "May news" not in page.content.decode()
