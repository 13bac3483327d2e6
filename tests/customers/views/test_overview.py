"""The brand's front page: real figures, honest gaps, for members only."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models.brands import Brand
from accounts.models.members import Membership, Role
from accounts.scope import brand_scope
from config.kit.clock import now
from config.kit.figures import Bars, HeatMap, Ladder
from customers.models.customers import Customer
from customers.models.orders import Order
from customers.services.facts import refresh_facts
from tests import factories
from tests.conftest import Cast

AS_OF = date(2026, 3, 31)


@pytest.fixture
def shop(cast: Cast) -> Brand:
    """Floral as of the end of March: Rae bought three times, Tom once; somebody unknown once."""
    Brand.objects.filter(pk=cast.floral.pk).update(as_of=AS_OF, is_sample=True)
    with brand_scope(cast.floral):
        tom = factories.customer(email="tom@example.com")
        for number, (customer, days) in enumerate(
            [(cast.rae, 200), (cast.rae, 40), (cast.rae, 3), (tom, 10), (tom, 9)]
        ):
            on = AS_OF - timedelta(days=days)
            factories.order(customer, source_id=str(number), on=on, minor=100_00 * (number + 1))
        Order.objects.filter(source_id="4").update(customer=None)
        refresh_facts(customer_ids=None)
    return cast.floral


def test_the_headline_is_the_periods_revenue(shop: Brand, ben: Client) -> None:
    answer = ben.get("/b/floral/")
    taken = answer.context["revenue"]
    assert (taken.takings.first, taken.takings.repeat, taken.takings.guest) == (
        400_00,
        500_00,
        500_00,
    )
    page = answer.content.decode()
    assert "£1,400" in page
    assert "Shown as of" in page
    assert "Sample brand." in page


@pytest.mark.parametrize(
    ("key", "bars"), [("4w", 4), ("12w", 12), ("12m", 52), ("all", 29), ("x", 12)]
)
def test_the_period_is_a_link(shop: Brand, ben: Client, key: str, bars: int) -> None:
    figure = ben.get(f"/b/floral/?period={key}").context["bars"]
    assert isinstance(figure, Bars)
    assert len(figure.labels) == bars


def test_ladder_and_retention_are_drawn_from_the_same_orders(shop: Brand, ben: Client) -> None:
    context = ben.get("/b/floral/").context
    assert isinstance(context["ladder"], Ladder)
    assert [(rung.label, rung.count) for rung in context["ladder"].rungs] == [
        ("1st order", 2),
        ("2nd", 1),
        ("3rd", 1),
    ]
    assert isinstance(context["heat_map"], HeatMap)
    assert [(row.label, row.size) for row in context["heat_map"].cohorts] == [
        ("Sep 2025", 1),
        ("Mar 2026", 1),
    ]


def test_what_cannot_be_measured_is_said_and_not_nought(shop: Brand, ben: Client) -> None:
    page = ben.get("/b/floral/").content.decode()
    assert (page.count("Not measured yet"), page.count("Not measurable")) == (3, 1)


def test_those_who_wait_lead_to_a_segment_for_those_who_may_make_one(
    shop: Brand, ben: Client
) -> None:
    assert "1 customer bought once" in ben.get("/b/floral/").content.decode()


def test_a_brand_without_orders_is_shown_how_to_begin(cast: Cast, ben: Client) -> None:
    page = ben.get("/b/floral/").content.decode()
    assert "Start with your orders" in page
    assert "£" not in page


def test_todays_brand_counts_today(cast: Cast, ben: Client) -> None:
    with brand_scope(cast.floral):
        factories.order(cast.rae, source_id="1", on=now().date(), minor=7_00)
        refresh_facts(customer_ids=None)
    assert ben.get("/b/floral/").context["revenue"].takings.net == 7_00


def test_others_do_not_see_the_brand(
    shop: Brand, cleo: Client, pia: Client, client: Client
) -> None:
    assert cleo.get("/b/floral/").status_code == 404
    assert pia.get("/b/floral/").status_code == 404
    assert client.get("/b/floral/").status_code == 302


def test_ten_times_the_orders_need_no_more_queries(
    shop: Brand, cast: Cast, ben: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with CaptureQueriesContext(connection) as few:
        ben.get("/b/floral/")
    with brand_scope(cast.floral):
        for number in range(10):
            customer = factories.customer(email=f"p{number}@example.com")
            factories.order(customer, source_id=f"p{number}", on=AS_OF)
        refresh_facts(customer_ids=None)
    with django_assert_num_queries(len(few)):
        ben.get("/b/floral/")


def test_only_those_who_may_import_are_asked_to(cast: Cast, ben: Client) -> None:
    for path in ("/b/floral/", "/b/floral/customers/?q="):
        with brand_scope(cast.floral):
            Customer.objects.update(erased_at=now())
        assert 'href="/b/floral/imports/"' in ben.get(path).content.decode()
    Membership.objects.filter(user=cast.ben).update(role=Role.VIEWER)
    for path in ("/b/floral/", "/b/floral/customers/?q="):
        assert 'href="/b/floral/imports/"' not in ben.get(path).content.decode()


def test_a_sample_shown_as_of_a_past_day_leads_to_what_came_after(cast: Cast, ana: Client) -> None:
    with brand_scope(cast.floral):
        Brand.objects.filter(pk=cast.floral.pk).update(as_of=date(2026, 3, 31))
        factories.order(cast.rae, source_id="1", on=date(2026, 3, 1))
        factories.order(cast.rae, source_id="2", on=date(2026, 5, 1))
        refresh_facts(customer_ids=[cast.rae.pk])

    then = ana.get("/b/floral/")
    later = ana.get(then.context["later"][1])

    assert then.context["later"][0] == date(2026, 5, 1)
    assert [rung.reached for rung, _ in then.context["rungs"]] == [1]
    assert [rung.reached for rung, _ in later.context["rungs"]] == [1, 1]
    assert later.context["later"] is None


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "%00", "9999-12-31"])
def test_a_day_that_is_none_or_to_come_is_today(cast: Cast, ana: Client, text: str) -> None:
    with brand_scope(cast.floral):
        factories.order(cast.rae, source_id="1", on=date(2026, 3, 1))

    page = ana.get(f"/b/floral/?as_of={text}")

    assert page.status_code == 200
    assert page.context["as_of"] == cast.floral.today
