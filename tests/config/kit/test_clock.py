"""A brand's day has one beginning, also where clocks skip midnight or show it twice."""

from datetime import UTC, date, datetime

from config.kit.clock import day_start


def test_the_day_begins_after_a_gap_and_at_the_first_of_two_midnights() -> None:
    # Beirut goes from 23:59:59 to 01:00 on 29 March 2026; Havana has midnight twice on 1 November.
    assert day_start(date(2026, 3, 29), "Asia/Beirut") == datetime(2026, 3, 28, 22, tzinfo=UTC)
    assert day_start(date(2026, 11, 1), "America/Havana") == datetime(2026, 11, 1, 4, tzinfo=UTC)
