"""When a reward can be had, which milestones are due, and what refunds take back."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.rules.rewards import (
    available_from,
    expiry,
    in_money,
    milestones,
    period_start,
    wanted_reversal,
)
from referrals.rules.terms import RewardTerms, Tier

ORDERED = datetime(2026, 5, 1, 12, tzinfo=UTC)
TEN = RewardTerms(kind="coupon", amount=1_000)


def test_the_hold_and_the_expiry_are_counted_in_days() -> None:
    terms = RewardTerms(kind="points", amount=50, hold_days=14, expires_days=30)
    assert available_from(ORDERED, terms) == datetime(2026, 5, 15, 12, tzinfo=UTC)
    assert expiry(ORDERED, terms) == datetime(2026, 5, 31, 12, tzinfo=UTC)
    assert expiry(ORDERED, RewardTerms(kind="cash", amount=1, expires_days=None)) is None


@pytest.mark.parametrize(
    ("repeats", "rules"),
    [
        ("once", ["tier:3:3"]),
        ("every", ["tier:3:3", "tier:3:6"]),
        ("from", ["tier:3:3", "tier:3:4", "tier:3:5", "tier:3:6"]),
    ],
)
def test_a_tier_is_due_once_or_with_every_nth_or_from_the_nth_on(repeats, rules) -> None:
    tiers = [Tier(at=3, reward=TEN, repeats=repeats)]
    assert [each.rule for each in milestones(tiers, 6)] == rules
    assert milestones(tiers, 2) == []


def test_several_tiers_are_due_in_the_order_in_which_they_are_reached() -> None:
    tiers = [Tier(at=at, reward=TEN) for at in (3, 5, 10)]
    assert [(each.tier, each.count) for each in milestones(tiers, 9)] == [(0, 3), (1, 5)]


@pytest.mark.parametrize(
    ("refunded", "taken"),
    [(0, 0), (-5, 0), (1, 0), (2, 1), (1_600, 400), (3_999, 1_000), (4_000, 1_000), (9_000, 1_000)],
)
def test_a_refund_takes_its_share_and_a_whole_one_everything(refunded, taken) -> None:
    assert wanted_reversal(1_000, basis=4_000, refunded=refunded) == taken


def test_an_order_of_nothing_gives_back_nothing_until_money_goes_back() -> None:
    assert wanted_reversal(1_000, basis=0, refunded=0) == 0
    assert wanted_reversal(1_000, basis=0, refunded=1) == 1_000


@given(
    amount=st.integers(0, 10**9),
    basis=st.integers(1, 10**9),
    refunds=st.lists(st.integers(1, 10**8), max_size=8),
    order=st.randoms(use_true_random=False),
)
def test_refunds_in_any_order_and_number_take_the_pro_rata_sum(
    amount, basis, refunds, order
) -> None:
    def taken_by(each: list[int]) -> int:
        """As the service does it: after each refund the difference to what is taken already."""
        taken = refunded = 0
        for refund in each:
            refunded += refund
            wanted = wanted_reversal(amount, basis=basis, refunded=refunded)
            assert wanted >= taken
            taken += wanted - taken
        return taken

    shuffled = [*refunds]
    order.shuffle(shuffled)
    taken, refunded = taken_by(refunds), min(sum(refunds), basis)
    assert taken == taken_by(shuffled) == taken_by([sum(refunds)])
    assert taken <= amount
    assert abs(taken - Fraction(amount * refunded, basis)) <= Fraction(1, 2)
    assert refunded < basis or taken == amount


def test_an_advocates_rewards_are_counted_in_stretches_since_they_joined() -> None:
    joined = date(2026, 1, 10)
    assert period_start(joined, date(2026, 2, 8), 30) == joined
    assert period_start(joined, date(2026, 2, 9), 30) == date(2026, 2, 9)
    assert period_start(joined, date(2026, 2, 9), 0) is None


def test_points_are_worth_what_the_brand_says() -> None:
    assert in_money(300, "points", point_minor=2) == 600
    assert in_money(300, "GBP", point_minor=2) == 300
