"""Variants: written as drafts, spread by chance, sent as they are, and the winner for the rest."""

from datetime import UTC, datetime

import pytest

from accounts.models.events import DomainEvent
from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign, CampaignLink
from campaigns.models.messages import Delivery, Feedback
from campaigns.models.senders import Chunk
from campaigns.models.variants import CampaignVariant
from campaigns.rules.program import Recipient
from campaigns.selectors.checks import check_campaign
from campaigns.selectors.content import frozen_content, in_variant, program_of
from campaigns.selectors.report import result_of
from campaigns.selectors.variants import Outcome, outcomes, waiting_people
from campaigns.services.control import cancel_campaign
from campaigns.services.drafts import create_campaign
from campaigns.services.launch import NotReady, launch_campaign
from campaigns.services.planning import SEND_CHUNK, plan
from campaigns.services.variants import (
    add_variant,
    choose_winner,
    copy_variants,
    remove_variant,
    set_test_percent,
    update_variant,
)
from config.kit.errors import Conflict, Invalid
from customers.models.segments import Segment
from tests import factories
from tests.campaigns.mailing import BLOCKS, EVERYBODY, customers

OTHER = [
    {"kind": "text", "html": "<p>Dear {{ first_name | default: 'friend' }}</p>"},
    {"kind": "button", "text": "Look", "href": "https://shop.example/other"},
    {"kind": "footer"},
]


def draft(variants=2, **fields):
    segment = Segment.objects.create(name=f"All {Segment.objects.count()}", rule=EVERYBODY)
    campaign = create_campaign(
        name="Spring", segment=segment, subject="A", preheader="a", blocks=BLOCKS, **fields
    )
    for number in range(1, variants):
        variant = add_variant(campaign)
        update_variant(variant, subject=f"Subject {number}", blocks=OTHER)
    return campaign


def planned(campaign):
    launch_campaign(campaign=campaign)
    plan(campaign.pk)
    campaign.refresh_from_db()
    return campaign


def ids_by_variant(campaign):
    found = {}
    for chunk in Chunk.objects.filter(campaign=campaign).order_by("number"):
        found.setdefault(chunk.variant, []).extend(chunk.customer_ids)
    return found


def test_a_variant_begins_with_the_campaigns_words_and_takes_the_next_letter(floral):
    campaign = draft(variants=1)
    first, second = add_variant(campaign), add_variant(campaign)
    assert [first.letter, second.letter] == ["B", "C"]
    assert (first.subject, first.blocks) == (campaign.subject, campaign.blocks)
    remove_variant(first)
    assert add_variant(campaign).letter == "B"
    for _ in "DEF":
        add_variant(campaign)
    with pytest.raises(Conflict, match="6 variants"):
        add_variant(campaign)
    assert CampaignVariant.objects.count() == 5


def test_a_launched_campaigns_variants_never_change(floral):
    customers(4)
    campaign = planned(draft())
    variant = CampaignVariant.objects.get()
    for act in (
        lambda: add_variant(campaign),
        lambda: update_variant(variant, subject="Late"),
        lambda: remove_variant(variant),
        lambda: set_test_percent(campaign, 20),
    ):
        with pytest.raises(Conflict):
            act()
    assert CampaignVariant.objects.get().subject == "Subject 1"


def test_everybody_gets_one_variant_and_all_are_tried_equally(floral):
    people = customers(300)
    campaign = planned(draft(variants=4))
    found = ids_by_variant(campaign)
    assert sorted(found) == ["A", "B", "C", "D"]
    everybody = sorted(each for ids in found.values() for each in ids)
    assert everybody == [person.pk for person in people]
    # Of 300 people a quarter is 75; six standard deviations are 45.
    assert all(30 <= len(ids) <= 120 for ids in found.values())
    assert WorkItem.objects.filter(kind=SEND_CHUNK).count() == campaign.chunks_total == 4


def test_a_campaign_without_variants_has_none(floral):
    customers(3)
    campaign = planned(draft(variants=1))
    assert list(ids_by_variant(campaign)) == [""]
    assert outcomes(campaign) == []


def test_each_variant_has_its_words_and_links_of_its_own(floral):
    customers(2)
    campaign = planned(draft())
    content = frozen_content(campaign)
    links = CampaignLink.objects.filter(campaign=campaign).order_by("number")
    assert [(link.number, link.url) for link in links] == [
        (1, "https://shop.example/spring"),
        (2, "https://shop.example/other"),
    ]
    assert [(link.number, link.variant) for link in result_of(campaign).links] == [
        (1, "A"),
        (2, "B"),
    ]
    recipient = Recipient(7, "rae@example.com", {"first_name": "Rae"})
    tokens = {}
    for letter, subject in (("A", b"Subject: A"), ("B", b"Subject: Subject 1")):
        program = program_of(
            in_variant(content, letter), brand_id=floral.pk, campaign_id=campaign.pk
        )
        mail = program.render(recipient, date="Mon, 1 Jun 2026 12:00:00 +0000")
        assert subject in mail.content
        tokens[letter] = program.main.signers.click(7, 1)
    assert tokens["A"] != tokens["B"]


def test_the_rest_waits_for_the_winner_and_gets_it(floral):
    customers(200)
    campaign = draft()
    set_test_percent(campaign, 20)
    planned(campaign)
    found = ids_by_variant(campaign)
    assert sorted(found) == ["-", "A", "B"]
    waiting = len(found["-"])
    # Of 200 people 40 are tried on; six standard deviations are 34.
    assert 126 <= waiting <= 194
    assert (campaign.planned, waiting_people(campaign)) == (200, waiting)
    assert WorkItem.objects.filter(kind=SEND_CHUNK).count() == 2
    choose_winner(campaign, letter="B")
    assert WorkItem.objects.filter(kind=SEND_CHUNK).count() == 3
    assert waiting_people(campaign) == 0
    assert sorted(ids_by_variant(campaign)["B"]) == sorted(found["B"] + found["-"])
    assert Campaign.objects.get(pk=campaign.pk).winner == "B"
    event = DomainEvent.objects.get(type="campaign.winner_chosen")
    assert event.payload["letter"] == "B"


def test_a_winner_is_chosen_once_and_must_be_a_variant(floral):
    customers(100)
    campaign = draft()
    set_test_percent(campaign, 20)
    planned(campaign)
    for letter in ("C", "-", ""):
        with pytest.raises(Invalid, match="no such variant"):
            choose_winner(campaign, letter=letter)
    assert waiting_people(campaign) > 0
    choose_winner(campaign, letter="A")
    with pytest.raises(Conflict, match="Nobody waits"):
        choose_winner(campaign, letter="B")
    assert Campaign.objects.get(pk=campaign.pk).winner == "A"


def test_cancelling_lets_nobody_wait_for_ever(floral):
    customers(400)
    campaign = draft()
    set_test_percent(campaign, 20)
    planned(campaign)
    cancel_campaign(campaign)
    assert waiting_people(campaign) == 0
    assert WorkItem.objects.filter(kind=SEND_CHUNK).count() == 3
    with pytest.raises(Conflict):
        choose_winner(campaign, letter="B")


def test_a_share_that_is_no_share_is_refused(floral):
    campaign = draft()
    for percent in (-1, 91):
        with pytest.raises(Invalid, match="1 to 90"):
            set_test_percent(campaign, percent)
    assert Campaign.objects.get(pk=campaign.pk).test_percent == 0


def test_a_variant_that_is_not_ready_stops_the_launch(floral):
    customers(1)
    campaign = draft()
    update_variant(CampaignVariant.objects.get(), subject="")
    assert [problem.text for problem in check_campaign(campaign).errors] == [
        "Variant B: Write a subject."
    ]
    with pytest.raises(NotReady):
        launch_campaign(campaign=campaign)
    assert Campaign.objects.get(pk=campaign.pk).state == "draft"


def test_what_people_did_counts_for_the_variant_they_were_sent(floral):
    people = customers(4)
    campaign = planned(draft())
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    for person, letter in zip(people, "ABBB", strict=True):
        outcome = "failed" if person == people[3] else "sent"
        Delivery.objects.create(campaign=campaign, customer=person, outcome=outcome, variant=letter)
    for person in (people[0], people[1]):
        Feedback.objects.create(campaign=campaign, customer=person, kind="click", link=1, at=noon)
    Feedback.objects.create(campaign=campaign, customer=people[2], kind="unsubscribe", at=noon)
    factories.order(people[1], source_id="1", on=noon.date(), minor=500)
    assert outcomes(campaign) == [
        Outcome("A", sent=1, clicked=1),
        Outcome("B", sent=2, clicked=1, unsubscribed=1, orders=1, net_minor=500),
    ]
    assert outcomes(campaign)[1].net_per_sent_minor == 250


def test_a_campaign_used_again_has_the_same_variants(floral):
    campaign, copy = draft(variants=3), draft(variants=1)
    copy_variants(campaign, to=copy)
    found = CampaignVariant.objects.filter(campaign=copy).order_by("letter")
    assert [(each.letter, each.subject) for each in found] == [
        ("B", "Subject 1"),
        ("C", "Subject 2"),
    ]


def test_another_brands_variants_are_not_there(cast):
    with brand_scope(cast.other_brand):
        draft()
    with brand_scope(cast.floral):
        assert not CampaignVariant.objects.exists()
