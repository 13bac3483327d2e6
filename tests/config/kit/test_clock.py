"""A brand's day has one beginning, also where clocks skip midnight or show it twice."""

from datetime import UTC, date, datetime, timedelta

from config.kit.clock import as_of, day_start, now


def test_the_day_begins_after_a_gap_and_at_the_first_of_two_midnights() -> None:
    # Beirut goes from 23:59:59 to 01:00 on 29 March 2026; Havana has midnight twice on 1 November.
    assert day_start(date(2026, 3, 29), "Asia/Beirut") == datetime(2026, 3, 28, 22, tzinfo=UTC)
    assert day_start(date(2026, 11, 1), "America/Havana") == datetime(2026, 11, 1, 4, tzinfo=UTC)


def test_history_is_told_as_of_its_moment_and_then_it_is_now_again() -> None:
    past = datetime(2026, 2, 14, 9, tzinfo=UTC)
    with as_of(past):
        assert now() == past
        with as_of(past + timedelta(days=1)):
            assert now() == past + timedelta(days=1)
        assert now() == past
    assert now() > past
