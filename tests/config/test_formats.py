"""Numbers, money and days as brands of different places write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from config.kit import formats

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "text"),
    [
        (123450, "GBP", "en-gb", "£1,234.50"),
        (-905, "GBP", "en-gb", f"{MINUS}£9.05"),
        (123450, "EUR", "de", f"1.234,50{NBSP}€"),
        (123450, "EUR", "en-ie", "€1,234.50"),
        (123450, "CHF", "en-gb", f"CHF{NBSP}1,234.50"),
        (123450, "JPY", "en-gb", "¥123,450"),
        (1234567, "KWD", "en-gb", f"KWD{NBSP}1,234.567"),
        (0, "GBP", "en-gb", "£0.00"),
    ],
)
def test_money_is_written_as_the_locale_writes_it(minor, currency, locale, text):
    assert formats.money(minor, currency, locale) == text


def test_whole_money_rounds_half_pounds_up_and_leaves_the_pennies_out():
    assert formats.money(18422050, "GBP", whole=True) == "£184,221"
    assert formats.money(18422049, "GBP", whole=True) == "£184,220"


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (0, "£0"),
        (50, "£0.5"),
        (99900, "£999"),
        (2000000, "£20k"),
        (1234567, "£12.3k"),
        (142000000, "£1.42m"),
        (-2000000, f"{MINUS}£20k"),
        (500000000000, "£5bn"),
    ],
)
def test_short_money_keeps_three_digits(minor, text):
    assert formats.short_money(minor, "GBP") == text


def test_numbers_use_a_true_minus_and_round_halves_away_from_zero():
    assert formats.number(-1234) == f"{MINUS}1,234"
    assert formats.number(Decimal("2.5")) == "3"
    assert formats.number(2.675, places=2) == "2.68"
    assert formats.number(1234567.891, "de", places=1) == "1.234.567,9"


def test_percent_takes_a_share():
    assert formats.percent(0.47) == "47%"
    assert formats.percent(0.0253, places=1) == "2.5%"
    assert formats.percent(0.47, "de") == f"47{NBSP}%"


def test_days_follow_the_order_of_the_locale():
    day = date(2026, 8, 31)
    assert formats.day(day) == "31 Aug 2026"
    assert formats.day(day, year=False) == "31 Aug"
    assert formats.day(day, "en-us") == "Aug 31, 2026"
    assert formats.month(day) == "Aug 2026"


def test_a_moment_stands_on_the_brands_clock():
    noon = datetime(2026, 8, 31, 23, 30, tzinfo=UTC)
    assert formats.moment(noon, "Europe/London") == "1 Sep 2026, 00:30"


def test_a_moment_at_exactly_midnight_is_a_day_whose_time_nobody_knows():
    midnight = datetime(2026, 8, 31, 23, tzinfo=UTC)
    assert formats.moment(midnight, "Europe/London") == "1 Sep 2026"
    assert formats.moment(midnight, "UTC") == "31 Aug 2026, 23:00"
    assert formats.moment(midnight.replace(second=1), "Europe/London") == "1 Sep 2026, 00:00"
