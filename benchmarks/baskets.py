"""How long a gift pack's page waits for what goes with what, beside a scan of the order lines.

    python benchmarks/baskets.py            1,000,000 orders with 2,000,000 lines
    python benchmarks/baskets.py --quick    100,000 orders (under 50 s)
    python benchmarks/baskets.py --json     the same as one JSON object

As the app role under row security. `companions` is what the page asks for, of the orders of some
days where there are many; `all orders` is the same over all of them. `scan` is one count of the
brand's order lines. Figures are milliseconds of the backend's CPU, the least of five; `wall` is the
clock's. `error` is by how many per cent the shares of the sample differ from those of all, in the
mean over the companions that are shown.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.started import test_database

# isort: split

from django.db import connection

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from benchmarks.people import backend_seconds, brand_with, load_average, without_upkeep
from benchmarks.telling import options, tell
from config.roles import as_migrate_role
from customers.models.products import Product
from customers.selectors import baskets
from customers.selectors.baskets import Companion, companions

PRODUCTS = 2_000
_FILL = """
INSERT INTO customers_product (brand_id, source, source_id, title, category)
SELECT %(brand_id)s, 'b', 'P' || n, 'Product ' || n, '' FROM generate_series(1, %(products)s) AS n;
INSERT INTO customers_order (
    brand_id, source, source_id, placed_at, placed_on, gross_minor, original_currency,
    content_hash
)
SELECT %(brand_id)s, 'b', 'O' || n, day, day, 5000, '', sha256(n::text::bytea)
FROM (
    SELECT n, CURRENT_DATE - (n::bigint * 7919 %% 730)::integer AS day
    FROM generate_series(1, %(orders)s) AS n
) AS made;
"""
# A few products sell often, most of them seldom; the second line often goes with the first.
_LINES = """
INSERT INTO customers_orderline (
    brand_id, order_id, product_id, position, quantity, total_minor
)
SELECT o.brand_id, o.id, first_id + CASE WHEN line = 1 OR random() < 0.3
           THEN floor(%(products)s * power(((o.id * 7919) %% 1000003) / 1000003.0, 3))
           ELSE floor(%(products)s * power(random(), 3)) END::bigint,
       line, 1, 2500
FROM customers_order AS o
CROSS JOIN generate_series(1, 2) AS line
CROSS JOIN (SELECT min(id) AS first_id FROM customers_product WHERE brand_id = %(brand_id)s) AS f
WHERE o.brand_id = %(brand_id)s;
"""


def made(orders: int) -> Brand:
    brand = brand_with(1_000)
    params = {"brand_id": brand.pk, "orders": orders, "products": PRODUCTS}
    tables = ("customers_product", "customers_order", "customers_orderline")
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        with without_upkeep(cursor, *tables):
            for statement in (*_FILL.split(";\n"), _LINES):
                if statement.strip():
                    cursor.execute(statement, params)
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(tables)}")
    return brand


def timed(work: Callable[[], object], times: int = 5) -> dict[str, float]:
    """Milliseconds, the least of some."""
    cpu, wall = [], []
    for _ in range(times):
        begun, clock = backend_seconds(), time.perf_counter()
        work()
        cpu.append(backend_seconds() - begun)
        wall.append(time.perf_counter() - clock)
    return {"cpu": round(min(cpu) * 1_000, 1), "wall": round(min(wall) * 1_000, 1)}


def scan(brand: Brand) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute("SET LOCAL enable_indexonlyscan = off")
        cursor.execute("SELECT count(*) FROM customers_orderline WHERE brand_id = %s", [brand.pk])
        cursor.execute("RESET max_parallel_workers_per_gather")
        cursor.execute("RESET enable_indexonlyscan")


def differ(found: list[Companion], whole: list[Companion]) -> float:
    """Per cent, in the mean over what both show."""
    shares = {each.product.pk: each.confidence for each in whole}
    off = [
        abs(each.confidence / shares[each.product.pk] - 1) * 100
        for each in found
        if each.product.pk in shares
    ]
    return round(sum(off) / len(off), 1) if off else 0.0


def measure(orders: int) -> dict[str, Any]:
    brand = made(orders)
    with brand_scope(brand):
        inside = list(Product.objects.order_by("pk").values_list("pk", flat=True)[3:5])

        def asked() -> list[Companion]:
            return companions(inside, as_of=brand.today, most=8)

        found, sampled = asked(), timed(asked)
        most, baskets.MOST_ORDERS = baskets.MOST_ORDERS, 10**9
        whole, all_of_them = asked(), timed(asked, times=2)
        baskets.MOST_ORDERS = most
        yardstick = timed(lambda: scan(brand))
    return {
        "companions": sampled,
        "all orders": all_of_them,
        "scan": yardstick,
        "orders looked at": found[0].orders,
        "error": differ(found, whole),
        "ratio": round(sampled["cpu"] / yardstick["cpu"], 2),
    }


def main() -> None:
    asked = options(__doc__ or "").parse_args()
    with test_database():
        found = measure(100_000 if asked.quick else 1_000_000)
        tell({"load": load_average(), **found}, as_json=asked.json)


if __name__ == "__main__":
    main()
