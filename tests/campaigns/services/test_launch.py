"""A launch freezes mail and audience, happens once, and is refused when something is wrong."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign, CampaignLink
from campaigns.models.senders import Chunk
from campaigns.selectors.audience import audience_of
from campaigns.selectors.checks import check_campaign
from campaigns.services import drafts, launch
from config.kit import ids
from config.kit.errors import Conflict
from customers.models.consents import Channel, Suppression
from customers.models.customers import Customer
from customers.models.segments import Segment
from tests import factories
from tests.conftest import Cast

LINK = "https://floral.example/tulips"
BLOCKS: list[dict[str, Any]] = [
    {"kind": "heading", "id": "h", "text": 'Hello {{ first_name | default: "there" }}'},
    {"kind": "button", "id": "b", "text": "Tulips", "href": LINK},
    {"kind": "footer", "id": "f"},
]
EVERYBODY: dict[str, Any] = {"all": []}


def _draft(**changes: Any) -> Campaign:
    segment = Segment.objects.create(name="Everybody", rule=EVERYBODY)
    values = {"name": "May", "segment": segment, "subject": "Tulips", "preheader": "Fresh today"}
    return drafts.create_campaign(**{**values, "blocks": BLOCKS, **changes})


def _customers(count: int) -> list[Customer]:
    people = [factories.customer(email=f"p{n}@example.com") for n in range(count)]
    for person in people:
        factories.consent(person)
    return people


def _texts(campaign: Campaign) -> list[str]:
    return [problem.text for problem in check_campaign(campaign).problems]


def test_a_launch_freezes_the_mail_and_its_links(cast: Cast, floral: Brand) -> None:
    _customers(2)
    campaign = _draft()
    launch.launch_campaign(campaign=campaign, by=cast.ben)
    assert campaign.state == Campaign.State.LAUNCHING
    assert campaign.launched_by_id == cast.ben.pk
    assert campaign.frozen["subject"] == "Tulips"
    assert campaign.frozen["rule"] == {"all": []}
    assert campaign.frozen["sender_email"] == "hello@floral.example"
    assert campaign.frozen["as_of"] == floral.today.isoformat()
    assert list(CampaignLink.objects.values_list("number", "url")) == [(1, LINK)]
    assert [event.type for event in DomainEvent.objects.all()] == ["campaign.launched"]


def test_planning_writes_to_exactly_those_the_check_counted(cast: Cast, run_due_work: Any) -> None:
    with brand_scope(cast.floral):
        people = _customers(5)
        factories.consent(factories.customer(email="no@example.com"), granted=False)
        twin = Customer.objects.create(email="P0@example.com", email_norm="p0@example.com")
        factories.consent(twin)
        factories.customer(email="")
        Suppression.objects.create(
            channel=Channel.EMAIL, address="p4@example.com", reason=Suppression.Reason.MANUAL
        )
        campaign = _draft()
        foreseen = check_campaign(campaign).audience
        launch.launch_campaign(campaign=campaign)
    run_due_work()
    with brand_scope(cast.floral):
        campaign.refresh_from_db()
        assert foreseen is not None
        assert (foreseen.reachable, dict(foreseen.left_out)) == (
            4,
            {"no_consent": 2, "no_address": 1, "same_address": 1, "suppressed": 1},
        )
        assert (campaign.planned, campaign.skipped) == (4, foreseen.left_out)
        assert campaign.state == Campaign.State.SENDING
        assert Chunk.objects.get().customer_ids == [person.pk for person in people[:4]]


def test_a_second_launch_is_refused(floral: Brand) -> None:
    _customers(1)
    campaign = _draft()
    launch.launch_campaign(campaign=campaign)
    with pytest.raises(Conflict):
        launch.launch_campaign(campaign=campaign)
    assert DomainEvent.objects.count() == 1
    assert CampaignLink.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"segment": None}, "Choose who should get this mail"),
        ({"subject": ""}, "Write a subject"),
        ({"subject": "Hi {{ password }}"}, "no personal field"),
        ({"blocks": []}, "empty"),
        ({"blocks": BLOCKS[:2]}, "footer"),
        (
            {"blocks": [{"kind": "button", "text": "Go", "href": "tulips"}, BLOCKS[2]]},
            "not a full web address",
        ),
    ],
)
def test_a_campaign_that_is_not_ready_stays_a_draft(
    floral: Brand, changes: dict[str, Any], says: str
) -> None:
    _customers(1)
    campaign = _draft(**changes)
    with pytest.raises(launch.NotReady, match=says):
        launch.launch_campaign(campaign=campaign)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.frozen) == ("draft", {})
    assert not CampaignLink.objects.exists()
    assert not DomainEvent.objects.exists()


def test_nobody_to_write_to_stops_a_launch(floral: Brand) -> None:
    campaign = _draft()
    with pytest.raises(launch.NotReady, match="Nobody in this segment"):
        launch.launch_campaign(campaign=campaign)


@pytest.mark.parametrize("field", ["postal_address", "sender_email"])
def test_a_brand_that_does_not_say_who_it_is_cannot_send(floral: Brand, field: str) -> None:
    _customers(1)
    setattr(floral, field, "")
    floral.save()
    with pytest.raises(launch.NotReady, match="brand's settings"):
        launch.launch_campaign(campaign=_draft())


def test_people_without_a_name_are_counted_when_the_mail_needs_one(floral: Brand) -> None:
    _customers(3)
    campaign = _draft(subject="Hello {{ first_name }}")
    assert _texts(campaign) == [
        "3 of 3 people have no first_name: they would see a gap, among them p0@example.com, "
        'p1@example.com, p2@example.com. Write {{ first_name | default: "there" }} with a default.'
    ]


def test_placeholders_of_a_starter_are_pointed_out(floral: Brand) -> None:
    _customers(1)
    button = {"kind": "button", "text": "Go", "href": "https://example.com/"}
    campaign = _draft(blocks=[button, BLOCKS[2]])
    assert any("example.com" in text for text in _texts(campaign))
    assert check_campaign(campaign).can_launch


def test_a_segment_inside_is_written_out_so_that_later_changes_do_not_matter(
    floral: Brand,
) -> None:
    people = _customers(2)
    inner = Segment.objects.create(name="Inner", rule=EVERYBODY)
    inner.refresh_from_db()
    outer = Segment.objects.create(
        name="Outer", rule={"all": [{"kind": "segment", "op": "in", "id": _public(inner)}]}
    )
    campaign = _draft(segment=outer)
    launch.launch_campaign(campaign=campaign)
    assert campaign.frozen["rule"] == {"all": [{"all": []}]}
    as_of = floral.today
    assert audience_of(campaign.frozen["rule"], as_of=as_of).reachable == len(people)


def _public(segment: Segment) -> str:
    return ids.encode("seg", segment.uid)


@pytest.mark.django_db(transaction=True)
def test_of_many_launches_at_the_same_moment_one_wins(cast: Cast) -> None:
    with brand_scope(cast.floral):
        _customers(1)
        campaign = _draft()

    def launch_once(_: int) -> str:
        try:
            with brand_scope(cast.floral.pk):
                launch.launch_campaign(campaign=Campaign.objects.get(pk=campaign.pk))
        except Conflict:
            return "refused"
        finally:
            connection.close()
        return "launched"

    with ThreadPoolExecutor(max_workers=6) as pool:
        outcomes = sorted(pool.map(launch_once, range(6)))
    assert outcomes == ["launched", *["refused"] * 5]
    with brand_scope(cast.floral):
        assert DomainEvent.objects.filter(type="campaign.launched").count() == 1
        assert CampaignLink.objects.count() == 1


def test_a_rule_that_can_no_longer_be_planned_fails_with_its_reason(
    cast: Cast, run_due_work: Any
) -> None:
    with brand_scope(cast.floral):
        _customers(1)
        campaign = _draft()
        launch.launch_campaign(campaign=campaign)
        frozen = {**campaign.frozen, "rule": {"all": [{"kind": "unheard_of"}]}}
        Campaign.objects.filter(pk=campaign.pk).update(frozen=frozen)
    run_due_work()
    with brand_scope(cast.floral):
        campaign.refresh_from_db()
        assert campaign.state == Campaign.State.FAILED
        assert "unheard_of" in campaign.error or "kinds are" in campaign.error
        assert not Chunk.objects.exists()
