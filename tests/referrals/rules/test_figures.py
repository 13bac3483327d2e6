"""Means, differences and matched shares, against values worked by hand and against simulation."""

import math
import random

import pytest

from referrals.rules.figures import (
    Month,
    Sample,
    difference,
    k_factor,
    matched,
    mean_of,
)


def sample(*values: float) -> Sample:
    return Sample(len(values), sum(values), sum(value * value for value in values))


def shares(people: int, part: int) -> Sample:
    return Sample(people, part, part)


def test_the_variance_is_that_of_students_sleep_data() -> None:
    # "Student" (Biometrika 6, 1908): extra hours of sleep with the first drug.
    hours = sample(0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
    assert hours.mean == pytest.approx(0.75)
    assert math.sqrt(hours.variance) == pytest.approx(1.789010, abs=1e-6)


def test_the_difference_of_two_means_has_welchs_interval() -> None:
    first = Sample(40, 40 * 12.0, 40 * 144.0 + 39 * 4.0)  # mean 12, variance 4
    second = Sample(90, 90 * 11.0, 90 * 121.0 + 89 * 9.0)  # mean 11, variance 9
    found = difference(first, second)
    assert found is not None
    # sqrt(4/40 + 9/90) = 0.447214
    assert found.value == pytest.approx(1.0)
    assert (found.low, found.high) == pytest.approx((0.123477, 1.876523), abs=1e-6)
    assert found.is_decided


def test_k_is_invites_times_conversion_with_an_interval_over_advocates() -> None:
    # 100 advocates brought 0, 1 or 2 buyers: 60, 30 and 10 of them.
    found = k_factor(invited=250, ordered=Sample(100, 50, 70))
    assert (found.advocates, found.invited, found.ordered) == (100, 250, 50)
    assert found.invites_per_advocate == 2.5
    assert found.conversion == 0.2
    assert found.interval is not None
    assert found.interval.value == pytest.approx(2.5 * 0.2)
    # Variance (70 - 25) / 99; 1.959964 * sqrt(0.454545 / 100) = 0.132141
    assert found.interval.low == pytest.approx(0.367859, abs=1e-6)
    assert found.interval.high == pytest.approx(0.632141, abs=1e-6)


def test_fewer_than_thirty_people_are_never_judged() -> None:
    many, few = Sample(30, 30, 60), Sample(29, 29, 58)
    assert mean_of(few) is None
    assert mean_of(many) is not None
    assert difference(many, few) is None
    assert k_factor(invited=10, ordered=few).interval is None
    assert matched([Month(shares(29, 10), shares(500, 100))]) is None
    assert k_factor(invited=0, ordered=Sample(0, 0, 0)).invites_per_advocate is None


def test_others_are_weighted_to_the_months_of_the_referred() -> None:
    # Everybody repeats twice as often in December; most others came then. In each month alike.
    november = Month(shares(80, 16), shares(100, 20))
    december = Month(shares(20, 8), shares(900, 360))
    found = matched([november, december])
    assert found is not None
    assert (found.referred_people, found.others_people) == (100, 1000)
    assert found.referred == pytest.approx(0.24)
    assert found.others == pytest.approx(0.24)  # unmatched it would be 0.38
    assert found.difference.value == pytest.approx(0.0)
    assert not found.difference.is_decided


def test_months_in_which_only_one_kind_bought_compare_nothing() -> None:
    month = Month(shares(40, 20), shares(40, 10))
    alone = Month(shares(500, 500), shares(0, 0))
    assert matched([month, alone]) == matched([month])


def test_a_known_lift_lies_within_the_interval_95_times_of_100() -> None:
    chance = random.Random(1927)
    inside = 0
    for _ in range(400):
        offered = sample(*(chance.gauss(12.0, 5.0) for _ in range(60)))
        held = sample(*(chance.gauss(10.0, 8.0) for _ in range(40)))
        found = difference(offered, held)
        assert found is not None
        inside += found.low <= 2.0 <= found.high
    assert 0.92 <= inside / 400 <= 0.98
