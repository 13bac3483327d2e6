"""The review queue: what stands beside an offer, and a decision on exactly what was looked at."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from config.kit import ids
from partners.models.offers import Offer, OfferRules, OfferStep, OfferTemplate, ReplyTemplate
from partners.models.partnerships import Partnership
from partners.rules.revenue_share import Deal
from partners.selectors.names import OFFER
from partners.selectors.offers import version_of
from partners.services.offers import save_offer
from partners.services.replies import save_reply
from tests.partners.services.offering import content, live, submitted

State = Offer.State
Decide = Callable[..., str]


def at(name: str, offer: Offer | None = None) -> str:
    return reverse(name, args=["floral"] + ([ids.encode(OFFER, offer.uid)] if offer else []))


@pytest.fixture
def decide(ana: Client) -> Decide:
    """`decide(offer, "approve")`: the page after the button."""

    def press(offer: Offer, act: str, **said: object) -> str:
        digest = version_of(offer, 1).content_hash
        sent = {"act": act, "number": "1", "hash": digest} | said
        answer = ana.post(at("partner_review_decide", offer), sent, follow=True)
        offer.refresh_from_db()
        return answer.content.decode()

    return press


def test_where_nothing_waits_it_says_what_would_stand_here(ana: Client) -> None:
    assert "Nothing waits for you" in ana.get(at("partner_review")).content.decode()


def test_offers_come_one_at_a_time_and_the_keys_lead_on(dinner: Partnership, ana: Client) -> None:
    first, second = submitted(dinner), submitted(dinner, headline="A glass on us")
    page = ana.get(at("partner_review")).content.decode()
    assert "A fifth off dinner for two" in page
    for key in "acdj":
        assert f'data-key="{key}"' in page
    assert at("partner_review_offer", second) in page
    page = ana.get(at("partner_review_offer", second)).content.decode()
    assert "A glass on us" in page
    assert at("partner_review_offer", first) in page
    assert 'data-key="k"' in page


def test_what_to_look_at_twice_is_said(
    dinner: Partnership, wines: Partnership, ana: Client
) -> None:
    live(wines, category_id=dinner.category_id, is_exclusive=True, headline="Wine with it")
    dinner.website = "www.lucia.example"
    dinner.save()
    offer = submitted(
        dinner,
        link="https://else.example/menu",
        text="Book at www.lucia.example/book",
        deal=Deal(share=50),
    )
    page = ana.get(at("partner_review_offer", offer)).content.decode()
    assert "The link leads to else.example, not to lucia.example" in page
    assert "The words hold an address" in page
    assert "The money differs from what was agreed" in page
    assert "by “Wine with it” of Otto&#x27;s Wines" in page
    assert 'data-key="a"' not in page


def test_who_would_get_it_and_what_it_brings_is_counted(dinner: Partnership, ana: Client) -> None:
    OfferRules.objects.create(floor_minor=100_000)
    offer = submitted(dinner, deal=Deal(share=0, flat=1))
    page = ana.get(at("partner_review_beside", offer)).content.decode()
    assert "Who would get it" in page
    assert "That is less than the least" in page
    assert ana.get(at("partner_review_beside", live(dinner))).status_code == 404


def test_a_link_of_the_partners_own_and_the_agreed_deal_raise_nothing(
    dinner: Partnership, ana: Client
) -> None:
    dinner.website = "https://lucia.example"
    dinner.save()
    offer = submitted(dinner, link="https://book.lucia.example/")
    page = ana.get(at("partner_review_offer", offer)).content.decode()
    assert "Nothing: link, words, days and money" in page


def test_each_decision_is_kept_with_who_took_it(
    dinner: Partnership, decide: Decide, cast: object
) -> None:
    yes, ask, no = (submitted(dinner) for _ in range(3))
    assert "Approved" in decide(yes, "approve")
    assert "Asked for" in decide(ask, "changes", note="Until when?")
    assert "Declined" in decide(no, "decline", note="Not for us.")
    assert [each.state for each in (yes, ask, no)] == [
        State.APPROVED,
        State.CHANGES_REQUESTED,
        State.DECLINED,
    ]
    steps = OfferStep.objects.exclude(act="submitted").order_by("pk")
    assert [(step.act, step.note, step.by_kind) for step in steps] == [
        ("approved", "", "user"),
        ("changes_requested", "Until when?", "user"),
        ("declined", "Not for us.", "user"),
    ]


def test_what_was_not_looked_at_is_not_approved(dinner: Partnership, decide: Decide) -> None:
    offer = submitted(dinner)
    save_offer(dinner, content(dinner.category, headline="Another"), offer=offer, base=1)
    assert "saved version 2 since" in decide(offer, "approve")
    assert "look at it again" in decide(submitted(dinner), "approve", hash="0" * 64)
    assert not Offer.objects.exclude(state=State.SUBMITTED).exists()
    assert not OfferStep.objects.filter(act="approved").exists()


def test_a_no_without_words_is_none(dinner: Partnership, decide: Decide) -> None:
    offer = submitted(dinner)
    assert "Say why" in decide(offer, "decline", note=" ")
    assert "Say what should change" in decide(offer, "changes")
    assert offer.state == State.SUBMITTED


def test_kept_replies_are_written_chosen_and_deleted(dinner: Partnership, ana: Client) -> None:
    offer = submitted(dinner)
    said = {"name": "Days", "text": "Dear {partner}, until when is “{offer}”?"}
    ana.post(at("offer_replies"), said)
    reply = ReplyTemplate.objects.get()
    chosen = {"reply": reply.pk, "act": "changes"}
    page = ana.get(at("partner_review_reply", offer), chosen).content.decode()
    assert "Dear Trattoria Lucia, until when is “A fifth off dinner for two”?" in page
    taken = ana.post(at("offer_replies"), said).content.decode()
    assert "There is a reply of this name already." in taken
    ana.post(reverse("offer_reply", args=["floral", reply.pk]), said | {"text": "When?"})
    reply.refresh_from_db()
    assert reply.text == "When?"
    ana.post(reverse("offer_reply_delete", args=["floral", reply.pk]))
    assert not ReplyTemplate.objects.exists()


def test_the_brand_says_what_new_offers_begin_with(dinner: Partnership, ana: Client) -> None:
    said = {"lead_days": "3", "run_days": "10", "valid_days": "", "text": "Fresh."}
    ana.post(at("offer_template"), said)
    ana.post(at("offer_template"), said | {"run_days": "20"})
    row = OfferTemplate.objects.get()
    assert (row.lead_days, row.run_days, row.valid_days, row.text) == (3, 20, None, "Fresh.")


def test_who_may_not_review_finds_no_queue(dinner: Partnership, ben: Client) -> None:
    offer = submitted(dinner)
    reply = save_reply(name="Days", text="Until when?")
    assert ben.get(at("partner_review_offer", offer)).status_code == 404
    assert ben.post(at("partner_review_decide", offer), {"act": "approve"}).status_code == 404
    assert ben.post(reverse("offer_reply_delete", args=["floral", reply.pk])).status_code == 404
    offer.refresh_from_db()
    assert (offer.state, ReplyTemplate.objects.count()) == (State.SUBMITTED, 1)
