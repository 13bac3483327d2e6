"""When a scheduled mail goes out: clocks that leap, clocks that show a time twice, other zones."""

from datetime import UTC, datetime

import pytest

from campaigns.rules.timing import first_instant, instants, parse_wall_time
from config.kit.errors import Invalid


def at(text):
    """A time without a zone."""
    return datetime.fromisoformat(text)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_a_day_and_a_time_are_read_to_the_minute():
    assert parse_wall_time(" 2026-12-01T09:30:59 ") == at("2026-12-01T09:30")
    assert parse_wall_time("2026-12-01 09:30") == at("2026-12-01T09:30")


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-12-01", "20261201", "2026-12-01T09:00Z", "2026-02-30T09:00", "T09:00"],
)
def test_what_is_no_time_or_names_a_zone_is_refused(text):
    with pytest.raises(Invalid, match="Give the day and the time"):
        parse_wall_time(text)


def test_the_brands_clock_is_read_in_its_zone():
    wall = at("2026-12-01T09:00")
    assert first_instant(wall, "Europe/Berlin", is_recipients=False) == utc(2026, 12, 1, 8)


def test_a_time_that_is_leapt_over_comes_as_much_later_as_the_clocks_leap():
    wall = at("2027-03-28T02:30")
    assert first_instant(wall, "Europe/Berlin", is_recipients=False) == utc(2027, 3, 28, 1, 30)


def test_of_a_time_that_is_shown_twice_it_is_the_first():
    wall = at("2026-10-25T02:30")
    assert first_instant(wall, "Europe/Berlin", is_recipients=False) == utc(2026, 10, 25, 0, 30)


def test_by_recipients_clocks_it_begins_where_the_day_begins_first():
    wall = at("2026-12-01T09:00")
    first = first_instant(wall, "Europe/Berlin", is_recipients=True)
    zones = ["Pacific/Kiritimati", "Europe/Berlin", "America/New_York"]
    assert first == utc(2026, 11, 30, 19)
    assert instants(wall, zones) == {
        "Pacific/Kiritimati": first,
        "Europe/Berlin": utc(2026, 12, 1, 8),
        "America/New_York": utc(2026, 12, 1, 14),
    }
