"""A brand with many made-up customers and their facts, written by the tables' owner in one go."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.db.backends.utils import CursorWrapper

from accounts.models.brands import Brand
from accounts.models.organisations import Organisation
from config.roles import as_migrate_role

# 64 of 100 have bought; the last order is spread over two years before today.
_CUSTOMERS = """
INSERT INTO customers_customer (
    brand_id, email, email_norm, phone, first_name, last_name, name_norm, country, city, language
)
SELECT %(brand_id)s, 'p' || n || '@example.com', 'p' || n || '@example.com', '', 'First' || n,
       'Last' || n, 'first' || n || ' last' || n,
       (ARRAY['France', 'Spain', 'Italy', 'Germany', 'Norway'])[1 + n %% 5], 'Town' || n %% 900,
       'en'
FROM generate_series(1, %(customers)s) AS n
"""
_FACTS = """
INSERT INTO customers_customerfacts (
    brand_id, customer_id, country, orders_count, first_order_at, first_order_on, last_order_at,
    last_order_on, gross_minor, refunded_minor, net_minor, order_days, order_gross
)
SELECT brand_id, id, country, orders, day, day, day, day, orders * 2500, 0, orders * 2500,
       array_fill(day - DATE '1970-01-01', ARRAY[orders]), array_fill(2500::bigint, ARRAY[orders])
FROM (
    SELECT c.brand_id, c.id, c.country,
           CASE WHEN c.id %% 100 < 64 THEN 1 + (c.id %% 5)::integer ELSE 0 END
               AS orders,
           CASE WHEN c.id %% 100 < 64 THEN CURRENT_DATE - (c.id * 7919 %% 730)::integer END AS day
    FROM customers_customer AS c
    WHERE c.brand_id = %(brand_id)s
) AS person
"""
# What is kept up row by row while a table is filled: how to drop it and how to make it. Unique keys
# stay: others refer to them, and facts.sql decides by one.
_UPKEEP = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
              pg_get_constraintdef(oid))
FROM pg_constraint
WHERE contype = 'f' AND conrelid = ANY(%(tables)s::regclass[])
UNION ALL
SELECT format('ALTER TABLE %%s DISABLE TRIGGER USER', filled),
       format('ALTER TABLE %%s ENABLE TRIGGER USER', filled)
FROM unnest(%(tables)s::regclass[]) AS filled
UNION ALL
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid = ANY(%(tables)s::regclass[])
  AND NOT EXISTS (
      SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid
  )
"""


@dataclass(frozen=True)
class Cost:
    """What a piece of work took: seconds of the backend's CPU, and on the wall."""

    cpu: float
    wall: float


@contextmanager
def without_upkeep(cursor: CursorWrapper, *tables: str) -> Iterator[None]:
    """Fill these tables without their foreign keys, triggers and plain indexes, for their owner;
    afterwards they are made again as they were, at once instead of row by row."""
    cursor.execute(_UPKEEP, {"tables": list(tables)})
    upkeep = cursor.fetchall()
    for drop, _ in upkeep:
        cursor.execute(drop)
    yield
    for _, make in upkeep:
        cursor.execute(make)


def brand_with(customers: int) -> Brand:
    agency = Organisation.objects.create(kind=Organisation.Kind.AGENCY, name="Benchmark")
    brand = Brand.objects.create(organisation=agency, name="Large", slug="large")
    params = {"brand_id": brand.pk, "customers": customers}
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        with without_upkeep(cursor, "customers_customer", "customers_customerfacts"):
            cursor.execute(_CUSTOMERS, params)
            cursor.execute(_FACTS, params)
        cursor.execute("VACUUM (ANALYZE) customers_customer, customers_customerfacts")
    return brand


def backend_seconds() -> float:
    """CPU seconds of this connection's backend so far (the engine runs on this machine)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


@contextmanager
def measured(costs: dict[str, Cost], name: str) -> Iterator[None]:
    """Keep under `name` what the block costs."""
    cpu, wall = backend_seconds(), time.perf_counter()
    yield
    costs[name] = Cost(backend_seconds() - cpu, time.perf_counter() - wall)


def scan_seconds(brand: Brand, times: int = 5) -> float:
    """The yardstick: CPU of one sequential scan of the brand's customers under row security."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute("SET LOCAL enable_indexonlyscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        started = backend_seconds()
        for _ in range(times):
            cursor.execute(
                "SELECT count(*) FROM customers_customer WHERE brand_id = %s", [brand.pk]
            )
        spent = backend_seconds() - started
        for name in ("indexscan", "indexonlyscan", "bitmapscan"):
            cursor.execute(f"RESET enable_{name}")
        cursor.execute("RESET max_parallel_workers_per_gather")
    return spent / times


def load_average() -> float:
    return round(os.getloadavg()[0], 1)
