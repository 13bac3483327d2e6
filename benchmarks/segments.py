"""What a segment costs: a long rule over a large brand, one customer, and the builder's preview.

    python benchmarks/segments.py            1M customers, 5M orders, 10M events in one brand
    python benchmarks/segments.py --quick    100k customers, 500k orders, 300k events, one brand for
                                             all parts, a line for each order, fewer repetitions
    python benchmarks/segments.py --json     the same as one JSON object

The rule: permission, and (one of two countries, or tier gold), and at least 2 orders and 100.00
spent in 365 days, and no order in 60, and a page viewed in 90, and no cart in 30. It is held
against one sequential scan of the customers table in the same run, in CPU of the backend, as the
app role under row security. The previews are what the builder's panel asks, for the ready segments
and some rules by product, in a brand of 100k customers and 500k orders with two lines each.
"""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.started import test_database

# isort: split

from django.db import connection

from accounts.models.brands import Brand
from accounts.models.organisations import Organisation
from accounts.scope import brand_scope
from benchmarks.people import (
    Cost,
    load_average,
    measured,
    scan_seconds,
    without_upkeep,
)
from benchmarks.telling import options, tell
from config.kit.sql import in_row_order, load
from config.roles import as_migrate_role
from customers.models.customers import Customer
from customers.segments.compiler import compile_flips, compile_rule, compile_tree
from customers.segments.ready import ready_segments
from customers.segments.tree import parse_rule
from customers.selectors.habits import habits
from customers.selectors.portrait import portrait_with_rules
from customers.selectors.why import explain

RULE = {
    "all": [
        {"kind": "consent", "status": "granted"},
        {
            "any": [
                {"kind": "attribute", "field": "country", "values": ["France", "Spain"]},
                {"kind": "attribute", "field": "custom", "name": "tier", "values": ["gold"]},
            ]
        },
        {"kind": "orders", "measure": "count", "op": "at_least", "value": 2, "days": 365},
        {"kind": "orders", "measure": "net", "op": "at_least", "value": 100_00, "days": 365},
        {"kind": "orders", "measure": "count", "op": "at_most", "value": 0, "days": 60},
        {"kind": "event", "name": "page_viewed", "op": "at_least", "value": 1, "days": 90},
        {
            "none": [
                {"kind": "event", "name": "cart_updated", "op": "at_least", "value": 1, "days": 30}
            ]
        },
    ]
}

# Hashed, so that one column says nothing of another: uniform in 0 .. 999,999.
CHANCE = """
CREATE FUNCTION pg_temp.chance(n bigint, salt integer) RETURNS integer LANGUAGE sql IMMUTABLE AS
$$ SELECT ((hashint8extended(n, salt) & 9223372036854775807) % 1000000)::integer $$
"""
CUSTOMERS = """
INSERT INTO customers_customer (
    brand_id, email, email_norm, phone, first_name, last_name, name_norm, country, city, language,
    attributes
)
SELECT %(brand_id)s, 'p' || n || '@example.com', 'p' || n || '@example.com', '', 'First' || n,
       'Last' || n, 'first' || n || ' last' || n,
       (ARRAY['France', 'Spain', 'Italy', 'Germany', 'Norway', 'Poland', 'Peru', 'Chile', 'Japan',
              'Kenya'])[1 + pg_temp.chance(n, 1) %% 10],
       'Town' || n %% 900, 'en',
       jsonb_build_object(
           'tier', (ARRAY['gold', 'silver', 'tin', 'none'])[1 + pg_temp.chance(n, 2) %% 4],
           'birthday', DATE '1950-01-01' + pg_temp.chance(n, 3) %% 18000
       )
FROM generate_series(1, %(customers)s) AS n
"""
# Few buy often: squares of chance favour the first customers of a shuffled list.
ORDERS = """
INSERT INTO customers_order (
    brand_id, customer_id, source, source_id, placed_at, placed_on, gross_minor, original_currency,
    content_hash, rung, gap_days, channel, discount_minor
)
SELECT %(brand_id)s, customer_id, 'benchmark', n, day + TIME '12:00', day,
       500 + pg_temp.chance(n, 4) %% 9500, '', '',
       row_number() OVER w, day - lag(day) OVER w, (ARRAY['web', 'till'])[1 + n %% 2],
       CASE WHEN pg_temp.chance(n, 5) < 300000 THEN 100 ELSE 0 END
FROM (
    SELECT n,
           %(first_id)s + (
               (pg_temp.chance(n, 6) / 1e6) ^ 2 * %(customers)s
           )::bigint * 7919 %% %(customers)s AS customer_id,
           DATE '2026-06-30' - (pg_temp.chance(n, 7) %% 1095) AS day
    FROM generate_series(1::bigint, %(orders)s) AS n
) AS placed
WINDOW w AS (PARTITION BY customer_id ORDER BY day, n)
"""
PRODUCTS = """
INSERT INTO customers_product (brand_id, source, source_id, title, category, tags)
SELECT %(brand_id)s, 'benchmark', n, 'Product ' || n, 'Category ' || n %% 20,
       CASE WHEN n %% 10 = 0 THEN '["gift"]'::jsonb ELSE '[]' END
FROM generate_series(1, 2000) AS n
"""
LINES = """
INSERT INTO customers_orderline (brand_id, order_id, product_id, position, quantity, total_minor)
SELECT o.brand_id, o.id, p.first_id + pg_temp.chance(o.id * 8 + place, 8) %% 2000, place, 1,
       o.gross_minor / 2
FROM customers_order AS o
CROSS JOIN (
    SELECT min(id) AS first_id FROM customers_product WHERE brand_id = %(brand_id)s
) AS p
CROSS JOIN generate_series(1, %(lines)s) AS place
WHERE o.brand_id = %(brand_id)s
"""
EVENTS = """
INSERT INTO customers_customerevent (brand_id, customer_id, name, at, source, source_id, properties)
SELECT %(brand_id)s, %(first_id)s + pg_temp.chance(n, 9)::bigint * %(customers)s / 1000000,
       (ARRAY['page_viewed', 'page_viewed', 'page_viewed', 'cart_updated', 'mail_opened',
              'searched'])[1 + n %% 6],
       TIMESTAMPTZ '2026-06-30 20:00Z' - pg_temp.chance(n, 10) * INTERVAL '31.5 seconds',
       'benchmark', n, jsonb_build_object('value', n %% 100)
FROM generate_series(1::bigint, %(events)s) AS n
"""
STATES = """
INSERT INTO customers_consentstate (brand_id, customer_id, purpose, channel, status, basis, at)
SELECT brand_id, id, 'marketing', 'email',
       CASE WHEN pg_temp.chance(id, 11) < 800000 THEN 'granted' ELSE 'withdrawn' END, 'consent',
       TIMESTAMPTZ '2025-01-01 12:00Z'
FROM customers_customer
WHERE brand_id = %(brand_id)s AND pg_temp.chance(id, 12) < 800000
"""
BY_PRODUCT = {
    "bought of a category, 365 days": {"category": "Category 3", "days": 365, "value": 1},
    "bought a product": {"product": "7", "value": 1},
    "two orders of gifts this year": {"tag": "gift", "period": "this_year", "value": 2},
    "bought at the till, 90 days": {"channel": "till", "days": 90, "value": 1},
}


@dataclass(frozen=True)
class Size:
    """So many rows; `lines` of each order, none: no products either."""

    customers: int
    orders: int
    events: int
    lines: int = 0


FULL = Size(1_000_000, 5_000_000, 10_000_000)
PREVIEW = Size(100_000, 500_000, 1_000_000, lines=2)
QUICK = Size(100_000, 500_000, 300_000, lines=1)
FILLED = (
    "customers_customer",
    "customers_order",
    "customers_orderline",
    "customers_customerevent",
    "customers_consentstate",
    "customers_customerfacts",
)


def brand(name: str, size: Size) -> Brand:
    """A brand whose today is 30 June 2026, its facts made by the one definition of facts."""
    agency = Organisation.objects.create(kind=Organisation.Kind.AGENCY, name=name)
    made = Brand.objects.create(
        organisation=agency, name=name, slug=name.lower(), as_of="2026-06-30"
    )
    made.refresh_from_db()
    numbers = {"brand_id": made.pk, **asdict(size)}
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute("SET work_mem = '512MB'; SET maintenance_work_mem = '1GB'")
        cursor.execute(CHANCE)
        with without_upkeep(cursor, *FILLED):
            cursor.execute(CUSTOMERS, numbers)
            cursor.execute(
                "SELECT min(id) FROM customers_customer WHERE brand_id = %(brand_id)s", numbers
            )
            numbers["first_id"] = cursor.fetchone()[0]
            for step in [ORDERS, *([PRODUCTS, LINES] if size.lines else []), EVENTS, STATES]:
                cursor.execute(step, numbers)
            cursor.execute("ANALYZE")
            cursor.execute(load("customers", "facts"), {"brand_id": made.pk, "customer_ids": None})
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(FILLED)}")
    return made


def best(of: int, work: Callable[[], Any]) -> Cost:
    """The least of some runs, CPU and wall each: the machine is not ours alone."""
    costs: dict[str, Cost] = {}
    for run in range(of):
        with measured(costs, str(run)):
            work()
    return Cost(min(c.cpu for c in costs.values()), min(c.wall for c in costs.values()))


def rows_of(sql: Any, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def long_rule(shop: Brand, repeats: int, asked: int) -> dict[str, Any]:
    """`asked`: about so many customers by themselves."""
    with brand_scope(shop):
        scan = scan_seconds(shop)
        tree = parse_rule(RULE)
        compiled = compile_tree(tree, as_of=shop.today)
        found = len(rows_of(compiled.sql, compiled.params))
        with in_row_order():
            rule = best(repeats, lambda: rows_of(compiled.sql, compiled.params))
        flips = compile_flips(tree, as_of=shop.today)
        whole = best(2, lambda: rows_of(flips.sql, flips.params))
        past = compile_tree(tree, as_of=shop.today - timedelta(days=90))
        earlier = best(2, lambda: rows_of(past.sql, past.params))
        some = list(Customer.objects.order_by("pk").values_list("pk", flat=True)[: asked * 5 : 5])
        one, why = [], []
        for pk in some:
            alone = compile_rule(RULE, as_of=shop.today, only=[pk])
            one.append(best(1, lambda alone=alone: rows_of(alone.sql, alone.params)))
            why.append(best(1, lambda pk=pk: explain(tree, pk, as_of=shop.today)))
    return {
        "figures": {
            "members": found,
            "rule_cpu_ms": ms(rule.cpu),
            "rule_wall_ms": ms(rule.wall),
            "flips_cpu_ms": ms(whole.cpu),
            "as_of_90_days_ago_cpu_ms": ms(earlier.cpu),
            "one_customer_wall_ms_median": ms(statistics.median(c.wall for c in one)),
            "one_customer_wall_ms_p95": ms(p95([c.wall for c in one])),
            "explain_wall_ms_median": ms(statistics.median(c.wall for c in why)),
        },
        "yardsticks": {"scan_cpu_ms": ms(scan)},
        "ratios": {"rule_to_scan_cpu": round(rule.cpu / scan, 2)},
    }


def previews(shop: Brand, repeats: int) -> dict[str, Cost]:
    """What the builder's panel asks, for each ready segment and some more."""
    with brand_scope(shop):
        rules: dict[str, Any] = {"the long rule": RULE}
        for name, limits in BY_PRODUCT.items():
            leaf = {"kind": "orders", "measure": "count", "op": "at_least", **limits}
            rules[name] = {"all": [leaf]}
        for ready in ready_segments(habits(as_of=shop.today), "much"):
            if ready.rule:
                rules[ready.name] = ready.rule
        return {name: panel(rule, shop, repeats) for name, rule in rules.items()}


def panel(rule: Any, shop: Brand, repeats: int) -> Cost:
    tree = parse_rule(rule)
    return best(repeats, lambda: portrait_with_rules(tree, shop, as_of=shop.today))


def ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def main() -> None:
    arguments = options(__doc__).parse_args()
    started = time.perf_counter()
    with test_database():
        shop = brand("Large", QUICK if arguments.quick else FULL)
        loaded = time.perf_counter() - started
        found = long_rule(shop, *((2, 20) if arguments.quick else (5, 100)))
        asked = shop if arguments.quick else brand("Preview", PREVIEW)
        costs = previews(asked, 1 if arguments.quick else 3)
    found["previews_cpu_ms"] = {name: ms(cost.cpu) for name, cost in costs.items()}
    found["previews_wall_ms"] = {name: ms(cost.wall) for name, cost in costs.items()}
    found["figures"] |= {
        "preview_wall_ms_p95": ms(p95([cost.wall for cost in costs.values()])),
        "load_seconds": round(loaded, 1),
        "load_average": load_average(),
    }
    tell(found, as_json=arguments.json)


if __name__ == "__main__":
    main()
