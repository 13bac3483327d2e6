"""A customer's timeline shows what they were sent and what they did, newest first."""

from datetime import UTC, datetime, timedelta

from accounts.models.brands import Brand
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery, Feedback
from campaigns.selectors import suggestions, timeline
from customers.selectors.timeline import Position
from customers.services.merges import merge_customers, undo_merge
from tests import factories
from tests.conftest import Cast

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
EVERYTHING = frozenset({"campaigns.edit", "campaigns.send"})


def test_mails_and_answers_are_told_in_words(cast: Cast, floral: Brand) -> None:
    first = Campaign.objects.create(name="May")
    second = Campaign.objects.create(name="June")
    Delivery.objects.create(campaign=first, customer=cast.rae, outcome="sent", at=NOON)
    Delivery.objects.create(
        campaign=second,
        customer=cast.rae,
        outcome="failed",
        reason="refused",
        at=NOON + timedelta(days=1),
    )
    Feedback.objects.create(
        campaign=first, customer=cast.rae, kind="click", link=2, at=NOON, simulated=True
    )
    mails = timeline.mails(cast.rae, None, 10)
    assert [(entry.title, entry.detail) for entry in mails] == [
        ("Could not be sent: June", "The receiving server refused it"),
        ("Sent: May", ""),
    ]
    assert mails[0].url == f"/b/floral/campaigns/{second.pk}/"
    [answer] = timeline.answers(cast.rae, None, 10)
    assert (answer.title, answer.detail, answer.simulated) == ("Clicked in May", "Link 2", True)
    older = timeline.mails(cast.rae, Position(mails[0].at, mails[0].id), 10)
    assert [entry.title for entry in older] == ["Sent: May"]


def test_mails_to_a_record_that_was_merged_are_in_the_story_of_who_it_became(
    cast: Cast, floral: Brand
) -> None:
    jo = factories.customer(email="jo@example.com")
    campaign = Campaign.objects.create(name="May")
    Delivery.objects.create(campaign=campaign, customer=jo, outcome="sent", at=NOON)
    Feedback.objects.create(campaign=campaign, customer=jo, kind="click", link=2, at=NOON)
    merge = merge_customers(kept=cast.rae, gone=jo)
    assert len(timeline.mails(cast.rae, None, 10)) == len(timeline.answers(cast.rae, None, 10)) == 1
    undo_merge(merge=merge)
    assert timeline.mails(cast.rae, None, 10) == timeline.answers(cast.rae, None, 10) == []


def test_drafts_and_paused_campaigns_ask_to_be_finished(floral: Brand) -> None:
    draft = Campaign.objects.create(name="May")
    paused = Campaign.objects.create(name="June", state="paused")
    Campaign.objects.create(name="April", state="done")
    assert [(s.title, s.url) for s in suggestions.drafts_waiting(floral, EVERYTHING)] == [
        ("Finish “May”", f"/b/floral/campaigns/{draft.pk}/edit/")
    ]
    assert [(s.title, s.url) for s in suggestions.paused(floral, EVERYTHING)] == [
        ("“June” is paused", f"/b/floral/campaigns/{paused.pk}/")
    ]
    assert not suggestions.drafts_waiting(floral, frozenset())
    assert not suggestions.paused(floral, frozenset())
