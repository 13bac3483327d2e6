"""Days add up to weeks, months and periods without losing or doubling a penny."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from customers.rules.revenue import Takings, by_month, by_week, total

END = date(2026, 11, 22)


def test_a_period_includes_both_its_ends() -> None:
    days = [(END - timedelta(days=back), Takings(first=1)) for back in range(10)]
    assert total(days, start=END - timedelta(days=6), end=END) == Takings(first=7)


def test_net_is_gross_less_what_was_given_back() -> None:
    takings = Takings(first=100, repeat=300, guest=50, refunded=70)
    assert (takings.gross, takings.net, takings.repeat_share) == (450, 380, 0.75)
    assert Takings(guest=5).repeat_share is None


def test_weeks_end_on_the_last_day() -> None:
    spans = by_week([(END, Takings(repeat=5))], start=END - timedelta(days=27), end=END)
    assert [start for start, _ in spans] == [
        date(2026, 10, 26),
        date(2026, 11, 2),
        date(2026, 11, 9),
        date(2026, 11, 16),
    ]
    assert [takings.repeat for _, takings in spans] == [0, 0, 0, 5]


def test_months_without_orders_stay_in_the_row() -> None:
    days = [(date(2026, 1, 31), Takings(first=1)), (date(2026, 3, 1), Takings(first=2))]
    spans = by_month(days, start=date(2026, 1, 31), end=date(2026, 3, 5))
    assert [(start.month, takings.first) for start, takings in spans] == [(1, 1), (2, 0), (3, 2)]


@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 10**9)), max_size=40),
    st.integers(0, 900),
)
def test_no_penny_is_lost_or_doubled(moves: list[tuple[int, int]], length: int) -> None:
    days = [(END - timedelta(days=back), Takings(first=minor)) for back, minor in moves]
    start = END - timedelta(days=length)
    inside = sum(minor for back, minor in moves if back <= length)
    assert total(days, start=start, end=END).first == inside
    for spans in (by_week(days, start=start, end=END), by_month(days, start=start, end=END)):
        assert sum(takings.first for _, takings in spans) == inside
