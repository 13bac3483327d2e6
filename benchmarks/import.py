"""How fast a real file comes in: lines per second of the whole import, beside a plain COPY of the
file, and beside bare INSERTs of the rows that it makes, with their keys and indexes.

    python benchmarks/import.py            UCI Online Retail, 541,909 lines
    python benchmarks/import.py --quick    its first 100,000 lines (under 50 s)
    python benchmarks/import.py --shopify  Shopify's orders format, 300,000 lines of 79 columns
    python benchmarks/import.py --json     the same as one JSON object

Runs on throwaway engines, or on the server of DATABASE_URL, where it makes a test database with
MIGRATE_DATABASE_URL. Dry run, run and facts are timed apart; the 60 s are about the run. Ratios are
of CPU seconds of database, worker and reader together, so that they hold on a busy machine too;
those of rates are of lines per second by the clock.
"""

import csv
import gzip
import io
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.started import test_database

# isort: split

from django.conf import settings
from django.db import connection

from accounts.models.brands import Brand
from accounts.models.organisations import Organisation
from accounts.scope import brand_scope
from benchmarks.people import Cost, backend_seconds
from benchmarks.telling import options, tell
from config.roles import as_migrate_role
from customers.imports.mapping import Mapping
from customers.imports.registry import kind_of
from customers.models.imports import Import
from customers.services import imports
from customers.services.facts import audit_facts
from tests.customers.imports import make_files

QUICK_LINES = 100_000
SHOPIFY_LINES = 300_000
# What an import fills, in the order of its keys, and the columns that are ids of its rows.
FILLED = (
    "customer", "identity", "consent", "consentstate", "product", "order", "orderline", "refund",
    "refundline", "customerfacts", "credit", "dirtycustomer",
)  # fmt: skip
IDS = {"id", "customer_id", "product_id", "order_id", "refund_id"}


def uci(lines: int | None) -> bytes:
    path = Path(settings.DATA_DIR) / "online_retail_uci.csv.gz"
    if not path.is_file():
        sys.exit(f"{path} is missing; RAPPORT_DATA names its folder")
    data = gzip.decompress(path.read_bytes())
    return data if lines is None else b"".join(data.splitlines(keepends=True)[: lines + 1])


def shopify(lines: int) -> bytes:
    """Made-up orders in Shopify's format, about 2.5 lines each, of a quarter as many people."""
    made = make_files.shopify_orders(lines, people=lines // 10, apart=timedelta(minutes=5), seed=7)
    return made.encode()


def cost_of(work: Callable[[], object]) -> Cost:
    """CPU of the backend, of this process and of the readers it started; and the time."""
    begun = cpu_seconds(), time.perf_counter()
    work()
    return Cost(cpu_seconds() - begun[0], time.perf_counter() - begun[1])


def cpu_seconds() -> float:
    times = os.times()
    own = times.user + times.system + times.children_user + times.children_system
    return backend_seconds() + own


def plain_copy(data: bytes) -> Cost:
    """COPY of the same bytes into a TEMP table of text columns: what the disk and CSV cost."""
    width = len(next(csv.reader(io.StringIO(data[: data.index(b"\n")].decode()))))
    columns = ", ".join(f"c{n} text" for n in range(width))

    def copy() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMP TABLE plain ({columns})")
            with cursor.copy("COPY plain FROM STDIN WITH (FORMAT csv, HEADER)") as stream:
                stream.write(data)
            cursor.execute("DROP TABLE plain")

    return cost_of(copy)


def bare_inserts(brand: Brand, other: Brand) -> Cost:
    """The brand's rows once more as another's, one INSERT for each table from a TEMP copy."""
    # They would make rows that are inserted here; the connection, and TEMP tables, end with it.
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute("ALTER TABLE customers_customer DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE customers_consentstate DISABLE TRIGGER USER")
    with brand_scope(brand), connection.cursor() as cursor:
        for table in FILLED:
            cursor.execute(f"CREATE TEMP TABLE bare_{table} AS SELECT * FROM customers_{table}")

    def insert() -> None:
        with brand_scope(other), connection.cursor() as cursor:
            for table in FILLED:
                names = [
                    field.name
                    for field in connection.introspection.get_table_description(
                        cursor, f"customers_{table}"
                    )
                ]
                values = [new_value(name, other) for name in names]
                cursor.execute(
                    f"INSERT INTO customers_{table} ({quoted(names)}) OVERRIDING SYSTEM VALUE"
                    f" SELECT {', '.join(values)} FROM bare_{table}"
                )

    return cost_of(insert)


def quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def new_value(name: str, brand: Brand) -> str:
    if name == "brand_id":
        return str(brand.pk)
    if name == "uid":
        return "uuidv7()"
    return f'"{name}" + 100000000' if name in IDS else f'"{name}"'


def checked_import(brand: Brand, data: bytes) -> tuple[Import, Cost]:
    with brand_scope(brand):
        imported = imports.create_import(
            brand=brand, file=io.BytesIO(data), file_name="uci.csv", user_id=None
        )
        imports.map_columns(
            imported=imported,
            kind=kind_of(imported.kind),
            mapping=Mapping.from_json(imported.mapping),
        )
    names = {"brand_id": brand.pk, "import_id": imported.pk}
    dry_run = cost_of(lambda: imports.check_import(**names))
    with brand_scope(brand):
        imported.refresh_from_db()
    return imported, dry_run


def run_through(brand: Brand, imported: Import) -> tuple[int, Cost]:
    """In how many calls, and what they cost together."""
    with brand_scope(brand):
        imports.request_import(imported=imported)
    calls = [0]

    def run() -> None:
        done = False
        while not done:
            calls[0] += 1
            done = imports.run_import(brand_id=brand.pk, import_id=imported.pk)

    cost = cost_of(run)
    with brand_scope(brand):
        imported.refresh_from_db()
    assert imported.state == Import.State.DONE
    assert imported.counts == imported.foreseen
    return calls[0], cost


def measure(data: bytes) -> dict[str, Any]:
    agency = Organisation.objects.create(kind=Organisation.Kind.AGENCY, name="Benchmark")
    brand = Brand.objects.create(organisation=agency, name="UCI", slug="uci")
    other = Brand.objects.create(organisation=agency, name="Bare", slug="bare")
    copy = plain_copy(data)
    imported, dry_run = checked_import(brand, data)
    calls, whole = run_through(brand, imported)
    with brand_scope(brand):
        audit = cost_of(audit_facts)
        imported.file.storage.delete(str(imported.file.name))
    bare = bare_inserts(brand, other)
    lines = imported.counts["lines"]
    return {
        "figures": {
            "lines": lines,
            "orders": imported.counts["orders_created"],
            "customers": imported.counts["customers_created"],
            "dry_run_seconds": round(dry_run.wall, 2),
            "dry_run_cpu_seconds": round(dry_run.cpu, 2),
            "import_seconds": round(whole.wall, 2),
            "import_cpu_seconds": round(whole.cpu, 2),
            "import_lines_per_second": round(lines / whole.wall),
            "import_calls": calls,
            "facts_audit_seconds": round(audit.wall, 2),
            "load_average": round(os.getloadavg()[0], 1),
        },
        "yardsticks": {
            "copy_seconds": round(copy.wall, 2),
            "copy_cpu_seconds": round(copy.cpu, 2),
            "copy_lines_per_second": round(lines / copy.wall),
            "bare_inserts_seconds": round(bare.wall, 2),
            "bare_inserts_cpu_seconds": round(bare.cpu, 2),
        },
        "ratios": {
            "import_rate_to_copy_rate": round(copy.wall / whole.wall, 3),
            "import_rate_to_bare_inserts_rate": round(bare.wall / whole.wall, 3),
            "bare_inserts_rate_to_copy_rate": round(copy.wall / bare.wall, 3),
            "import_to_copy": round(whole.cpu / copy.cpu, 1),
            "dry_run_to_copy": round(dry_run.cpu / copy.cpu, 1),
            "import_to_bare_inserts": round(whole.cpu / bare.cpu, 2),
            "bare_inserts_to_copy": round(bare.cpu / copy.cpu, 1),
        },
    }


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--shopify", action="store_true")
    arguments = parser.parse_args()
    with test_database():
        if arguments.shopify:
            measured = measure(shopify(QUICK_LINES if arguments.quick else SHOPIFY_LINES))
        else:
            measured = measure(uci(QUICK_LINES if arguments.quick else None))
    tell(measured, as_json=arguments.json)


if __name__ == "__main__":
    main()
