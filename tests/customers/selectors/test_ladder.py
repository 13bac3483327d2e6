"""The ladder and the cohorts of one brand, counted by the database."""

from datetime import date

import pytest

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from customers.models.orders import Order
from customers.rules.cohorts import Cell
from customers.selectors.cohorts import retention_cohorts
from customers.selectors.ladder import repurchase_ladder
from customers.services.facts import refresh_facts
from tests import factories
from tests.conftest import Cast

AS_OF = date(2026, 3, 31)


@pytest.fixture
def bought(floral: Brand, cast: Cast) -> Brand:
    """Three customers: orders on three, two and one days; and one order of nobody."""
    days = {
        cast.rae: [date(2026, 1, 5), date(2026, 1, 15), date(2026, 3, 6)],
        factories.customer(email="tom@example.com"): [date(2026, 1, 20), date(2026, 2, 19)],
        factories.customer(email="mina@example.com"): [date(2026, 2, 1)],
    }
    for customer, dates in days.items():
        for on in dates:
            factories.order(customer, source_id=f"{customer.pk}-{on}", on=on)
    refresh_facts(customer_ids=None)
    Order.objects.filter(source_id=f"{cast.rae.pk}-2026-01-05").update(gross_minor=700)
    return floral


def test_rungs_count_customers_with_at_least_so_many_orders(bought: Brand) -> None:
    ladder = repurchase_ladder(as_of=AS_OF)
    assert [rung.reached for rung in ladder] == [3, 2, 1]
    assert [rung.median_days for rung in ladder] == [20, 50, None]
    assert [rung.waiting for rung in ladder] == [1, 1, 1]


def test_the_ladder_as_of_a_day_knows_nothing_later(bought: Brand) -> None:
    ladder = repurchase_ladder(as_of=date(2026, 2, 10))
    assert [rung.reached for rung in ladder] == [3, 1]
    assert [rung.waiting for rung in ladder] == [2, 1]


def test_a_cut_ladder_keeps_its_counts(bought: Brand) -> None:
    assert [rung.reached for rung in repurchase_ladder(as_of=AS_OF, rungs=2)] == [3, 2]
    assert repurchase_ladder(as_of=AS_OF, rungs=2)[1].climbed == 1


def test_waiting_customers_lower_no_conversion_they_were_not_seen_for(bought: Brand) -> None:
    first = repurchase_ladder(as_of=date(2026, 2, 10))[0]
    # Seen: one back after 10 days, one waiting 21 days, one waiting 9: two at risk on day 10.
    assert first.conversions[0].share is None
    assert first.step_rate == pytest.approx(1 / 3)


def test_cohorts_count_distinct_customers_per_calendar_month(bought: Brand) -> None:
    january, february = retention_cohorts(as_of=AS_OF, is_over=True)
    assert january.month == date(2026, 1, 1)
    assert january.months == (Cell(2, True), Cell(1, True), Cell(1, True))
    assert february.months == (Cell(1, True), Cell(0, True))


def test_a_day_that_is_not_over_leaves_its_month_open(bought: Brand) -> None:
    january, _ = retention_cohorts(as_of=AS_OF, is_over=False)
    assert january.months[2] == Cell(1, False)


def test_another_brand_has_no_ladder_and_no_cohorts(cast: Cast) -> None:
    with brand_scope(cast.floral):
        factories.order(cast.rae, source_id="1", on=date(2026, 1, 5))
        refresh_facts(customer_ids=None)
    with brand_scope(cast.other_brand):
        assert repurchase_ladder(as_of=AS_OF) == []
        assert retention_cohorts(as_of=AS_OF, is_over=True) == []
