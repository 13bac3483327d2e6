"""The pace of sending: bundles, and never more than the limit and one window of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.pace import Share, place, share


@pytest.mark.parametrize(
    ("ahead", "wanted", "per_minute", "expected"),
    [
        (-100.0, 500, 600, Share(20, 2.0, 1.0)),  # 10 a second: a bundle of two seconds
        (2.0, 500, 600, Share(0, 2.0, 1.0)),
        (1.0, 500, 600, Share(10, 2.0, 1.0)),
        (0.0, 5, 600, Share(5, 0.5, 0.0)),
        (0.0, 500, 60_000, Share(500, 0.5, 0.0)),
        (-1.0, 500, 10, Share(1, 6.0, 6.0)),  # rare ones leave one by one
        (4.0, 500, 10, Share(0, 4.0, 4.0)),
        (0.0, 0, 600, Share(0, 0.0, 0.0)),
    ],
)
def test_shares(ahead, wanted, per_minute, expected):
    given = share(ahead, wanted=wanted, per_minute=per_minute)
    assert (given.count, round(given.ahead, 6), round(given.wait, 6)) == (
        expected.count,
        expected.ahead,
        expected.wait,
    )


@given(
    per_minute=st.integers(1, 100_000),
    asks=st.lists(st.tuples(st.floats(0, 120), st.integers(1, 5_000)), max_size=30),
)
def test_no_stretch_of_time_sees_more_than_its_limit_and_one_window(per_minute, asks):
    ahead, clock, left = 0.0, 0.0, 0
    for pause, wanted in asks:
        clock, ahead = clock + pause, ahead - pause
        given = share(ahead, wanted=wanted, per_minute=per_minute)
        ahead, left = given.ahead, left + given.count
    window = max(2.0, 60 / per_minute)
    assert left <= (clock + window) * per_minute / 60 + 1e-6 * (1 + left)


@given(per_minute=st.integers(1, 100_000), wanted=st.integers(1, 5_000))
def test_whoever_waits_as_told_gets_something(per_minute, wanted):
    first = share(0.0, wanted=wanted, per_minute=per_minute)
    second = share(first.ahead - first.wait, wanted=1, per_minute=per_minute)
    assert (first.count > 0, second.count) == (True, 1)


def test_mails_that_answer_an_act_stand_before_campaigns_and_one_behind_the_other():
    # 10 a second; a campaign has used up its window of two seconds.
    assert share(2.0, wanted=500, per_minute=600).count == 0
    ahead, waits = 2.0, []
    for _ in range(22):
        found = place(ahead, per_minute=600)
        ahead = found.ahead
        waits.append(round(found.wait, 6))
    # Twenty find room in the window that is theirs; the next ones have their places behind it.
    assert waits == [0.0] * 20 + [0.1, 0.2]
    assert share(ahead, wanted=1, per_minute=600).count == 0


def test_rare_ones_leave_two_at_most_at_once():
    first = place(-100.0, per_minute=10)
    second = place(first.ahead, per_minute=10)
    third = place(second.ahead, per_minute=10)
    assert [each.wait for each in (first, second, third)] == [0.0, 0.0, 6.0]
