"""Telephone numbers in one normal form."""

import pytest

from customers.rules.phones import phone_key, shown_phone


@pytest.mark.parametrize(
    ("written", "country", "key"),
    [
        ("020 7946 0958", "GB", "+442079460958"),
        ("+44 (0)20 7946-0958", "US", "+442079460958"),
        ("0044 20 7946 0958", "gb", "+442079460958"),
        ("(614) 555-0123", "US", "+16145550123"),
        ("+49 30 901820", "", "+4930901820"),
        ("+49 30 901820", "Germany", "+4930901820"),
    ],
)
def test_a_number_has_one_form_however_it_is_written(written: str, country: str, key: str) -> None:
    assert phone_key(written, country) == key


@pytest.mark.parametrize(
    ("written", "country"),
    [("020 7946 0958", ""), ("call mum", "GB"), ("12", "GB"), ("+44 20 7946 0958 ext. 7", "GB")],
)
def test_what_is_no_number_is_refused(written: str, country: str) -> None:
    with pytest.raises(ValueError, match="Write a telephone number with its country"):
        phone_key(written, country)


def test_a_number_is_shown_with_gaps_and_other_text_as_it_is() -> None:
    assert shown_phone("+442079460958") == "+44 20 7946 0958"
    assert shown_phone("call mum") == "call mum"
