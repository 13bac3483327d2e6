"""What a mail caused: the interval, and everything that forbids one."""

import math

import pytest

from customers.rules.lift import Arm, Lift, Proof, detectable


def arm(people=1000, buyers=100, net_minor=1_000_000, variance=4_000_000.0):
    return Arm(people, buyers, net_minor, variance)


def lift(written=None, held=None, *, share=0.5, is_over=True):
    return Lift(written or arm(), held or arm(), share, is_over)


def test_the_interval_is_welchs():
    found = lift(arm(net_minor=1_200_000, variance=9_000_000.0), arm())
    reach = 1.96 * math.sqrt(9_000_000 / 1000 + 4_000_000 / 1000)
    assert found.difference == 200.0
    assert found.interval == (200 - reach, 200 + reach)
    assert found.total == 200_000
    assert found.total_interval == (round((200 - reach) * 1000), round((200 + reach) * 1000))


@pytest.mark.parametrize(
    ("net_minor", "proof"),
    [(1_000_000, Proof.OPEN), (1_170_000, Proof.OPEN), (1_200_000, Proof.PROVEN)],
)
def test_proven_means_that_the_interval_leaves_out_nothing_at_all(net_minor, proof):
    assert lift(arm(net_minor=net_minor)).proof is proof


def test_a_loss_can_be_proven_too():
    found = lift(arm(net_minor=700_000))
    assert found.interval is not None
    assert found.interval[1] < 0
    assert found.proof is Proof.PROVEN


@pytest.mark.parametrize(
    ("found", "doubt"),
    [
        (lift(held=Arm(0)), "no_control"),
        (lift(is_over=False), "window_open"),
        (lift(arm(people=1200)), "off_balance"),
        (lift(arm(people=99), arm(people=99)), "few_people"),
        (lift(arm(buyers=29)), "few_buyers"),
        (lift(held=arm(buyers=29)), "few_buyers"),
    ],
)
def test_in_doubt_there_is_no_interval(found, doubt):
    assert (found.doubt, found.interval, found.total_interval) == (doubt, None, None)
    assert found.proof is (Proof.NONE if doubt == "no_control" else Proof.OPEN)


def test_arms_are_out_of_balance_beyond_what_chance_gives():
    # 10,000 people, a tenth held out: chance alone gives 1,000 give or take 98, at one in 1,000.
    assert lift(arm(9_098), arm(902), share=0.1).is_balanced
    assert not lift(arm(9_102), arm(898), share=0.1).is_balanced
    assert lift(arm(0), arm(0), share=0.1).is_balanced


def test_an_empty_arm_has_no_mean():
    assert (Arm(0).mean, Arm(0).buying_share, Arm(4, 1, 10).mean) == (0.0, 0.0, 2.5)


def test_the_smallest_difference_that_would_show():
    # On CDNOW the real group of 2,357 beside 21,213 cannot show a 6 per cent lift.
    assert detectable(deviation=100.0, written=10_000, held=10_000) == pytest.approx(3.96, abs=0.01)
    assert detectable(deviation=100.0, written=0, held=10) is None
