"""What filters make of values; a value that does not fit stays as it is."""

import pytest

from campaigns.rules.filters import FILTERS, Formats


@pytest.mark.parametrize(
    ("name", "value", "argument", "expected"),
    [
        ("title", "ada LOVELACE", "", "Ada Lovelace"),
        ("number", "1234567", "", "1,234,567"),
        ("number", "1234.50", "", "1,234.5"),
        ("number", "many", "", "many"),
        ("plural", "1", "order, orders", "order"),
        ("plural", "0", "order, orders", "orders"),
        ("plural", "7", "order,orders", "orders"),
        ("plural", "7", "sheep", "sheep"),
        ("plural", "", "order,orders", "orders"),
        ("shorten", "a long city name", "6", "a lon…"),
        ("shorten", "York", "6", "York"),
        ("shorten", "York", "six", "York"),
        ("money", "1234", "", "£12.34"),
        ("money", "12.34", "", "12.34"),
    ],
)
def test_a_filter_changes_what_it_understands(name, value, argument, expected):
    assert FILTERS[name](value, argument, Formats()) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "1 March 2026"),
        ("de", "1. März 2026"),
        ("es", "1 de marzo de 2026"),
        ("xx", "1 March 2026"),
    ],
)
def test_days_are_named_in_the_language_of_the_mail(language, expected):
    assert FILTERS["date"]("2026-03-01", "", Formats(language=language)) == expected
