"""The list of customers: found by prefix, in a stated order, a page at a time."""

from datetime import date, timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from config.kit.clock import now
from config.roles import as_migrate_role
from customers.models.customers import Customer
from customers.selectors import customers
from customers.selectors.customers import SORTS, customer_page, people, sort_of
from customers.services.facts import refresh_facts
from tests import factories
from tests.conftest import Cast

NAMES = [("Ann", "Berg"), ("Anna", "Stone"), ("Bo", "Annis"), ("Zoë", "Ängstrom")]


@pytest.fixture
def five(floral: Brand, cast: Cast) -> list[Customer]:
    """Rae (no order) and four with 1, 2, 3 and 4 orders."""
    made = [cast.rae]
    for orders, (first, last) in enumerate(NAMES, start=1):
        email = f"{first}@Shop{orders}.example"
        customer = factories.customer(email=email, first_name=first, last_name=last)
        for number in range(orders):
            on = date(2026, 1, orders) + timedelta(days=number)
            factories.order(customer, source_id=f"{orders}-{number}", on=on, minor=100 * orders)
        made.append(customer)
    refresh_facts(customer_ids=None)
    return made


def first_names(**options: object) -> list[str]:
    return [row.customer.first_name for row in customer_page(**options).rows]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("recent", ["Zoë", "Bo", "Anna", "Ann", "Rae"]),
        ("orders", ["Zoë", "Bo", "Anna", "Ann", "Rae"]),
        ("net", ["Zoë", "Bo", "Anna", "Ann", "Rae"]),
        ("name", ["Ann", "Anna", "Bo", "Rae", "Zoë"]),
        ("newest", ["Zoë", "Bo", "Anna", "Ann", "Rae"]),
    ],
)
def test_each_order_of_the_list(five: list[Customer], key: str, names: list[str]) -> None:
    assert first_names(sort=sort_of(key)) == names


@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.key)
def test_pages_forward_and_back_show_everybody_once(
    five: list[Customer], monkeypatch: pytest.MonkeyPatch, sort: customers.Sort
) -> None:
    whole = first_names(sort=sort)
    monkeypatch.setattr(customers, "PAGE_SIZE", 2)
    one = customer_page(sort=sort)
    two = customer_page(sort=sort, after=one.after)
    three = customer_page(sort=sort, after=two.after)
    seen = [row.customer.first_name for page in (one, two, three) for row in page.rows]
    assert seen == whole
    assert (one.before, three.after) == ("", "")
    assert customer_page(sort=sort, before=three.before).rows == two.rows
    assert customer_page(sort=sort, before=two.before).rows == one.rows
    assert customer_page(sort=sort, before=two.before).before == ""
    assert {page.total for page in (one, two, three)} == {5}


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("ann", ["Ann", "Anna"]),
        ("ANNA", ["Anna"]),
        ("anna s", ["Anna"]),
        ("bo@shop3", ["Bo"]),
        ("zoë", ["Zoë"]),
        ("nn", []),
        ("%", []),
        ("_nn", []),
        ("' OR true --", []),
    ],
)
def test_search_is_by_how_a_name_or_address_begins(
    five: list[Customer], typed: str, names: list[str]
) -> None:
    page = customer_page(begins_with=typed, sort=sort_of("name"))
    assert [row.customer.first_name for row in page.rows] == names
    assert page.total == len(names)


@pytest.mark.parametrize("cursor", ["x", "1", ".", "1.x", "99999999999999999999.1", "1.2026-01-01"])
@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.key)
def test_a_broken_cursor_is_harmless(
    five: list[Customer], cursor: str, sort: customers.Sort
) -> None:
    assert customer_page(sort=sort, after=cursor).total == 5


def test_merged_and_erased_customers_are_not_listed(five: list[Customer]) -> None:
    Customer.objects.filter(pk=five[1].pk).update(merged_into=five[2])
    Customer.objects.filter(pk=five[3].pk).update(erased_at=now())
    assert first_names(sort=sort_of("name")) == ["Anna", "Rae", "Zoë"]


def test_each_row_knows_what_the_customer_allows(five: list[Customer]) -> None:
    factories.consent(five[1])
    factories.consent(five[2], granted=False)
    states = {
        row.customer.first_name: row.consent and row.consent.status for row in customer_page().rows
    }
    assert states == {"Rae": None, "Ann": "granted", "Anna": "withdrawn", "Bo": None, "Zoë": None}


def test_another_brand_finds_nobody(cast: Cast) -> None:
    with brand_scope(cast.floral):
        refresh_facts(customer_ids=None)
        assert customer_page(begins_with="rae").total == 1
    with brand_scope(cast.other_brand):
        assert customer_page(begins_with="rae").total == 0


@pytest.mark.django_db(transaction=True)
def test_the_search_reads_its_indexes_under_row_security(cast: Cast) -> None:
    with brand_scope(cast.floral), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_customer (brand_id, email, email_norm, first_name, last_name,
                name_norm, phone, country, city, language)
            SELECT %s, mail, mail, 'P', number::text, 'p ' || number, '', '', '', ''
            FROM (SELECT number, 'p' || number || '@example.com' AS mail
                  FROM generate_series(1, 5000) AS number) AS made
            """,
            [cast.floral.pk],
        )
        refresh_facts(customer_ids=None)
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer, customers_customerfacts")
    with brand_scope(cast.floral):
        plan = people("p4321@").explain()
        assert people("p4321@").count() == 1
    # The range that the prefix stands for is part of each index's own condition.
    for column in ("email_norm", "name_norm"):
        assert (
            f"(({column})::text >= 'p4321@'::text) AND (({column})::text < 'p4321A'::text)" in plan
        )


def test_the_list_asks_as_often_for_many_as_for_one(
    floral: Brand, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    refresh_facts(customer_ids=None)
    with django_assert_num_queries(3):
        customer_page()
    for number in range(10):
        factories.consent(factories.customer(email=f"p{number}@example.com"))
    refresh_facts(customer_ids=None)
    with django_assert_num_queries(3):
        assert len(customer_page().rows) == 11
