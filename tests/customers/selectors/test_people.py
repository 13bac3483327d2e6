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
from customers.selectors import people as people_module
from customers.selectors.people import SORTS, Filters, Sort, people, people_page, slices, sort_of
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
    return [row.customer.first_name for row in people_page(**options).rows]  # type: ignore[arg-type]


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
    five: list[Customer], monkeypatch: pytest.MonkeyPatch, sort: Sort
) -> None:
    whole = first_names(sort=sort)
    monkeypatch.setattr(people_module, "PAGE_SIZE", 2)
    one = people_page(sort=sort)
    two = people_page(sort=sort, after=one.after)
    three = people_page(sort=sort, after=two.after)
    seen = [row.customer.first_name for page in (one, two, three) for row in page.rows]
    assert seen == whole
    assert (one.before, three.after) == ("", "")
    assert people_page(sort=sort, before=three.before).rows == two.rows
    assert people_page(sort=sort, before=two.before).rows == one.rows
    assert people_page(sort=sort, before=two.before).before == ""
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
    page = people_page(Filters(begins_with=typed), sort=sort_of("name"))
    assert [row.customer.first_name for row in page.rows] == names
    assert page.total == len(names)


@pytest.mark.parametrize("cursor", ["x", "1", ".", "1.x", "99999999999999999999.1", "1.2026-01-01"])
@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.key)
def test_a_broken_cursor_is_harmless(five: list[Customer], cursor: str, sort: Sort) -> None:
    assert people_page(sort=sort, after=cursor).total == 5


def test_merged_and_erased_customers_are_not_listed(five: list[Customer]) -> None:
    Customer.objects.filter(pk=five[1].pk).update(merged_into=five[2])
    Customer.objects.filter(pk=five[3].pk).update(erased_at=now())
    assert first_names(sort=sort_of("name")) == ["Anna", "Rae", "Zoë"]


def test_each_row_knows_what_the_customer_allows(five: list[Customer]) -> None:
    factories.consent(five[1])
    factories.consent(five[2], granted=False)
    states = {
        row.customer.first_name: row.consent and row.consent.status for row in people_page().rows
    }
    assert states == {"Rae": None, "Ann": "granted", "Anna": "withdrawn", "Bo": None, "Zoë": None}


def test_another_brand_finds_nobody(cast: Cast) -> None:
    with brand_scope(cast.floral):
        refresh_facts(customer_ids=None)
        assert people_page(Filters(begins_with="rae")).total == 1
    with brand_scope(cast.other_brand):
        assert people_page(Filters(begins_with="rae")).total == 0


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
        plan = people(Filters(begins_with="p4321@")).explain()
        assert people(Filters(begins_with="p4321@")).count() == 1
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
        people_page()
    for number in range(10):
        factories.consent(factories.customer(email=f"p{number}@example.com"))
    refresh_facts(customer_ids=None)
    with django_assert_num_queries(3):
        assert len(people_page().rows) == 11


def test_filters_narrow_the_list_together(five: list[Customer]) -> None:
    _rae, _ann, anna, bo, zoe = five
    factories.consent(anna)
    factories.consent(bo, granted=False)
    Customer.objects.filter(pk__in=[anna.pk, zoe.pk]).update(tags=["vip"], country="France")

    def found(**filters: object) -> set[str]:
        return {row.customer.first_name for row in people(Filters(**filters))}  # type: ignore[arg-type]

    assert found(tag="vip") == {"Anna", "Zoë"}
    assert found(tag="vi") == set()
    assert found(country="France", orders_from=3) == {"Zoë"}
    assert found(orders_from=1, orders_to=2) == {"Ann", "Anna"}
    assert found(news="allowed") == {"Anna"}
    assert found(news="withdrawn") == {"Bo"}
    assert found(news="unasked") == {"Rae", "Ann", "Zoë"}
    assert found(last_from=date(2026, 1, 3), last_to=date(2026, 1, 5)) == {"Anna", "Bo"}


@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.key)
def test_the_file_walks_everybody_in_the_order_of_the_list(
    five: list[Customer], sort: Sort
) -> None:
    walked = [row.customer.first_name for part in slices(Filters(), sort, size=2) for row in part]
    assert walked == first_names(sort=sort)


@pytest.mark.django_db(transaction=True)
def test_far_pages_of_each_falling_order_read_an_index_under_row_security(cast: Cast) -> None:
    with brand_scope(cast.floral), connection.cursor() as cursor:
        cursor.execute(
            """
            WITH made AS (
                INSERT INTO customers_customer (brand_id, email, email_norm, first_name, last_name,
                    name_norm, phone, country, city, language)
                SELECT %s, mail, mail, 'P', number::text, 'p ' || number, '', '', '', ''
                FROM (SELECT number, 'p' || number || '@example.com' AS mail
                      FROM generate_series(1, 5000) AS number) AS made
                RETURNING id, brand_id
            )
            INSERT INTO customers_customerfacts (brand_id, customer_id, orders_count, last_order_on,
                gross_minor, refunded_minor, net_minor)
            SELECT brand_id, id, id %% 7, date '2026-01-01' + (id %% 300)::integer, 0, 0, id * 3
            FROM made
            """,
            [cast.floral.pk],
        )
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer, customers_customerfacts")
    wanted = {
        "recent": "customer_facts_by_last_order",
        "orders": "customer_facts_by_orders",
        "net": "customer_facts_by_net",
    }
    with brand_scope(cast.floral):
        for key, index in wanted.items():
            sort = sort_of(key)
            place = people_module._read_cursor(
                "4000.2026-02-01" if key == "recent" else "4000.5", sort
            )
            assert place is not None
            statement = people_module.in_order(people(), sort, place=place, backwards=False)[:51]
            assert index in statement.explain()
