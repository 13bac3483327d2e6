"""How long the server takes for customers' own page of a referral programme.

    python benchmarks/portal.py            2,000 advocates with 50 friends each, 400 pages
    python benchmarks/portal.py --quick    200 advocates, 100 pages
    python benchmarks/portal.py --json     the same as one JSON object

Each friend has ordered, each order earned a reward, half of them claimable. Every page is another
advocate's, asked for through all of Django, template included. The yardstick is /readyz, which asks
the database and both other engines whether they answer, in the same turns.
"""

import statistics
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.started import test_database

# isort: split

from django.test import Client

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from benchmarks.asking import timed
from benchmarks.people import brand_with, load_average, without_upkeep
from benchmarks.telling import options, tell
from config.roles import as_migrate_role
from referrals.models.programmes import Advocate, Programme
from referrals.selectors.addresses import portal_address
from referrals.services.programmes import create_programme, go_live

FRIENDS = 50
WARM_UP = 20
TARGET_MS = 30

# The first customers are advocates; all others are friends, in turn.
_ADVOCATES = """
INSERT INTO referrals_advocate (brand_id, programme_id, customer_id, source)
SELECT %(brand_id)s, %(programme_id)s, id, 'page' FROM customers_customer
WHERE brand_id = %(brand_id)s ORDER BY id LIMIT %(advocates)s
"""
_CODES = """
INSERT INTO referrals_referralcode (brand_id, advocate_id, code, code_norm)
SELECT brand_id, id, 'CODE-' || id, 'code' || id FROM referrals_advocate
WHERE brand_id = %(brand_id)s
"""
_ORDERS = """
INSERT INTO customers_order (
    brand_id, customer_id, source, source_id, placed_at, placed_on, gross_minor, original_currency,
    channel, content_hash
)
SELECT brand_id, id, 'benchmark', id::text, now() - interval '9 days', CURRENT_DATE - 9, 4000, '',
       'web', ''
FROM customers_customer
WHERE brand_id = %(brand_id)s
  AND id NOT IN (SELECT customer_id FROM referrals_advocate)
"""
_REFERRALS = """
INSERT INTO referrals_referral (
    brand_id, programme_id, version_id, advocate_id, friend_id, friend_key, friend_label, state,
    order_id, identified_at, qualified_at
)
SELECT o.brand_id, a.programme_id, v.id, a.id, o.customer_id, '', 'Friend ' || o.id % 26 || '.',
       'rewarded', o.id, o.placed_at, o.placed_at
FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM customers_order
      WHERE brand_id = %(brand_id)s) AS o
JOIN (SELECT *, row_number() OVER (ORDER BY id) AS n FROM referrals_advocate
      WHERE brand_id = %(brand_id)s) AS a ON a.n = 1 + o.n % %(advocates)s
JOIN referrals_programmeversion AS v ON v.programme_id = a.programme_id
""".replace(" % ", " %% ")
_REWARDS = """
INSERT INTO referrals_reward (
    brand_id, programme_id, version_id, referral_id, advocate_id, customer_id, holder_id, side,
    rule, trigger, kind, unit, amount_minor, open_minor, state, order_id, basis_minor, allocation,
    available_at, expires_at
)
SELECT r.brand_id, r.programme_id, r.version_id, r.id, r.advocate_id, a.customer_id, a.customer_id,
       'advocate', 'advocate', 'order:' || r.order_id, 'coupon', 'GBP', 1000, 1000,
       (ARRAY['pending', 'claimable'])[1 + r.id %% 2], r.order_id, 4000, '[]',
       now() + interval '5 days', now() + interval '1 year'
FROM referrals_referral AS r JOIN referrals_advocate AS a ON a.id = r.advocate_id
WHERE r.brand_id = %(brand_id)s
"""
_ACCOUNTS = """
INSERT INTO accounts_ledgeraccount (
    brand_id, owner_kind, owner_id, kind, unit, balance_minor
)
SELECT brand_id, 'customer', customer_id, kind, 'GBP', 25000
FROM referrals_advocate, unnest(ARRAY['pending', 'payable']) AS kind
WHERE brand_id = %(brand_id)s
"""
_TABLES = (
    "customers_order",
    "referrals_advocate",
    "referrals_referralcode",
    "referrals_referral",
    "referrals_reward",
)


def programme_with(brand: Brand, advocates: int) -> Programme:
    with brand_scope(brand):
        programme = create_programme("Give 10, get 10")
        go_live(programme)
    params = {"brand_id": brand.pk, "programme_id": programme.pk, "advocates": advocates}
    with as_migrate_role() as owner, owner.cursor() as cursor:
        with without_upkeep(cursor, *_TABLES):
            for fill in (_ADVOCATES, _CODES, _ORDERS, _REFERRALS, _REWARDS, _ACCOUNTS):
                cursor.execute(fill, params)
                cursor.execute("ANALYZE referrals_advocate, referrals_referral, customers_order")
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(_TABLES)}, accounts_ledgeraccount")
    return programme


def paths(brand: Brand, programme: Programme, most: int) -> list[str]:
    with brand_scope(brand):
        ids = list(Advocate.objects.order_by("pk").values_list("customer_id", flat=True))
        step = max(1, len(ids) // most)
        found = [
            portal_address(programme_id=programme.pk, customer_id=pk) for pk in ids[::step][:most]
        ]
    return [urlsplit(address).path for address in found]


def figures(times: list[float], name: str) -> dict[str, float]:
    ordered = sorted(times)
    return {
        f"{name}_median_ms": round(statistics.median(ordered), 1),
        f"{name}_p95_ms": round(ordered[int(0.95 * (len(ordered) - 1))], 1),
    }


def measure(advocates: int, pages: int) -> dict[str, Any]:
    brand = brand_with(advocates * (FRIENDS + 1))
    programme = programme_with(brand, advocates)
    asked, client = paths(brand, programme, pages), Client()
    for path in asked[:WARM_UP]:
        timed(client, path)
    portal, ready = [], []
    for path in asked:
        portal.append(timed(client, path))
        ready.append(timed(client, "/readyz"))
    found = figures([wall for wall, _ in portal], "portal")
    size = len(client.get(asked[0]).content)
    return {
        "figures": {
            "referrals": advocates * FRIENDS,
            "pages": len(asked),
            **found,
            **figures([cpu for _, cpu in portal], "portal_cpu"),
            "page_bytes": size,
            "load_average": load_average(),
        },
        "yardsticks": {
            **figures([wall for wall, _ in ready], "readyz"),
            **figures([cpu for _, cpu in ready], "readyz_cpu"),
        },
        "ratios": {"p95_to_target": round(found["portal_p95_ms"] / TARGET_MS, 2)},
    }


def main() -> None:
    arguments = options(__doc__).parse_args()
    with test_database():
        result = measure(200, 100) if arguments.quick else measure(2_000, 400)
    tell(result, as_json=arguments.json)


if __name__ == "__main__":
    main()
