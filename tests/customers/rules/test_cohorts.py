"""Cohorts by calendar month, with the month that is not over marked."""

from datetime import date

from customers.rules.cohorts import Cell, Cohort, build

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


def test_months_without_orders_are_zero_and_the_running_month_is_open() -> None:
    counts = [(JANUARY, 0, 10), (JANUARY, 2, 4), (FEBRUARY, 0, 5)]
    assert build(counts, closed_through=date(2026, 3, 14)) == [
        Cohort(JANUARY, (Cell(10, True), Cell(0, True), Cell(4, False))),
        Cohort(FEBRUARY, (Cell(5, True), Cell(0, False))),
    ]


def test_a_month_closes_with_its_last_day() -> None:
    (cohort,) = build([(JANUARY, 0, 10), (JANUARY, 1, 4)], closed_through=date(2026, 2, 28))
    assert cohort.months == (Cell(10, True), Cell(4, True))
    (cohort,) = build([(JANUARY, 0, 10), (JANUARY, 1, 4)], closed_through=date(2026, 2, 27))
    assert cohort.months == (Cell(10, True), Cell(4, False))


def test_orders_on_the_first_day_of_a_month_open_it() -> None:
    (cohort,) = build([(JANUARY, 0, 10), (JANUARY, 1, 1)], closed_through=date(2026, 1, 31))
    assert cohort.months == (Cell(10, True), Cell(1, False))


def test_shares_are_of_the_cohort() -> None:
    (cohort,) = build([(JANUARY, 0, 8), (JANUARY, 1, 2)], closed_through=date(2026, 2, 28))
    assert cohort.size == 8
    assert cohort.share(1) == 0.25
