"""The agency's brands side by side: exact figures of each, in one query, nothing of others."""

from datetime import date, timedelta

from pytest_django import DjangoAssertNumQueries

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from accounts.selectors.home import Figures, home_rows
from customers.services.facts import refresh_facts
from tests import factories
from tests.conftest import Cast

TODAY = date(2026, 3, 31)


def as_of(brand: Brand, day: date) -> Brand:
    Brand.objects.filter(pk=brand.pk).update(as_of=day)
    brand.as_of = day
    return brand


def test_each_brand_is_counted_as_of_its_own_day(cast: Cast) -> None:
    floral, grocer = as_of(cast.floral, TODAY), as_of(cast.grocer, date(1997, 9, 30))
    with brand_scope(floral):
        tom = factories.customer(email="tom@example.com")
        for number, (customer, days) in enumerate(
            [(cast.rae, 167), (cast.rae, 84), (cast.rae, 83), (tom, 0)]
        ):
            on = TODAY - timedelta(days=days)
            factories.order(customer, source_id=str(number), on=on, minor=10**number)
        refresh_facts(customer_ids=None)
    with brand_scope(grocer):
        una = factories.customer(email="una@example.com")
        factories.order(una, source_id="1", on=date(1997, 9, 30), minor=7)
        factories.order(una, source_id="2", on=date(1997, 10, 1), minor=7)
        refresh_facts(customer_ids=None)
    first, second = home_rows([grocer, floral])
    assert (first.brand, second.brand) == (floral, grocer)
    assert first.figures == Figures(
        customers=2,
        revenue_minor=1100,
        previous_minor=11,
        is_compared=True,
        weekly=[100, *[0] * 10, 1000],
        rungs=[2, 1, 1],
    )
    assert first.figures.waiting == 1
    assert second.figures == Figures(
        customers=1, revenue_minor=7, weekly=[*[0] * 11, 7], rungs=[1, 0, 0]
    )


def test_a_brand_without_orders_shows_noughts(cast: Cast) -> None:
    (row,) = home_rows([cast.other_brand])
    assert row.figures == Figures(weekly=[0] * 12, rungs=[0, 0, 0])


def test_ten_brands_are_asked_for_at_once(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    brands = [
        factories.brand(organisation=cast.agency, name=f"B{n}", slug=f"b{n}") for n in range(10)
    ]
    # Savepoint, read-only, scope, the figures, and the savepoint rolled back and released.
    with django_assert_num_queries(6):
        home_rows(brands[:1])
    with django_assert_num_queries(6):
        assert len(home_rows(brands)) == 10


def test_no_brands_need_no_query(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert home_rows([]) == []
