"""How long it takes to find out who brought whom: for one order, and for a file of 500,000.

    python benchmarks/referrals.py            500,000 orders, 10,000 of them tied to an advocate
    python benchmarks/referrals.py --quick    50,000 orders, 1,000 of them tied
    python benchmarks/referrals.py --json     the same as one JSON object

The file's orders are there already, as an import leaves them; what is measured is what the worker
does on its completion: codes become touches, the tied orders are found among all, decided in
batches, rewards are promised in the ledger and the orders credited. Half of the tied orders carry
an advocate's code, half are of friends who claimed by their address; every tenth order carries some
other code.

Qualifying one order is all that referrals do because of it, from its event to the promised reward:
their handlers of the event, each in the transaction of its own that makes it happen once, with
whatever they read, lock and write (the code's touch, the decision with its evidence, the referral,
the credit of the order, the reward with its history, the ledger's journal, the events that follow),
until the commit. What is not counted is recording the order, which stands beside it as the
yardstick, how long the event waits in the queue, and ringing for those that follow; CPU has that as
well. It is timed around this very work, on tables with statistics (autovacuum has long looked at
them when orders come one by one): `qualify` of an order with an advocate's code, which earns a
reward, `qualify_not_tied` of one with some other code. CPU is of this process and its backend
together; on a machine with other work it says more than the wall.
"""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.started import test_database

# isort: split

from django.db import connection, transaction

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from accounts.routing import handlers_of
from accounts.scope import brand_scope
from accounts.services.events import handle_once
from benchmarks.people import (
    Cost,
    brand_with,
    load_average,
    measured,
    without_upkeep,
)
from benchmarks.telling import options, tell
from config.kit.clock import now
from config.roles import as_migrate_role
from customers.events.orders import OrderRecorded
from customers.models.customers import Customer
from customers.models.imports import Import
from customers.services.customers import upsert_customer
from customers.services.orders import record_order
from referrals import handlers
from referrals.models.links import ReferralCode
from referrals.models.programmes import Programme
from referrals.models.referrals import Decision, Referral
from referrals.models.rewards import Reward
from referrals.selectors.keys import friend_key
from referrals.services.advocates import join
from referrals.services.backlog import qualify_import
from referrals.services.programmes import create_programme, go_live
from referrals.services.touches import Touch, TouchKind

ADVOCATES = 500
SINGLE = 200
_IDENTITIES = """
INSERT INTO customers_identity (brand_id, customer_id, kind, source, value, value_norm)
SELECT brand_id, id, 'email', '', email, email_norm FROM customers_customer
WHERE brand_id = %(brand_id)s
"""
# One order each of the first `tied` customers, the rest spread over the others.
_ORDERS = """
INSERT INTO customers_order (
    brand_id, customer_id, source, source_id, placed_at, placed_on, gross_minor, original_currency,
    discount_codes, content_hash, import_id
)
SELECT %(brand_id)s,
       %(first_id)s + CASE WHEN n <= %(tied)s THEN n - 1
                           ELSE %(tied)s + n::bigint * 7919 %% (%(customers)s - %(tied)s) END,
       'shop', n, now() - INTERVAL '1 hour' * (1 + n %% 700), now(), 500 + n %% 9500, '',
       CASE WHEN n <= %(tied)s / 2
            THEN jsonb_build_array((%(codes)s::text[])[1 + n %% cardinality(%(codes)s::text[])])
            WHEN n %% 10 = 0 THEN jsonb_build_array('SUMMER' || n %% 40)
            ELSE '[]' END,
       sha256(int8send(n)), %(import_id)s
FROM generate_series(1, %(orders)s) AS n
"""


def fill(customers: int) -> Brand:
    brand = brand_with(customers)
    with as_migrate_role() as owner, owner.cursor() as cursor:
        with without_upkeep(cursor, "customers_identity"):
            cursor.execute(_IDENTITIES, {"brand_id": brand.pk})
        cursor.execute("VACUUM (ANALYZE) customers_identity")
    return brand


def begun() -> Programme:
    """A live programme, two years old, whose advocates are the last customers."""
    programme = create_programme("Give 10, get 10")
    go_live(programme)
    Programme.objects.update(started_at=now() - timedelta(days=730))
    for customer in Customer.objects.order_by("-pk")[:ADVOCATES]:
        join(programme, customer=customer, source="api")
    return programme


def claim(programme: Programme, customers: list[Customer]) -> None:
    """They claimed two months ago."""
    advocates = list(programme.advocates.order_by("pk"))
    at = now() - timedelta(days=60)
    Touch.objects.bulk_create(
        [
            Touch(
                programme=programme,
                advocate=advocates[n % len(advocates)],
                kind=TouchKind.CLAIM,
                at=at,
                friend_key=friend_key(customer.email_norm),
            )
            for n, customer in enumerate(customers)
        ],
        batch_size=2_000,
    )


def file_of(
    brand: Brand, programme: Programme, orders: int, tied: int
) -> tuple[Import, dict[str, Any]]:
    """The import, and what its orders are to be like."""
    people = Customer.objects.order_by("pk")
    job = Import.objects.create(
        kind="generic", file_name="orders.csv", size=1, options={"is_live": True}
    )
    params = {
        "brand_id": brand.pk,
        "first_id": people.values_list("pk", flat=True)[0],
        "customers": people.count() - ADVOCATES,
        "tied": tied,
        "orders": orders,
        "import_id": job.pk,
        "codes": list(ReferralCode.objects.values_list("code", flat=True)),
    }
    claim(programme, list(people[tied // 2 : tied]))
    return job, params


def write_orders(params: dict[str, Any]) -> None:
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        with without_upkeep(cursor, "customers_order"):
            cursor.execute(_ORDERS, params)
        cursor.execute("VACUUM (ANALYZE) customers_order, referrals_touch, referrals_advocate")


def whole_file(brand: Brand, import_id: int) -> Cost:
    def work() -> None:
        while not qualify_import(brand_id=brand.pk, import_id=import_id):
            pass

    return cost_of(work)


def cost_of(act: Callable[[], object]) -> Cost:
    """On the wall, and CPU of this process and of its backend together."""
    costs: dict[str, Cost] = {}
    with measured(costs, "act"):
        own = time.process_time()
        act()
        own = time.process_time() - own
    return Cost(costs["act"].cpu + own, costs["act"].wall)


@dataclass
class Single:
    """What it took, order by order."""

    record: list[Cost] = field(default_factory=list)
    qualify: list[Cost] = field(default_factory=list)
    not_tied: list[Cost] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)


def single_orders(brand: Brand) -> Single:
    """In turns: an order is recorded, then its event handled."""
    with brand_scope(brand):
        codes = list(ReferralCode.objects.values_list("code", flat=True)[:SINGLE])
        people = [upsert_customer(email=f"new{n}@example.net").customer for n in range(2 * SINGLE)]
    found = Single()
    for n in range(SINGLE):
        found.record.append(cost_of(lambda n=n: record(brand, n, people[n], codes[n])))
        with connection.execute_wrapper(counted := Statements()):
            found.qualify.append(qualified(brand))
        found.statements.append(counted.number)
        record(brand, SINGLE + n, people[SINGLE + n], "SUMMER1")
        found.not_tied.append(qualified(brand))
    return found


class Statements:
    """Counts what is sent to the database, but for BEGIN and COMMIT."""

    number = 0

    def __call__(self, execute: Callable[..., object], *sent: object) -> object:
        self.number += 1
        return execute(*sent)


def record(brand: Brand, n: int, customer: Customer, code: str) -> None:
    with brand_scope(brand):
        record_order(
            source="till",
            source_id=str(n),
            placed_at=now() - timedelta(minutes=1),
            customer=customer,
            gross_minor=4_000,
            discount_codes=[code],
        )


def qualified(brand: Brand) -> Cost:
    """What the worker does for referrals when it is told of the order that was recorded last: on
    the wall each handler until its commit, CPU with the doorbells rung after that."""
    with brand_scope(brand):
        row = DomainEvent.objects.filter(type=OrderRecorded.type).latest("pk")
    event = OrderRecorded(subject_id=row.subject_id, **row.payload)
    own = [each for each in handlers_of(OrderRecorded) if each.__module__ == handlers.__name__]
    committed: list[float] = []

    def noting(handler: Callable[[OrderRecorded], None]) -> Callable[[OrderRecorded], None]:
        @wraps(handler)
        def act(event: OrderRecorded) -> None:
            # The first of what follows the commit, so before the doorbells.
            transaction.on_commit(lambda: committed.append(time.perf_counter()))
            handler(event)

        return act

    walls: list[float] = []

    def handle() -> None:
        for handler in own:
            began = time.perf_counter()
            handle_once(brand.pk, row.pk, handler=noting(handler), event=event)
            walls.append(committed[-1] - began)

    cost = cost_of(handle)
    return Cost(cost.cpu, sum(walls))


def told(costs: list[Cost], name: str) -> dict[str, float]:
    walls = sorted(1_000 * cost.wall for cost in costs)
    return {
        f"{name}_p50_ms": round(statistics.median(walls), 2),
        f"{name}_p95_ms": round(walls[int(len(walls) * 0.95)], 2),
        f"{name}_cpu_p50_ms": round(1_000 * statistics.median(cost.cpu for cost in costs), 2),
    }


def main() -> None:
    parser = options(__doc__ or "")
    asked = parser.parse_args()
    orders = 50_000 if asked.quick else 500_000
    tied = orders // 50
    with test_database():
        brand = fill(orders // 4)
        with brand_scope(brand):
            programme = begun()
            job, params = file_of(brand, programme, orders, tied)
        write_orders(params)
        cost = whole_file(brand, job.pk)
        with brand_scope(brand):
            counted = Referral.objects.filter(state="qualified").count()
            decided, rewards = Decision.objects.count(), Reward.objects.count()
        with as_migrate_role() as owner, owner.cursor() as cursor:
            cursor.execute("ANALYZE")
        singles = single_orders(brand)
    tell(
        {
            "load_average": load_average(),
            "file": {
                "orders": orders,
                "decided": decided,
                "qualified": counted,
                "rewards": rewards,
                "seconds": round(cost.wall, 1),
                "cpu_seconds": round(cost.cpu, 1),
            },
            "one_order": {
                **told(singles.record, "record"),
                **told(singles.qualify, "qualify"),
                **told(singles.not_tied, "qualify_not_tied"),
                "qualify_statements": statistics.median(singles.statements),
            },
        },
        as_json=asked.json,
    )


if __name__ == "__main__":
    main()
