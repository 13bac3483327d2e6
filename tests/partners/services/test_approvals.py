"""What the brand says to an offer, and what it takes for a yes."""

from datetime import timedelta

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import Actor, acting
from config.kit.errors import Conflict, Invalid
from partners.models.offers import Offer, OfferStep
from partners.models.partnerships import CompetitorBlock, Partnership
from partners.rules.content import VoucherTerms
from partners.selectors.offers import content_of, offer_day, version_content, version_of, waits
from partners.services.approvals import approve_offer, decline_offer, request_changes
from partners.services.offers import save_offer, submit_offer
from partners.services.vouchers import close_pool, pool_for_offer
from tests.conftest import Cast
from tests.partners.services.offering import (
    approve,
    changed,
    content,
    days,
    live,
    other,
    submitted,
)
from tests.partners.vouchers import pool_of

State = Offer.State


def test_both_sides_agree_to_one_hash_and_the_offer_takes_its_days(
    dinner: Partnership, cast: Cast
) -> None:
    offer = submitted(dinner)
    digest = version_of(offer, 1).content_hash
    with acting(Actor("user", cast.ana.pk)):
        approve_offer(offer, number=1, content_hash=digest)
    offer.refresh_from_db()
    assert (offer.state, offer.approved) == (State.APPROVED, 1)
    assert offer.brand_hash == offer.partner_hash == digest
    assert (offer.starts_on, offer.ends_on) == tuple(days(0, 28).values())
    step = OfferStep.objects.get(act="approved")
    assert (step.version, step.content_hash, step.by_kind, step.by_id) == (
        1,
        digest,
        "user",
        cast.ana.pk,
    )
    event = DomainEvent.objects.get(type="offer.approved")
    assert (event.subject_id, event.payload) == (offer.pk, {"number": 1})


def test_changes_are_asked_for_and_made(dinner: Partnership) -> None:
    offer = submitted(dinner)
    with pytest.raises(Invalid):
        request_changes(offer, number=1, note=" ")
    request_changes(offer, number=1, note="Say until when, please.")
    assert offer.state == State.CHANGES_REQUESTED
    with pytest.raises(Conflict):
        approve(offer)
    save_offer(dinner, other(version_content(offer, 1), text="Until 9."), offer=offer, base=1)
    submit_offer(offer, number=2)
    approve(offer)
    assert (offer.state, offer.approved, content_of(offer).text) == (State.APPROVED, 2, "Until 9.")
    acts = OfferStep.objects.order_by("pk").values_list("act", "version", "note")
    assert list(acts) == [
        ("submitted", 1, ""),
        ("changes_requested", 1, "Say until when, please."),
        ("submitted", 2, ""),
        ("approved", 2, ""),
    ]


def test_a_version_saved_meanwhile_stops_the_approval(dinner: Partnership) -> None:
    offer = submitted(dinner)
    digest = version_of(offer, 1).content_hash
    save_offer(dinner, content(dinner.category, headline="Third thoughts"), offer=offer, base=1)
    for _ in ("saved", "submitted"):
        with pytest.raises(Conflict) as refused:
            approve_offer(offer, number=1, content_hash=digest)
        assert refused.value.code == "newer_version"
        if offer.submitted == 1:
            submit_offer(offer, number=2)
    offer.refresh_from_db()
    assert (offer.state, offer.approved, offer.brand_hash) == (State.SUBMITTED, 0, "")
    assert not OfferStep.objects.filter(act="approved").exists()
    assert not DomainEvent.objects.filter(type="offer.approved").exists()


def test_another_hash_than_the_partners_stops_the_approval(dinner: Partnership) -> None:
    offer = submitted(dinner)
    with pytest.raises(Conflict) as refused:
        approve_offer(offer, number=1, content_hash="0" * 64)
    assert refused.value.code == "hash_differs"
    offer.refresh_from_db()
    assert (offer.state, offer.brand_hash) == (State.SUBMITTED, "")


def test_an_approval_cannot_be_repeated(dinner: Partnership) -> None:
    offer = approve(submitted(dinner))
    with pytest.raises(Conflict):
        approve(offer)
    assert OfferStep.objects.filter(act="approved").count() == 1


def test_nothing_is_approved_of_a_suspended_partner_or_when_its_days_are_over(
    dinner: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = submitted(dinner)
    Partnership.objects.filter(pk=dinner.pk).update(state=Partnership.State.SUSPENDED)
    with pytest.raises(Conflict):
        approve(offer)
    Partnership.objects.filter(pk=dinner.pk).update(state=Partnership.State.ACTIVE)
    later = offer_day() + timedelta(days=29)
    monkeypatch.setattr("partners.services.approvals.offer_day", lambda: later)
    with pytest.raises(Conflict):
        approve(offer)
    offer.refresh_from_db()
    assert offer.state == State.SUBMITTED


def test_declining_says_why_and_ends_it(dinner: Partnership) -> None:
    offer = submitted(dinner)
    with pytest.raises(Invalid):
        decline_offer(offer, number=1, note="")
    decline_offer(offer, number=1, note="We have a partner for dinner.")
    assert offer.state == State.DECLINED
    assert DomainEvent.objects.get(type="offer.declined").payload == {"number": 1}
    with pytest.raises(Conflict):
        submit_offer(offer, number=1)


@pytest.mark.parametrize("act", [request_changes, decline_offer])
def test_a_no_to_the_change_of_a_live_offer_leaves_it_running(
    dinner: Partnership, act: object
) -> None:
    offer = live(dinner)
    save_offer(dinner, content(dinner.category, headline="Half price"), offer=offer, base=1)
    submit_offer(offer, number=2)
    act(offer, number=2, note="That is too much.")  # type: ignore[operator]
    assert (offer.state, offer.approved, waits(offer)) == (State.LIVE, 1, False)
    assert content_of(offer).headline == "A fifth off dinner for two"


def test_an_approved_change_of_a_live_offer_holds_at_once(dinner: Partnership) -> None:
    offer = live(dinner)
    change = content(dinner.category, headline="Half price", **days(0, 60))
    save_offer(dinner, change, offer=offer, base=1)
    submit_offer(offer, number=2)
    approve(offer)
    assert (offer.state, offer.approved, offer.name) == (State.LIVE, 2, "Half price")
    assert offer.ends_on == offer_day() + timedelta(days=60)
    assert offer.brand_hash == offer.partner_hash == version_of(offer, 2).content_hash


def test_a_version_of_another_worth_than_the_partners_own_codes_is_refused(
    dinner: Partnership,
) -> None:
    offer = live(dinner, voucher=VoucherTerms(kind="amount", value=1_000))
    made = pool_for_offer(offer)
    own = pool_of(dinner, "OWN-1", offer=offer, name="Lucia's own")
    with pytest.raises(Conflict, match=r"Lucia's own .* Close that pool first") as refused:
        changed(offer, voucher=VoucherTerms(kind="amount", value=2_500))
    assert refused.value.code == "pool_worth"
    offer.refresh_from_db()
    assert (offer.approved, offer.submitted, waits(offer)) == (1, 2, True)
    assert OfferStep.objects.filter(act="approved").count() == 1
    assert set(offer.pools.filter(closed_at=None)) == {made, own}
    close_pool(own)
    approve(offer)
    assert pool_for_offer(offer).value == 2_500


def test_exclusive_days_are_refused_without_a_name(dinner: Partnership, wines: Partnership) -> None:
    live(dinner, is_exclusive=True, **days(0, 10))
    clashing = submitted(wines, category_id=dinner.category_id, **days(10, 20))
    with pytest.raises(Conflict) as refused:
        approve(clashing)
    assert refused.value.code == "calendar"
    assert "Dinner is taken on" in refused.value.message
    assert dinner.name not in refused.value.message
    clashing.refresh_from_db()
    assert (clashing.state, clashing.approved) == (State.SUBMITTED, 0)
    beside = submitted(wines, category_id=dinner.category_id, **days(11, 20))
    assert approve(beside).state == State.APPROVED


def test_an_exclusive_offer_finds_plain_ones_in_its_way_but_plain_ones_share(
    dinner: Partnership, wines: Partnership
) -> None:
    live(dinner)
    assert approve(submitted(wines, category_id=dinner.category_id)).state == State.APPROVED
    with pytest.raises(Conflict):
        approve(submitted(wines, category_id=dinner.category_id, is_exclusive=True))
    assert approve(submitted(wines, is_exclusive=True)).state == State.APPROVED


@pytest.mark.parametrize("names", ["category", "other"])
def test_a_competitor_block_holds_both_ways(
    dinner: Partnership, wines: Partnership, names: str
) -> None:
    barred = {"category": wines.category} if names == "category" else {"other": wines}
    CompetitorBlock.objects.create(partnership=dinner, **barred)
    first = live(dinner, **days(0, 10))
    with pytest.raises(Conflict) as refused:
        approve(submitted(wines, **days(5, 15)))
    assert refused.value.code == "calendar"
    assert dinner.name not in refused.value.message
    Offer.objects.filter(pk=first.pk).update(state=State.ENDED)
    live(wines, **days(5, 15))
    with pytest.raises(Conflict):
        approve(submitted(dinner, **days(15, 20)))
    assert approve(submitted(dinner, **days(16, 20))).state == State.APPROVED
