"""Statements that are planned once, and tables that are looked at as they grow."""

import pytest
from django.db import DataError, connection, transaction

from accounts.models.brands import Brand
from config.kit.sql import analyze_grown, partly, rows_of, rows_of_each
from customers.models.customers import Customer

pytestmark = pytest.mark.django_db

_WROTE = """
-- A comment; nobody sends it.
INSERT INTO customers_customer (brand_id, email, email_norm, phone, first_name, last_name,
                                name_norm, country, city, language)
SELECT %(brand_id)s::bigint, said, said, '', '', '', '', '', '', 'en'
FROM unnest(%(emails)s::text[]) AS said;
SELECT email FROM customers_customer
WHERE brand_id = %(brand_id)s AND id <> ALL(%(but)s::bigint[]) ORDER BY id
"""


def test_each_statement_sees_what_those_before_it_did(floral: Brand) -> None:
    others = list(Customer.objects.values_list("pk", flat=True))
    for emails in (["one@example.com", "two@example.com"], []):
        params = {"brand_id": floral.pk, "emails": emails, "but": others}
        added, found = rows_of_each(_WROTE, params)
        assert (added, found) == ([], [("one@example.com",), ("two@example.com",)])


def test_an_error_has_djangos_name_and_a_savepoint_survives_it(floral: Brand) -> None:
    for text in ("SELECT 1; SELECT 1 / 0; SELECT 2", "SELECT 1 / 0"):
        with pytest.raises(DataError), transaction.atomic():
            rows_of_each(text, {})
    assert rows_of("SELECT %(words)s::text", {"words": "all is well"}) == [("all is well",)]


def test_of_a_row_that_was_partly_read_the_rest_is_read_when_it_is_asked_for(
    floral: Brand,
) -> None:
    rae = Customer.objects.get(email="rae@example.com")
    row = partly(Customer, id=rae.pk, first_name="Read before")
    assert (row.first_name, row.last_name) == ("Read before", rae.last_name)


def test_a_table_that_has_grown_is_looked_at(floral: Brand) -> None:
    Customer.objects.create(email="new@example.com")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_clear_relation_stats('public', 'customers_customer')")
    analyze_grown(Customer)
    known = rows_of("SELECT relpages > 0 FROM pg_class WHERE relname = 'customers_customer'", {})
    assert known == [(True,)]
