"""How many events a second come in through HTTP, and what each costs the web process.

    python benchmarks/ingest.py            200 calls of 1,000 events
    python benchmarks/ingest.py --quick    40 calls
    python benchmarks/ingest.py --json     the same as one JSON object

A granian process as `manage.py up` starts it takes POST /api/v1/events over several connections,
each with a key of its own (a key may ask 600 times a minute), about customers it knows by their
external ids; database, web process and clients share this machine. The yardstick is measured in
the same run: the same bodies decoded by msgspec and handed to jsonb_to_recordset in one INSERT on
the same table, with nothing else around it. CPU is Python's own: the web process's and, for the
yardstick, this one's. The facts follow in the background; how fast is told apart.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.started import ROOT, test_database

# isort: split

import msgspec
from django.db import connection

from accounts import work
from accounts.models.brands import Brand
from accounts.models.users import User
from accounts.scope import brand_scope
from accounts.services.api_keys import create_api_key
from benchmarks.people import brand_with, load_average
from benchmarks.telling import options, tell
from config.roles import as_migrate_role
from customers.models.customer_events import CustomerEvent
from tests.campaigns.mailing import conninfo

CUSTOMERS = 20_000
SECRET_KEY = "a key for the benchmark only, long enough for production"
PER_CALL = 1_000
CONNECTIONS = 4

_IDENTITIES = """
INSERT INTO customers_identity (brand_id, customer_id, kind, source, value, value_norm)
SELECT brand_id, id, 'external', 'api', 'c' || row_number() OVER (ORDER BY id),
       'c' || row_number() OVER (ORDER BY id)
FROM customers_customer WHERE brand_id = %(brand_id)s
"""
_BARE = """
INSERT INTO customers_customerevent (brand_id, name, at, source, source_id, properties)
SELECT %(brand_id)s, name, at, 'bare', id, properties
FROM jsonb_to_recordset(%(events)s::jsonb)
    AS e (id text, name text, at timestamptz, properties jsonb)
ON CONFLICT (brand_id, source, source_id) DO NOTHING
"""


class BareEvent(msgspec.Struct):
    id: str
    name: str
    at: datetime
    properties: msgspec.Raw


def body(call: int) -> bytes:
    """1,000 events of about 185 bytes."""
    events = [
        {
            "id": f"{call:06}-{n:04}-6f1c2a",
            "name": ("page_viewed", "cart_updated", "search.done")[n % 3],
            "at": f"2026-05-{1 + n % 28:02}T12:{n % 60:02}:00Z",
            "customer": {"external_id": f"c{1 + (call * 7919 + n * 31) % CUSTOMERS}"},
            "properties": {
                "path": f"/flowers/{n % 97}",
                "price": n % 50 + 0.5,
                "mobile": n % 2 == 0,
            },
        }
        for n in range(PER_CALL)
    ]
    return msgspec.json.encode(events)


def production() -> dict[str, str]:
    """The environment of an instance on the benchmark's database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.prod",
        "SECRET_KEY": SECRET_KEY,
        "TOKEN_KEYS": "1=benchmark",
        "ERASURE_KEY": "another key for the benchmark only, long enough for production",
        "BASE_URL": "https://127.0.0.1",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": conninfo(),
        "DIRECT_DATABASE_URL": conninfo(),
        "LOG_LEVEL": "WARNING",
    }


@contextmanager
def web(
    application: str = "config.wsgi:application",
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The web process of an instance, on the benchmark's database."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = f"--interface wsgi --host 127.0.0.1 --port {port} --blocking-threads 4 --no-ws"
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *options.split(), application],
        env=production(),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        yield port, process
    finally:
        process.terminate()
        process.wait(20)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the web process ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the web process does not listen")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its children, from /proc."""
    total = 0.0
    for task in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = task.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(task.parent.name) == pid or int(fields[1]) == pid:
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def send(port: int, key: str, bodies: list[bytes]) -> int:
    """All bodies over one connection; how many events were kept."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/json",
        "X-Forwarded-Proto": "https",
    }
    kept = 0
    for one in bodies:
        client.request("POST", "/api/v1/events", one, headers)
        answer = client.getresponse()
        text = answer.read()
        assert answer.status == 200, text[:500]
        kept += json.loads(text)["counts"]["created"]
    client.close()
    return kept


def bare(brand: Brand, bodies: list[bytes]) -> tuple[float, float]:
    """CPU and wall seconds of decoding and inserting the bodies, and nothing else."""
    decoder = msgspec.json.Decoder(list[BareEvent])
    cpu, wall = time.process_time(), time.perf_counter()
    for one in bodies:
        decoder.decode(one)
        with brand_scope(brand), connection.cursor() as cursor:
            cursor.execute(_BARE, {"brand_id": brand.pk, "events": one.decode()})
    return time.process_time() - cpu, time.perf_counter() - wall


def measure(calls: int) -> dict[str, Any]:
    brand = brand_with(CUSTOMERS)
    user = User.objects.create_user("bench@example.com", "a long enough password")
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute(_IDENTITIES, {"brand_id": brand.pk})
        cursor.execute("VACUUM (ANALYZE) customers_identity")
    with brand_scope(brand):
        keys = [
            create_api_key(brand=brand, name=f"k{n}", scopes=["events:write"], by=user)[1]
            for n in range(CONNECTIONS)
        ]
    bodies = [body(call) for call in range(calls)]
    warm = [body(call) for call in range(calls, calls + 2 * CONNECTIONS)]
    bare_cpu, bare_wall = bare(brand, bodies[: calls // 2])
    with web() as (port, process), ThreadPoolExecutor(CONNECTIONS) as pool:
        for key in keys:
            send(port, key, [warm.pop(), warm.pop()])
        before, started = cpu_seconds(process.pid), time.perf_counter()
        shares = [bodies[n::CONNECTIONS] for n in range(CONNECTIONS)]
        kept = sum(pool.map(send, [port] * CONNECTIONS, keys, shares))
        wall, cpu = time.perf_counter() - started, cpu_seconds(process.pid) - before
    events = calls * PER_CALL
    assert kept == events, f"{kept} of {events} events were kept"
    more_bare = bare(brand, bodies[calls // 2 :])
    bare_cpu, bare_wall = bare_cpu + more_bare[0], bare_wall + more_bare[1]
    with brand_scope(brand):
        total = CustomerEvent.objects.count()
    assert total == 2 * events + 2 * CONNECTIONS * PER_CALL
    started = time.perf_counter()
    while work.drain():
        pass
    facts = time.perf_counter() - started
    return {
        "figures": {
            "events": events,
            "bytes_per_event": round(sum(map(len, bodies)) / events),
            "events_per_second": round(events / wall),
            "web_cpu_us_per_event": round(cpu / events * 1e6, 2),
            "facts_events_per_second": round((events + 8 * PER_CALL) / facts),
            "load_average": load_average(),
        },
        "yardsticks": {
            "bare_events_per_second": round(events / bare_wall),
            "bare_cpu_us_per_event": round(bare_cpu / events * 1e6, 2),
        },
        "ratios": {
            "web_cpu_to_bare": round(cpu / bare_cpu, 2),
            "bare_rate_to_web_rate": round(wall / bare_wall, 2),
        },
    }


def main() -> None:
    arguments = options(__doc__).parse_args()
    with test_database():
        result = measure(40 if arguments.quick else 200)
    tell(result, as_json=arguments.json)


if __name__ == "__main__":
    main()
