"""Months over the end of a year."""

from datetime import date

from customers.rules.months import last_months, months_between


def test_the_last_months_cross_the_year() -> None:
    found = last_months(date(2026, 1, 31), 3)
    assert found == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]


def test_days_do_not_matter_between_months() -> None:
    assert months_between(date(2025, 12, 31), date(2026, 11, 1)) == 11
