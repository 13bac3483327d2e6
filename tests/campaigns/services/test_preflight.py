"""A draft is rendered for everybody it would go to, and only for them."""

from datetime import timedelta

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.editor import ContentVersion, Preflight
from campaigns.models.messages import Delivery
from campaigns.models.senders import Chunk
from campaigns.rules.pressure import Cap, Rules
from campaigns.selectors import preflight as look
from campaigns.selectors.checks import check_campaign, launch_errors
from campaigns.services import drafts, editing, preflight, variants
from campaigns.services.policy import set_contact_rules
from config.kit.clock import now
from config.kit.errors import Conflict
from customers.models.customers import Customer
from customers.models.segments import Segment, SegmentMember
from tests import factories
from tests.campaigns import mailing
from tests.conftest import Cast

BLOCKS = [{"kind": "heading", "text": "Dear {{ first_name }}"}, {"kind": "footer"}]


def _draft(**fields) -> Campaign:
    segment, _ = Segment.objects.get_or_create(name="All", defaults={"rule": {"all": []}})
    values = {"name": "May", "segment": segment, "subject": "Hi", "preheader": "x"}
    campaign = drafts.create_campaign(**{**values, "blocks": BLOCKS, **fields})
    return Campaign.objects.select_related("segment", "brand").get(pk=campaign.pk)


def _people(count: int, *, nameless: int = 0) -> list[Customer]:
    people = mailing.customers(count)
    Customer.objects.filter(pk__in=[each.pk for each in people[:nameless]]).update(first_name="")
    return people


def _texts(campaign: Campaign) -> list[str]:
    return [problem.text for problem in check_campaign(campaign).problems]


def test_a_small_audience_is_looked_at_as_a_whole_at_once(floral: Brand) -> None:
    _people(5, nameless=2)
    campaign = _draft()
    report = check_campaign(campaign)
    assert report.found is not None
    assert (report.found.people, report.run) == (5, None)
    assert report.found.largest > 3_000
    assert _texts(campaign) == [
        "2 of 5 people have no first_name: they would see a gap, among them c0@example.com, "
        'c1@example.com. Write {{ first_name | default: "there" }} with a default.'
    ]


@pytest.mark.parametrize(
    "fields", [{}, {"segment": None}, {"subject": ""}, {"blocks": []}, {"subject": "{{ who }}"}]
)
def test_a_launch_is_refused_for_the_errors_of_the_whole_look(floral: Brand, fields) -> None:
    mailing.customers(3, consented=False, prefix="n")
    for reachable in (0, 2):
        _people(reachable)
        campaign = _draft(name=f"To {reachable}", **fields)
        assert launch_errors(campaign) == check_campaign(campaign).errors
        assert bool(launch_errors(campaign)) == (bool(fields) or not reachable)


def test_only_those_who_would_be_written_to_are_looked_at(floral: Brand) -> None:
    _people(2)
    mailing.customers(3, consented=False, prefix="n")
    report = check_campaign(_draft())
    assert report.found is not None
    assert report.found.people == 2


def test_a_value_no_subject_may_hold_is_found(floral: Brand) -> None:
    (person, _) = _people(2)
    Customer.objects.filter(pk=person.pk).update(first_name="Ada\u2028Lane")
    (text,) = _texts(_draft(subject="Dear {{ first_name }}"))
    assert text.startswith("1 of 2 people cannot be written to")


def test_variants_are_rendered_for_everybody_too(floral: Brand) -> None:
    _people(3)
    campaign = _draft()
    variant = variants.add_variant(campaign)
    editing.change_words(variant, subject="In {{ city }}")
    assert any("have no city" in text for text in _texts(campaign))


@pytest.fixture
def in_turns(monkeypatch):
    """Two people make a large audience, and a turn of looking at everybody."""
    monkeypatch.setattr(look, "AT_ONCE", 2)
    monkeypatch.setattr(preflight, "TURN", 2)


def test_everybody_of_a_large_audience_is_looked_at_in_turns(
    cast: Cast, in_turns, run_due_work, db
) -> None:
    with brand_scope(cast.floral):
        _people(5, nameless=5)
        campaign = _draft()
        assert any(text.startswith("2 of 2 people looked at have") for text in _texts(campaign))
        run = preflight.request_look(campaign)
        assert (run.people, run.looked_at, run.finished_at) == (5, 0, None)
    run_due_work()
    with brand_scope(cast.floral):
        run.refresh_from_db()
        assert run.looked_at == 5
        assert run.finished_at is not None
        assert any(text.startswith("5 of 5 people have no first_name") for text in _texts(campaign))
        assert preflight.request_look(campaign) == run
        assert DomainEvent.objects.filter(type="campaign.preflight_requested").count() == 1


def test_a_change_of_words_makes_the_look_worthless(floral: Brand, in_turns) -> None:
    _people(3)
    campaign = _draft()
    preflight.request_look(campaign)
    editing.change_words(campaign, subject="Other")
    assert preflight.look_further(campaign.pk)
    assert not Preflight.objects.exists()
    assert check_campaign(campaign).run is None


def test_without_an_audience_there_is_nobody_to_look_at(floral: Brand) -> None:
    campaign = _draft(segment=None)
    with pytest.raises(Conflict):
        preflight.request_look(campaign)
    assert not Preflight.objects.exists()


def test_a_draft_goes_with_its_look_variants_and_earlier_versions(floral: Brand) -> None:
    _people(1)
    campaign = _draft()
    preflight.request_look(campaign)
    editing.add_block(variants.add_variant(campaign), kind="divider")
    editing.add_block(campaign, kind="divider")
    drafts.delete_campaign(campaign)
    assert not Campaign.objects.exists()
    assert not Preflight.objects.exists()
    assert not ContentVersion.objects.exists()


def _sent(intent: str, *, days_ago: int, segment: Segment) -> None:
    at = now() - timedelta(days=days_ago)
    Campaign.objects.create(
        name="Past", segment=segment, intent=intent, state="done", launched_at=at
    )


def test_people_asked_for_money_too_often_are_pointed_out(floral: Brand) -> None:
    factories.consent(factories.customer(email="a@example.com", first_name="Ada"))
    campaign = _draft()
    segment = campaign.segment
    assert segment is not None
    _sent("sell", days_ago=100, segment=segment)
    for days_ago, intent in enumerate(("sell", "thank", "sell"), start=1):
        _sent(intent, days_ago=days_ago, segment=segment)
    assert _texts(campaign) == []
    _sent("sell", days_ago=30, segment=segment)
    (text,) = _texts(campaign)
    assert text.startswith("3 of the last 4 mails to these people in 90 days asked for money.")
    drafts.update_campaign(campaign, intent="thank")
    assert _texts(campaign) == []


def _got_mail(person: Customer, *, days_ago: int) -> None:
    past = Campaign.objects.create(name=f"{days_ago} days ago", state="done")
    at = now() - timedelta(days=days_ago)
    Delivery.objects.create(campaign=past, customer=person, outcome="sent", at=at)


def test_pre_flight_says_whom_the_contact_rules_would_hold_back(floral: Brand, in_turns) -> None:
    people = _people(3)
    campaign = _draft()
    _got_mail(people[0], days_ago=1)
    _got_mail(people[1], days_ago=6)
    found = check_campaign(campaign).found
    assert found is not None
    assert (found.waiting, found.expiring) == (0, 0)
    set_contact_rules(Rules(caps=(Cap(1, days=7),), expire_hours=72))
    preflight.request_look(campaign)
    while not preflight.look_further(campaign.pk):
        pass
    found = check_campaign(campaign).found
    assert found is not None
    assert (found.people, found.waiting, found.expiring) == (3, 2, 1)
    assert not Chunk.objects.exists()


def test_the_look_is_worthless_once_the_audience_or_the_contact_rules_change(
    floral: Brand, in_turns
) -> None:
    _people(3)
    campaign = _draft()
    first = preflight.request_look(campaign)
    assert check_campaign(campaign).run == first
    mailing.customers(1, prefix="more")
    assert check_campaign(campaign).run is None
    second = preflight.request_look(campaign)
    assert (second.pk == first.pk, second.people) == (False, 4)
    set_contact_rules(Rules(caps=(Cap(1, days=7),)))
    assert check_campaign(campaign).run is None


def test_pre_flight_counts_what_the_last_mails_were_for(floral: Brand) -> None:
    _people(1)
    campaign = _draft()
    assert campaign.segment is not None
    for days_ago, intent in enumerate(("sell", "sell", "thank", "sell", "help", "listen"), start=1):
        _sent(intent, days_ago=days_ago, segment=campaign.segment)
    assert check_campaign(campaign).mix == [("Sell", 3), ("Thank", 1), ("Help", 1)]


def test_a_campaign_that_was_cancelled_before_it_left_asked_nobody_for_money(floral: Brand) -> None:
    _people(1)
    campaign = _draft()
    for days_ago, state in enumerate(("cancelled", "failed", "done"), start=1):
        _sent("sell", days_ago=days_ago, segment=campaign.segment)
        newest = Campaign.objects.filter(intent="sell").latest("pk")
        Campaign.objects.filter(pk=newest.pk).update(state=state)
    assert check_campaign(campaign).mix == [("Sell", 1)]


def test_mails_to_another_segment_count_when_they_reached_these_people(floral: Brand) -> None:
    people = _people(12)
    campaign = _draft()
    for person in people:
        SegmentMember.objects.create(
            segment=campaign.segment,
            customer_id=person.pk,
            entered_at=now(),
            entered_by="rule",
            entered_change=0,
        )
    other = Segment.objects.create(name="Other", rule={"all": []})
    for intent, days_ago, reached in (("help", 1, 1), ("thank", 2, 2)):
        _sent(intent, days_ago=days_ago, segment=other)
        for person in people[:reached]:
            past = Campaign.objects.get(intent=intent)
            Delivery.objects.create(campaign=past, customer=person, outcome="sent")
    assert check_campaign(campaign).intents == ["thank"]
