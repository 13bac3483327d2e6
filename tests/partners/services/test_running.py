"""An offer's run: by the calendar, and by hand."""

from datetime import timedelta

import pytest

from accounts.models.events import DomainEvent
from config.kit.errors import Conflict
from partners.models.offers import Offer, OfferStep
from partners.models.partnerships import Partnership
from partners.selectors.offers import offer_day
from partners.services import running
from partners.services.offers import save_offer
from tests.partners.services.offering import approve, content, days, live, submitted

State = Offer.State


@pytest.fixture
def day_after(monkeypatch: pytest.MonkeyPatch) -> object:
    """`day_after(3)`: it is three days later."""
    today = offer_day

    def turn(count: int) -> None:
        monkeypatch.setattr(running, "offer_day", lambda: today() + timedelta(days=count))

    return turn


def acts(offer: Offer) -> list[str]:
    offer.refresh_from_db()
    return list(OfferStep.objects.filter(offer=offer).order_by("pk").values_list("act", flat=True))


def test_an_offer_is_scheduled_live_and_over_by_its_days(dinner: Partnership, day_after) -> None:
    offer = approve(submitted(dinner, **days(2, 4)))
    assert (running.tend_offers(), running.tend_offers()) == (1, 0)
    assert acts(offer)[-1] == "scheduled"
    day_after(2)
    assert (running.tend_offers(), running.tend_offers()) == (1, 0)
    assert (acts(offer)[-1], offer.state) == ("started", State.LIVE)
    day_after(4)
    assert running.tend_offers() == 0
    day_after(5)
    assert (running.tend_offers(), running.tend_offers()) == (1, 0)
    assert (acts(offer)[-1], offer.state) == ("ended", State.ENDED)
    told = DomainEvent.objects.filter(subject_kind="offer", subject_id=offer.pk).order_by("pk")
    assert list(told.values_list("type", flat=True)) == [
        *("offer.submitted", "offer.approved"),
        *("offer.scheduled", "offer.started", "offer.ended"),
    ]


def test_what_is_never_approved_expires_with_its_days(dinner: Partnership, day_after) -> None:
    draft = save_offer(dinner, content(dinner.category, **days(0, 1)))
    waiting = submitted(dinner, **days(0, 1))
    approved = approve(submitted(dinner, **days(0, 1)))
    Partnership.objects.filter(pk=dinner.pk).update(state=Partnership.State.SUSPENDED)
    day_after(2)
    assert (running.tend_offers(), running.tend_offers()) == (3, 0)
    for offer in (draft, waiting, approved):
        assert acts(offer)[-1] == "expired"
        assert offer.state == State.EXPIRED
    assert DomainEvent.objects.filter(type="offer.expired").count() == 3


def test_an_offer_is_paused_resumed_and_ended_by_hand(dinner: Partnership) -> None:
    offer = live(dinner)
    assert Offer.objects.get(state=State.LIVE) == offer
    running.pause_offer(offer, note="Kitchen is being rebuilt.")
    assert not Offer.objects.filter(state=State.LIVE)
    with pytest.raises(Conflict):
        running.pause_offer(offer)
    running.resume_offer(offer)
    with pytest.raises(Conflict):
        running.resume_offer(offer)
    running.end_offer(offer)
    with pytest.raises(Conflict):
        running.resume_offer(offer)
    assert acts(offer)[-3:] == ["paused", "resumed", "ended"]


def test_one_paused_before_its_first_day_waits_for_it_again(dinner: Partnership) -> None:
    offer = live(dinner, **days(3, 9))
    running.pause_offer(offer)
    running.resume_offer(offer)
    assert offer.state == State.SCHEDULED


def test_offers_follow_what_becomes_of_their_partner(
    dinner: Partnership, wines: Partnership
) -> None:
    running_one, later, waiting = live(dinner), live(dinner, **days(3, 9)), submitted(dinner)
    untouched = live(wines)
    Partnership.objects.filter(pk=dinner.pk).update(state=Partnership.State.SUSPENDED)
    running.follow_partnership(dinner.pk)
    assert acts(running_one)[-1] == "paused"
    with pytest.raises(Conflict):
        running.resume_offer(running_one)
    assert (acts(later)[-1], acts(waiting)[-1]) == ("scheduled", "submitted")
    Partnership.objects.filter(pk=dinner.pk).update(state=Partnership.State.ENDED)
    running.follow_partnership(dinner.pk)
    assert [acts(each)[-1] for each in (running_one, later)] == ["ended", "ended"]
    assert acts(waiting)[-1] == "withdrawn"
    assert acts(untouched)[-1] == "started"
    assert untouched.state == State.LIVE
