"""Money from text: exact, or refused."""

import pytest

from config.kit.money import MAX_MINOR, to_minor


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
