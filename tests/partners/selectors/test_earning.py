"""What partners bring, on the overview: commission as it came to be owed, or honestly nothing."""

from datetime import date, timedelta

from config.kit.clock import day_in
from customers.rules.revenue import Takings
from customers.selectors.credits import Earned
from customers.selectors.overview import Revenue
from partners.selectors.earning import commission_income, way_to_earn
from partners.services.commissions import take_back_for_redemption
from tests.partners.settling import due, offer_of


def revenue_of(today: date, credited: dict[str, Earned]) -> Revenue:
    start = today - timedelta(days=13)
    spans = [(start, Takings()), (start + timedelta(days=7), Takings())]
    return Revenue(
        start=start,
        end=today,
        takings=Takings(),
        spans=spans,
        by_month=False,
        before=None,
        before_spans=None,
        buyers=0,
        first_order_on=start,
        earned=credited,
    )


def test_nothing_is_measured_without_a_partner(floral) -> None:
    way = way_to_earn(revenue_of(day_in(floral.time_zone), {}))
    assert (way.minor, way.next) == (None, "Not measured yet: you work with no partner")


def test_commission_that_partners_owe_and_orders_they_brought_are_added_up(dinner, floral) -> None:
    today = day_in(floral.time_zone)
    way = way_to_earn(revenue_of(today, {}))
    assert (way.minor, way.next) == (0, "No partner has brought anything in this period")
    offer = offer_of(dinner)
    due(offer, 40_000, days_ago=10)
    taken_back = due(offer, 10_000, days_ago=2)
    take_back_for_redemption(taken_back.cause_id)
    due(offer, 7_000, days_ago=2)
    due(offer, 90_000, days_ago=20)
    due(offer_of(dinner, payer="brand"), 50_000)
    income = commission_income(
        floral, start=today - timedelta(days=13), end=today, span_starts=[today]
    )
    assert income.minor == 4_700
    way = way_to_earn(revenue_of(today, {"joint_venture": Earned(2_000, (500, 1_500))}))
    assert (way.minor, way.over_time) == (6_700, (4_500, 2_200))
    # Commission is on top of what customers paid the brand; the orders are part of that.
    assert way.beyond_minor == 4_700
