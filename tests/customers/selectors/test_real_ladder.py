"""The published counts of the CDNOW log, from its real orders through the database."""

import hashlib
from datetime import date

import pytest
from django.db import connection

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from config.kit import sql
from config.kit.money import to_minor
from config.roles import as_migrate_role
from config.samples.orders import music_orders
from customers.selectors.cohorts import retention_cohorts
from customers.selectors.ladder import repurchase_ladder
from customers.services.facts import refresh_facts
from tests.conftest import Cast

END = date(1998, 6, 30)


def _fill(brand: Brand) -> None:
    """Every order of the log, straight into the tables; the import has its own tests."""
    orders = list(music_orders())
    with brand_scope(brand), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_customer (brand_id, email, email_norm, phone, first_name,
                last_name, name_norm, country, city, language)
            SELECT %s, '', '', '', number::text, '', '', '', '', ''
            FROM unnest(%s::bigint[]) AS number
            RETURNING first_name::bigint, id
            """,
            [brand.pk, sorted({order.number for order in orders})],
        )
        ids = dict(cursor.fetchall())
    # Without statistics each foreign key check would read all customers of the brand.
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer")
    with brand_scope(brand), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_order (brand_id, customer_id, source, source_id, placed_at,
                placed_on, gross_minor, original_currency, content_hash)
            SELECT %s, customer_id, 'cdnow', source_id, placed_at, placed_at::date, minor, '', %s
            FROM unnest(%s::bigint[], %s::text[], %s::timestamp[], %s::bigint[])
                AS log (customer_id, source_id, placed_at, minor)
            """,
            [
                brand.pk,
                hashlib.sha256(b"").digest(),
                [ids[order.number] for order in orders],
                [order.order_id for order in orders],
                [order.placed_at for order in orders],
                [sum(to_minor(line.total, "USD") for line in order.lines) for order in orders],
            ],
        )
        refresh_facts(customer_ids=None)
        cursor.execute(sql.load("customers", "import_analyse"))  # as the import does


@pytest.mark.django_db(transaction=True)
def test_ladder_gaps_and_cohorts_of_the_music_shop_are_the_published_ones(cast: Cast) -> None:
    _fill(cast.grocer)
    with brand_scope(cast.grocer):
        ladder = repurchase_ladder(as_of=END)
        assert [rung.reached for rung in ladder] == [23570, 11516, 7476, 5271, 3835, 2844, 2201]
        assert [rung.median_days for rung in ladder[:3]] == [57, 52, 44]
        cohorts = retention_cohorts(as_of=END, is_over=True, months=18)
        assert [[cell.customers for cell in row.months[:7]] for row in cohorts] == [
            [7846, 1157, 964, 810, 679, 736, 720],
            [8476, 1312, 980, 783, 847, 786, 626],
            [7248, 1032, 752, 756, 674, 564, 561],
        ]
        september = retention_cohorts(as_of=date(1997, 9, 30), is_over=True)
        assert [cell.customers for cell in september[2].months] == [
            7248, 1032, 752, 756, 674, 564, 561,
        ]  # fmt: skip
        assert all(cell.complete for row in september for cell in row.months)
