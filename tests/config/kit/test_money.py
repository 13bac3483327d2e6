"""Money from text: exact, or refused; and shared out without a remainder."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kit.money import MAX_MINOR, split, to_minor


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.34", "GBP", 1234),
        ("2.675", "GBP", 268),
        ("-2.675", "GBP", -268),
        ("0.005", "GBP", 1),
        ("5", "JPY", 5),
        ("1.0005", "KWD", 1001),
        (str(MAX_MINOR // 100), "GBP", MAX_MINOR),
    ],
)
def test_an_amount_is_rounded_half_away_from_zero(text: str, currency: str, minor: int) -> None:
    assert to_minor(text, currency) == minor


@pytest.mark.parametrize("text", ["", "x", "NaN", "Infinity", "-inf", "1e99", "9" * 40, "1,000"])
def test_what_is_no_sane_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        to_minor(text, "GBP")


@given(total=st.integers(0, 10**9), weights=st.lists(st.integers(0, 10**6), min_size=1))
def test_parts_sum_to_the_total_and_each_is_within_one_of_its_share(total, weights) -> None:
    parts = split(total, weights)
    assert sum(parts) == total
    assert len(parts) == len(weights)
    if sum(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - Fraction(total * weight, sum(weights))) < 1


def test_largest_remainders_get_the_odd_units() -> None:
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(10, [0, 3, 7]) == [0, 3, 7]
    assert split(5, []) == []
    assert split(5, [0, 0]) == [5, 0]
