"""What it costs to keep a segment's members, and how soon an event shows in them.

    python benchmarks/membership.py            1,000,000 customers, 640,000 members; 30 s of events
    python benchmarks/membership.py --quick    30,000 customers; 5 s of events
    python benchmarks/membership.py --json     the same as one JSON object

The full comparison (first fill, nothing changed, 1 % changed) is held against one sequential scan
of the customers table in the same run, in CPU of the database's backend, under row security.
Freshness: events at 100 a second, ten in a call, through the service, with a worker beside it;
from the start of the call until another connection sees the customer in the segment.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.started import ROOT, test_database

# isort: split

from django.db import connection

from accounts import work
from accounts.models.brands import Brand
from accounts.scope import brand_scope
from benchmarks.people import (
    Cost,
    brand_with,
    load_average,
    measured,
    scan_seconds,
)
from benchmarks.telling import options, tell
from config.celery import app
from config.kit.clock import now
from config.roles import as_migrate_role
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.models.segments import DirtyCustomer, Segment, SegmentMember
from customers.rules.events import read_events
from customers.services import membership
from customers.services.customer_events import record_events
from customers.services.membership import Cause
from customers.services.segments import create_segment

BUYERS = {"all": [{"kind": "rung", "op": "at_least", "value": 1}]}
LATELY = {
    "all": [{"kind": "orders", "measure": "count", "op": "at_least", "value": 1, "days": 365}]
}
# So many segments of the brand are evaluated at each turn of the freshness part.
SEGMENTS = 20
RATE = 100
# As a shop's program sends them: so many events in one call.
TOGETHER = 10
# The prototype took 1.1 s of CPU where a scan took 70 ms; the bound is three times that.
BOUND_IN_SCANS = 3 * 1.1 / 0.070


def compare(brand: Brand, segment: Segment) -> None:
    with brand_scope(brand):
        membership.evaluate_segment(segment_id=segment.pk, cause=Cause.AUDIT)


def change_one_percent(brand: Brand) -> None:
    """Half of them come, half go; as the owner, without the work around it."""
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customerfacts SET orders_count = CASE orders_count WHEN 0 THEN 1"
            " ELSE 0 END, order_days = CASE orders_count WHEN 0 THEN"
            " ARRAY[CURRENT_DATE - DATE '1970-01-01'] ELSE '{}' END"
            " WHERE brand_id = %s AND customer_id %% 100 IN (1, 99) AND customer_id %% 200 < 100",
            [brand.pk],
        )
        cursor.execute("VACUUM (ANALYZE) customers_customerfacts, customers_segmentmember")


def full_comparison(brand: Brand, rule: dict[str, Any]) -> dict[str, Any]:
    costs: dict[str, Cost] = {}
    with brand_scope(brand):
        segment = create_segment(name=str(rule), rule=rule)
    with measured(costs, "first_fill"):
        compare(brand, segment)
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) customers_segmentmember, customers_segmentflip")
    with measured(costs, "no_change"):
        compare(brand, segment)
    change_one_percent(brand)
    with measured(costs, "one_percent"):
        compare(brand, segment)
    change_one_percent(brand)
    with brand_scope(brand):
        scan = scan_seconds(brand)
        segment.refresh_from_db()
    return {
        "members": segment.members_count,
        "scan_cpu_ms": round(scan * 1000, 1),
        **{f"{name}_cpu_s": round(cost.cpu, 2) for name, cost in costs.items()},
        **{f"{name}_wall_s": round(cost.wall, 2) for name, cost in costs.items()},
        **{f"{name}_in_scans": round(cost.cpu / scan, 1) for name, cost in costs.items()},
    }


@contextmanager
def worker() -> Iterator[None]:
    """A Celery worker of its own on the benchmark's database, up and answering."""
    # setup_databases() has named the database; its address is the engine's in all other parts.
    address = urlsplit(os.environ["DATABASE_URL"])
    address = address._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = {**os.environ, "DATABASE_URL": address.geturl(), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker"]
    with subprocess.Popen(
        [*command, "--concurrency", "3", "--loglevel", "ERROR"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        while not app.control.ping(timeout=1):
            time.sleep(0.5)
        try:
            yield
        finally:
            running.terminate()


def watch(brand: Brand, segment: Segment, seen: dict[int, float], stop: threading.Event) -> None:
    """Note when each customer is first seen in the segment, every 50 ms."""
    last = 0
    while not stop.is_set():
        moment = time.perf_counter()
        with brand_scope(brand):
            rows = SegmentMember.objects.filter(pk__gt=last, segment=segment)
            for pk, who in rows.order_by("pk").values_list("pk", "customer_id"):
                seen[who], last = moment, pk
        stop.wait(0.05)
    connection.close()


def freshness(brand: Brand, seconds: int) -> dict[str, Any]:
    with brand_scope(brand):
        segments = [
            create_segment(
                name=f"Looked at {n}", rule={"all": [viewed(f"page_{n}"), *LATELY["all"]]}
            )
            for n in range(SEGMENTS - 1)
        ]
        segments.append(create_segment(name="Fresh", rule={"all": [viewed("page_viewed")]}))
        people = Customer.objects.bulk_create(
            Customer(email=f"new{n}@example.com", email_norm=f"new{n}@example.com")
            for n in range(seconds * RATE)
        )
        Identity.objects.bulk_create(
            Identity(customer=person, kind="email", value=person.email, value_norm=person.email)
            for person in people
        )
    # All the looks at everybody that the new segments ask for: they would hold the turns up.
    work.drain()
    asked: dict[int, float] = {}
    seen: dict[int, float] = {}
    stop = threading.Event()
    watcher = threading.Thread(target=watch, args=(brand, segments[-1], seen, stop))
    with worker():
        watcher.start()
        began = time.perf_counter()
        for at in range(0, len(people), TOGETHER):
            time.sleep(max(began + at / RATE - time.perf_counter(), 0))
            told = people[at : at + TOGETHER]
            asked |= dict.fromkeys((person.pk for person in told), time.perf_counter())
            with brand_scope(brand):
                record_events(read_events(views_of(told), latest=now()))
        rate = len(people) / (time.perf_counter() - began)
        deadline = time.perf_counter() + 60
        while len(seen) < len(people) and time.perf_counter() < deadline:
            time.sleep(0.1)
        stop.set()
        watcher.join()
    waits = sorted(seen.get(who, inf) - asked[who] for who in asked)
    with brand_scope(brand):
        waiting = DirtyCustomer.objects.count()
    return {
        "events": len(people),
        "events_per_second": round(rate, 1),
        "segments": SEGMENTS,
        "never_seen": len(people) - len(seen),
        "still_dirty": waiting,
        "p50_s": round(waits[len(waits) // 2], 2),
        "p95_s": round(waits[int(len(waits) * 0.95)], 2),
        "max_s": round(waits[-1], 2),
    }


def viewed(name: str) -> dict[str, Any]:
    return {"kind": "event", "measure": "count", "name": name, "op": "at_least", "value": 1}


def views_of(people: list[Customer]) -> bytes:
    name = "page_viewed"
    return json.dumps(
        [{"id": str(p.pk), "name": name, "customer": {"email": p.email}} for p in people]
    ).encode()


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--only", choices=("compare", "freshness"))
    arguments = parser.parse_args()
    result: dict[str, Any] = {"bound_in_scans": round(BOUND_IN_SCANS, 1)}
    with test_database():
        brand = brand_with(30_000 if arguments.quick else 1_000_000)
        if arguments.only != "freshness":
            result["plain"] = full_comparison(brand, BUYERS)
            result["with_flips"] = full_comparison(brand, LATELY)
        if arguments.only != "compare":
            result["freshness"] = freshness(brand, 5 if arguments.quick else 30)
        result["load_average"] = load_average()
    tell(result, as_json=arguments.json)


if __name__ == "__main__":
    main()
