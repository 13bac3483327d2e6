"""Refunds take rewards back: pro rata, in any order and number, wherever the reward stands."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models.events import DomainEvent
from accounts.models.ledger import Journal
from campaigns.models.coupons import Coupon
from campaigns.rules.coupons import Basket
from campaigns.selectors.coupons import terms_of
from campaigns.services.coupons import check_coupon
from config.kit import clock
from customers.services.orders import cancel_order, reinstate_order
from referrals.models.programmes import Allowance
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward, RewardStep
from referrals.services.granting import grant_for
from referrals.services.redeeming import redeemed_by_coupon
from referrals.services.reversals import reverse_for_orders, reverse_for_referrals
from referrals.services.rewards import claim, reject, release_due
from tests.referrals.services.rewarding import (
    Caps,
    RewardTerms,
    Tier,
    advocate_in,
    books,
    cost,
    coupon,
    friend_order,
    granted,
    in_shop,
    is_in_order,
    programme_of,
    ready,
    referral_by,
    refund,
)


@pytest.fixture
def advocate(floral, cast):
    return advocate_in(programme_of(), cast.rae)


def redeem(reward: Reward) -> None:
    claim(reward)
    Coupon.objects.filter(rewards=reward).update(redeemed_at=clock.now())
    redeemed_by_coupon([Reward.objects.values_list("coupon", flat=True).get(pk=reward.pk)])


def test_a_part_of_the_order_takes_its_part_of_a_pending_reward(advocate, cast):
    reward = refund(granted(advocate), 1_600)
    assert (reward.state, reward.reversed_minor, reward.open_minor) == ("pending", 400, 600)
    assert books(cast.rae) == {"pending": 600}
    event = DomainEvent.objects.get(type="reward.reversed")
    assert event.payload == {"amount_minor": 400, "debt_minor": 0}
    release_due()
    assert terms_of(claim(reward).coupon).value == 600
    assert is_in_order()


def test_the_whole_order_takes_everything_once_however_often_it_is_told(advocate, cast):
    reward = granted(advocate)
    for _ in range(5):
        refund(reward, 4_000)
    assert (reward.state, reward.reason) == ("reversed", "refunded")
    referral = Referral.objects.get()
    assert (referral.state, referral.reason) == ("disqualified", "refunded")
    assert DomainEvent.objects.filter(type="referral.refused").count() == 1
    assert books(cast.rae) == {}
    assert Journal.objects.count() == 2
    assert RewardStep.objects.count() == 2
    assert release_due() == []
    assert is_in_order()


def test_before_the_claim_it_comes_out_of_what_can_be_claimed(advocate, cast):
    reward = refund(ready(advocate), 1_600)
    assert (reward.state, books(cast.rae)) == ("claimable", {"payable": 600})
    assert terms_of(claim(reward).coupon).value == 600
    assert is_in_order()


def test_a_code_that_was_given_out_is_worth_less_and_then_nothing(advocate, cast):
    reward = ready(advocate)
    issued = claim(reward)
    refund(reward, 1_600)
    issued.coupon.refresh_from_db()
    assert (terms_of(issued.coupon).value, books(cast.rae)) == (600, {"issued": 600})
    refund(reward, 2_400, "R-2")
    issued.coupon.refresh_from_db()
    assert terms_of(issued.coupon).is_void
    assert (reward.state, books(cast.rae)) == ("reversed", {})
    assert is_in_order()


def test_a_code_in_per_cent_takes_off_no_more_than_is_booked(floral, cast):
    reward = ready(advocate_in(programme_of(advocate=coupon(1_000, percent=20)), cast.rae))
    code = claim(reward).coupon

    def discounts() -> list[int]:
        code.refresh_from_db()
        baskets = (Basket(2_500, {}), Basket(40_000, {}))
        return [check_coupon(floral, code, each).verdict.discount_minor for each in baskets]

    assert discounts() == [500, 1_000]
    refund(reward, 1_600)
    assert (discounts(), books(cast.rae)) == ([500, 600], {"issued": 600})
    refund(reward, 0)
    assert (discounts(), books(cast.rae)) == ([500, 1_000], {"issued": 1_000})
    assert is_in_order()


def test_a_code_redeemed_at_this_moment_is_owed_back(advocate, cast):
    reward = ready(advocate)
    claim(reward)
    Coupon.objects.update(redeemed_at=clock.now())
    refund(reward, 1_600)
    assert (reward.state, books(cast.rae)) == ("redeemed", {"debt": 400})
    assert Coupon.objects.get().voided_at is None
    assert is_in_order()


def test_spent_ten_refunded_earned_four_and_eight_leaves_two_and_no_debt(floral, cast):
    programme = programme_of(advocate=coupon(1_000))
    advocate = advocate_in(programme, cast.rae)
    first = ready(advocate)
    redeem(first)
    assert (books(cast.rae), cost(programme)) == ({}, {"expense": 1_000, "settled": 1_000})
    refund(first, 4_000)
    assert (first.state, books(cast.rae)) == ("reversed", {"debt": 1_000})
    assert RewardStep.objects.filter(reward=first).last().debt_minor == 1_000
    four = ready(advocate_in(programme_of(advocate=coupon(400)), cast.rae))
    assert (four.state, four.open_minor, books(cast.rae)) == ("redeemed", 0, {"debt": 600})
    eight = ready(advocate_in(programme_of(advocate=coupon(800)), cast.rae))
    assert (eight.state, eight.open_minor, books(cast.rae)) == ("claimable", 200, {"payable": 200})
    assert terms_of(claim(eight).coupon).value == 200
    assert is_in_order()


def test_a_corrected_refund_gives_back_first_the_debt_then_the_reward(advocate, cast):
    reward = ready(advocate)
    redeem(reward)
    reward.refresh_from_db()
    given_out = reward.coupon, reward.claimed_at
    refund(reward, 4_000)
    assert books(cast.rae) == {"debt": 1_000}
    refund(reward, 1_600)
    # The code was used; only the debt is smaller.
    assert (reward.coupon, reward.claimed_at) == given_out
    assert None not in given_out
    assert (reward.state, reward.reversed_minor, books(cast.rae)) == (
        "redeemed",
        400,
        {"debt": 400},
    )
    held = granted(advocate)
    refund(held, 4_000, "R-2")
    assert held.state == "reversed"
    refund(held, 0, "R-2")
    assert Referral.objects.get(pk=held.referral_id).state == "qualified"
    # The debt of the other reward comes first.
    assert (held.state, held.open_minor, books(cast.rae)) == ("pending", 600, {"pending": 600})
    assert is_in_order()


def test_a_cancelled_order_takes_it_and_a_reinstated_one_gives_it_again(advocate, cast):
    reward = granted(advocate)
    order = reward.order
    cancel_order(source="shop", source_id=order.source_id)
    reverse_for_orders([order.pk])
    assert books(cast.rae) == {}
    reinstate_order(source="shop", source_id=order.source_id)
    reverse_for_orders([order.pk])
    reward.refresh_from_db()
    assert (reward.state, reward.reason, books(cast.rae)) == ("pending", "", {"pending": 1_000})
    assert is_in_order()


def test_a_referral_that_does_not_count_earns_nothing_but_a_review_takes_nothing_given(
    advocate, cast
):
    fine, refused = ready(advocate), granted(advocate)
    Referral.objects.update(state="disqualified", reason="fraud_refused")
    assert reverse_for_referrals([fine.referral_id, refused.referral_id]) == 0
    Referral.objects.filter(pk=refused.referral_id).update(reason="same_person")
    assert reverse_for_referrals([fine.referral_id, refused.referral_id]) == 1
    refused.refresh_from_db()
    assert (refused.state, refused.reason) == ("reversed", "same_person")
    assert books(cast.rae) == {"payable": 1_000}
    assert is_in_order()


def test_a_refused_reward_is_left_as_it_is(advocate, cast):
    reward = granted(advocate)
    reject(reward, reason="fraud_refused")
    refund(reward, 4_000)
    assert (reward.state, reward.reversed_minor, books(cast.rae)) == ("rejected", 0, {})
    assert is_in_order()


def test_what_is_taken_back_is_free_for_others(floral, cast):
    programme = programme_of(caps=Caps(budget=1_000, per_advocate=1))
    advocate = advocate_in(programme, cast.rae)
    reward = granted(advocate)
    refund(reward, 1_600)
    assert list(Allowance.objects.order_by("advocate_id").values_list("used", flat=True)) == [
        1,
        600,
    ]
    refund(reward, 2_400, "R-2")
    assert list(Allowance.objects.values_list("used", flat=True)) == [0, 0]
    assert granted(advocate).state == "pending"


def test_a_milestone_is_unearned_with_the_friend_behind_it_and_earned_again_once(floral, cast):
    programme = programme_of(advocate=coupon(100), tiers=[Tier(at=2, reward=coupon(5_000))])
    advocate = advocate_in(programme, cast.rae)
    first, second = granted(advocate), granted(advocate)
    milestone = Reward.objects.get(referral=None)
    refund(second, 4_000)
    milestone.refresh_from_db()
    assert (milestone.state, milestone.reason) == ("reversed", "unearned")
    assert books(cast.rae) == {"pending": 100}
    order = friend_order()
    grant_for(referral_by(advocate, order), order)
    reverse_for_orders([order.pk])
    milestone.refresh_from_db()
    assert (milestone.state, books(cast.rae)) == ("pending", {"pending": 5_200})
    assert Reward.objects.filter(referral=None).count() == 1
    assert reverse_for_orders([order.pk, first.order_id]) == 0
    assert is_in_order()


def test_a_balance_gives_back_its_own_lot_then_the_others_and_owes_the_rest(floral, cast):
    in_shop("store_credit")
    terms = RewardTerms(kind="store_credit", amount=1_000, hold_days=0)
    advocate = advocate_in(programme_of(advocate=terms), cast.rae)
    first, second = ready(advocate), ready(advocate)
    assert books(cast.rae) == {"available": 2_000}
    refund(first, 1_600)
    assert (first.open_minor, books(cast.rae)) == (600, {"available": 1_600})
    refund(first, 2_400, "R-2")
    assert (first.state, books(cast.rae)) == ("reversed", {"available": 1_000})
    second.refresh_from_db()
    assert (second.state, second.open_minor) == ("issued", 1_000)
    assert is_in_order()


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amount=st.integers(1, 10**6),
    basis=st.integers(1, 10**6),
    refunds=st.lists(st.integers(1, 400_000), min_size=1, max_size=3),
    reached=st.sampled_from(["pending", "claimable", "issued", "redeemed"]),
)
def test_wherever_it_stands_what_is_taken_is_the_pro_rata_sum(
    floral, cast, amount, basis, refunds, reached
):
    own = advocate_in(programme_of(advocate=coupon(amount)), cast.rae)
    order = friend_order(basis)
    [reward] = grant_for(referral_by(own, order), order)
    if reached != "pending":
        release_due(only=[reward.pk])
    if reached == "issued":
        claim(reward)
    if reached == "redeemed":
        redeem(reward)
    for number, minor in enumerate(refunds):
        refund(reward, minor, f"{order.pk}-{number}")
    share = min(sum(refunds), basis)
    assert abs(reward.reversed_minor * basis - amount * share) * 2 <= basis
    assert share < basis or reward.reversed_minor == amount
    assert is_in_order()
