"""A reward is held, refused, released, claimed and given out: each once, and the books agree."""

from datetime import timedelta

import pytest

from accounts.models.events import DomainEvent
from accounts.models.ledger import Journal
from accounts.scope import brand_scope
from campaigns.models.coupons import Coupon, CouponBatch
from campaigns.selectors.coupons import terms_of
from campaigns.services.coupons import add_codes, create_batch
from config.kit import clock, ids
from config.kit.errors import Conflict, Invalid
from customers.services.orders import cancel_order, reinstate_order
from referrals.kinds.registry import KINDS
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward, RewardStep
from referrals.services.redeeming import redeemed_by_coupon
from referrals.services.reversals import reverse_for_orders
from referrals.services.rewards import (
    claim,
    hold_reward,
    mark_paid,
    refuse_if_open,
    refuse_of_erased,
    reject,
    release_due,
    release_hold,
    undo_reject,
)
from tests.crowds import at_once
from tests.referrals.services.rewarding import (
    Caps,
    RewardTerms,
    advocate_in,
    books,
    cost,
    coupon,
    granted,
    in_shop,
    is_in_order,
    later,
    programme_of,
    ready,
    refund,
)


@pytest.fixture
def advocate(floral, cast):
    return advocate_in(programme_of(), cast.rae)


def owe(customer, minor: int) -> None:
    """The customer spent a reward of so much whose order was cancelled afterwards."""
    reward = ready(advocate_in(programme_of(advocate=coupon(minor)), customer))
    claim(reward)
    Coupon.objects.update(redeemed_at=clock.now())
    cancel_order(source="shop", source_id=reward.order.source_id)
    reverse_for_orders([reward.order_id])


def nothing_happens(act, *, code: str) -> None:
    """It is refused, and neither the books nor the history have a line more."""
    before = Journal.objects.count(), RewardStep.objects.count(), DomainEvent.objects.count()
    with pytest.raises(Conflict) as refused:
        act()
    assert refused.value.code == code
    after = Journal.objects.count(), RewardStep.objects.count(), DomainEvent.objects.count()
    assert after == before
    assert is_in_order()


def test_nothing_can_be_had_before_its_time(floral, cast, monkeypatch):
    advocate = advocate_in(programme_of(advocate=coupon(hold_days=14)), cast.rae)
    reward = granted(advocate)
    wait = reward.available_at - clock.now()
    later(monkeypatch, wait - timedelta(seconds=60))
    assert release_due() == []
    assert books(cast.rae) == {"pending": 1_000}
    nothing_happens(lambda: claim(reward), code="reward_not_yet")
    later(monkeypatch, wait)
    assert release_due() == [reward.pk]
    assert books(cast.rae) == {"payable": 1_000}
    assert release_due() == []
    assert Referral.objects.get().state == "rewarded"
    assert DomainEvent.objects.get(type="reward.ready").payload == {"reward_ids": [reward.pk]}
    assert is_in_order()


def test_what_is_held_waits_and_goes_on_when_it_is_cleared(advocate, cast):
    reward = granted(advocate)
    assert hold_reward(reward, reason="review")
    assert not hold_reward(reward, reason="review")
    assert release_due() == []
    assert books(cast.rae) == {"pending": 1_000}
    assert release_hold(reward)
    assert not release_hold(reward)
    assert release_due() == [reward.pk]
    assert DomainEvent.objects.filter(type="reward.held").count() == 1
    assert is_in_order()


def test_a_refused_reward_costs_nothing_until_that_is_undone(floral, cast):
    programme = programme_of(caps=Caps(budget=1_000, per_advocate=1))
    advocate = advocate_in(programme, cast.rae)
    reward = granted(advocate)
    hold_reward(reward, reason="review")
    refused = reject(reward, reason="fraud_refused")
    assert (refused.state, refused.reason, refused.is_held) == ("rejected", "fraud_refused", False)
    assert (books(cast.rae), cost(programme)) == ({}, {})
    nothing_happens(lambda: reject(reward, reason="fraud_refused"), code="reward_gone")
    # What it had used of the budget and the cap is free again.
    assert granted(advocate).state == "pending"
    undo_reject(reward)
    nothing_happens(lambda: undo_reject(reward), code="not_refused")
    assert books(cast.rae) == {"pending": 2_000}
    assert is_in_order()


def test_what_is_promised_again_is_what_its_order_still_earns(advocate, cast):
    reward = granted(advocate)
    reject(reward, reason="staff_decision")
    order = reward.order.source_id
    cancel_order(source="shop", source_id=order)
    again = undo_reject(reward)
    assert (again.state, again.open_minor, books(cast.rae)) == ("reversed", 0, {})
    reinstate_order(source="shop", source_id=order)
    reverse_for_orders([reward.order_id])
    assert books(cast.rae) == {"pending": 1_000}
    assert is_in_order()


def test_a_debt_that_a_reward_paid_back_is_not_promised_again(advocate, cast):
    owe(cast.rae, 600)
    assert books(cast.rae) == {"debt": 600}
    reward = ready(advocate)
    assert books(cast.rae) == {"payable": 400}
    reject(reward, reason="staff_decision")
    again = undo_reject(reward)
    assert (again.open_minor, books(cast.rae)) == (400, {"pending": 400})
    assert release_due() == [reward.pk]
    assert is_in_order()


def test_nothing_left_of_a_pending_reward_ends_it_and_stops_no_other(advocate, cast):
    owe(cast.rae, 600)
    reward = ready(advocate)
    reject(reward, reason="staff_decision")
    undo_reject(reward)
    refund(reward, 1_600)
    assert (reward.state, reward.open_minor, books(cast.rae)) == ("redeemed", 0, {})
    # One of an earlier time that stands there with nothing left.
    Reward.objects.filter(pk=reward.pk).update(state="pending")
    other = granted(advocate)
    assert release_due() == [other.pk]


def test_what_was_claimed_is_not_refused_any_more(advocate):
    reward = ready(advocate)
    claim(reward)
    assert not refuse_if_open(reward, reason="fraud_refused")
    nothing_happens(lambda: reject(reward, reason="fraud_refused"), code="reward_gone")


def test_nothing_is_kept_ready_for_somebody_who_was_erased(advocate, cast):
    claim(ready(advocate))
    ready(advocate)
    granted(advocate)
    assert (refuse_of_erased(cast.rae.pk), refuse_of_erased(cast.rae.pk)) == (2, 0)
    assert books(cast.rae) == {"issued": 1_000}
    assert set(Reward.objects.exclude(reason="").values_list("reason", flat=True)) == {"erased"}
    assert is_in_order()


def test_a_claim_gives_one_code_however_often_it_is_asked(advocate, cast):
    reward = ready(advocate)
    first, again = claim(reward), claim(reward)
    assert (first.is_new, again.is_new) == (True, False)
    assert first.coupon == again.coupon == Coupon.objects.get()
    assert first.coupon.customer == cast.rae
    terms = terms_of(first.coupon)
    assert (terms.kind, terms.value, terms.minimum_minor) == ("amount", 1_000, 0)
    last_day = first.reward.expires_at - timedelta(seconds=1)
    assert terms.expires_on == clock.day_in("UTC", last_day)
    assert books(cast.rae) == {"issued": 1_000}
    event = DomainEvent.objects.get(type="reward.claimed")
    assert event.payload == {"kind": "coupon", "amount_minor": 1_000}
    assert is_in_order()


def test_codes_of_one_promise_are_of_one_batch(advocate):
    for _ in range(2):
        claim(ready(advocate))
    batch = CouponBatch.objects.get()
    assert batch.coupons.count() == 2


def test_a_claim_takes_a_code_of_the_chosen_batch_and_none_is_a_kind_refusal(floral, cast):
    batch = create_batch(name="Ten", kind="amount", value=1_000)
    batch.refresh_from_db(fields=["uid"])
    add_codes(batch, ["TEN-1"])
    terms = coupon(coupon_batch=ids.encode("cpb", batch.uid))
    advocate = advocate_in(programme_of(advocate=terms), cast.rae)
    assert claim(ready(advocate)).coupon.code == "TEN-1"
    late = ready(advocate)
    nothing_happens(lambda: claim(late), code="no_codes")
    assert Reward.objects.get(pk=late.pk).state == "claimable"


def test_nothing_is_claimed_after_its_time(advocate, monkeypatch):
    reward = ready(advocate)
    later(monkeypatch, timedelta(days=370))
    nothing_happens(lambda: claim(reward), code="reward_expired")
    assert not Coupon.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_goes_from_promise_to_end(floral, cast, kind):
    in_shop("store_credit", "points", "gift_card")
    programme = programme_of(advocate=RewardTerms(kind=kind, amount=500, hold_days=0))
    # The shop is asked again at the release: by now it takes nothing.
    in_shop(point_minor=2)
    unit = KINDS[kind].unit("GBP")
    reward = ready(advocate_in(programme, cast.rae))
    assert (reward.unit, reward.state, books(cast.rae, unit)) == (
        unit,
        "claimable",
        {"payable": 500},
    )
    issued = claim(reward)
    if issued.coupon is None:
        mark_paid(reward, handed_out={"reference": "R-1"})
    else:
        assert terms_of(issued.coupon).value == (1_000 if kind == "points" else 500)
        assert books(cast.rae, unit) == {"issued": 500}
        Coupon.objects.update(redeemed_at=clock.now())
        assert redeemed_by_coupon([issued.coupon.pk]) == [reward.pk]
        assert redeemed_by_coupon([issued.coupon.pk]) == []
    reward.refresh_from_db()
    assert (reward.state, reward.open_minor) == ("redeemed", 0)
    assert books(cast.rae, unit) == {}
    assert cost(programme, unit) == {"expense": 500, "settled": 500}
    assert is_in_order()


@pytest.mark.parametrize("kind", ["store_credit", "points"])
def test_what_the_shop_takes_is_on_the_balance_without_a_claim(floral, cast, kind):
    in_shop(kind)
    programme = programme_of(advocate=RewardTerms(kind=kind, amount=500, hold_days=0))
    reward = ready(advocate_in(programme, cast.rae))
    assert reward.state == "issued"
    assert books(cast.rae, reward.unit) == {"available": 500}
    assert not claim(reward).is_new
    assert is_in_order()


def test_what_people_give_out_is_given_once_and_says_how(floral, cast):
    terms = RewardTerms(kind="cash", amount=500, hold_days=0)
    reward = ready(advocate_in(programme_of(advocate=terms), cast.rae))
    nothing_happens(lambda: mark_paid(reward, handed_out={"reference": "A"}), code="not_waiting")
    claim(reward)
    assert books(cast.rae) == {"payable": 500}
    with pytest.raises(Invalid):
        mark_paid(reward, handed_out={"reference": " "})
    assert mark_paid(reward, handed_out={"reference": "A"}).handed_out == {"reference": "A"}
    nothing_happens(lambda: mark_paid(reward, handed_out={"reference": "A"}), code="not_waiting")


@pytest.mark.django_db(transaction=True)
def test_200_claims_of_one_reward_at_once_give_one(cast):
    with brand_scope(cast.floral):
        reward = ready(advocate_in(programme_of(), cast.rae))

    def work(_):
        with brand_scope(cast.floral):
            issued = claim(reward)
            return issued.is_new, issued.coupon.code

    answers = at_once(work, range(200), workers=12)
    assert sum(is_new for is_new, _ in answers) == 1
    assert len({code for _, code in answers}) == 1
    with brand_scope(cast.floral):
        assert Coupon.objects.count() == 1
        assert books(cast.rae) == {"issued": 1_000}
        assert is_in_order()
