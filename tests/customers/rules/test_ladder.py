"""The ladder against hand-made counts and a published Kaplan-Meier example."""

import pytest

from customers.rules.ladder import Climb, build, conversions

# Remission of leukaemia under 6-MP (Freireich et al., Blood 21, 1963), weeks; the standard worked
# example of the estimator. Events and censored times of its 21 patients.
SIX_MP = [
    *(Climb(1, days, count, 0) for days, count in {6: 3, 7: 1, 10: 1, 13: 1, 16: 1}.items()),
    *(Climb(1, days, 1, 0) for days in (22, 23)),
    *(Climb(1, days, 0, count) for days, count in {6: 1, 9: 1, 10: 1, 11: 1, 17: 1}.items()),
    *(Climb(1, days, 0, 1) for days in (19, 20, 25, 34, 35)),
    Climb(1, 32, 0, 2),
]


def test_conversion_agrees_with_the_published_example() -> None:
    (rung,) = build(SIX_MP, rungs=1)
    by_30 = rung.conversions[0]
    assert (rung.reached, rung.climbed, rung.waiting) == (21, 9, 12)
    assert by_30.within_days == 30
    assert by_30.share == pytest.approx(1 - 0.4482, abs=5e-5)
    assert by_30.low == pytest.approx(1 - 0.6801, abs=5e-4)
    assert by_30.high == pytest.approx(1 - 0.1881, abs=5e-4)


def test_nothing_is_claimed_beyond_what_was_observed() -> None:
    (rung,) = build(SIX_MP, rungs=1)
    assert [conversion.share is None for conversion in rung.conversions] == [
        False,
        True,
        True,
        True,
        True,
    ]


def test_everybody_who_climbed_settles_every_horizon() -> None:
    shares = [row.share for row in conversions([Climb(1, 10, 2, 0), Climb(1, 40, 2, 0)])]
    assert shares == [0.5, 1.0, 1.0, 1.0, 1.0]


def test_people_who_still_wait_count_for_as_long_as_they_were_seen() -> None:
    # Of four, one came back on day 10; two were seen 20 days; the last came back on day 50.
    rows = [Climb(1, 10, 1, 0), Climb(1, 20, 0, 2), Climb(1, 50, 1, 0)]
    by_30, by_60, *_ = conversions(rows)
    assert by_30.share == 0.25
    assert by_60.share == 1.0


def test_a_rung_is_what_climbed_and_what_waits() -> None:
    ladder = build(
        [Climb(1, 5, 3, 0), Climb(1, 9, 1, 0), Climb(1, 100, 0, 6), Climb(2, 30, 0, 4)], rungs=3
    )
    assert [(rung.number, rung.reached, rung.climbed) for rung in ladder] == [(1, 10, 4), (2, 4, 0)]
    assert ladder[0].step_rate == 0.4
    assert ladder[1].step_rate == 0
    assert ladder[1].median_days is None


@pytest.mark.parametrize(
    ("climbs", "median"),
    [
        ([Climb(1, 7, 1, 0)], 7),
        ([Climb(1, 7, 1, 0), Climb(1, 10, 1, 5)], 8.5),
        ([Climb(1, 1, 1, 0), Climb(1, 2, 2, 0)], 2),
        ([Climb(1, 0, 2, 0), Climb(1, 30, 1, 0)], 0),
    ],
)
def test_the_median_gap_is_of_those_who_climbed(climbs: list[Climb], median: float) -> None:
    assert build(climbs, rungs=1)[0].median_days == median


def test_no_customers_make_no_rungs() -> None:
    assert build([], rungs=7) == []
