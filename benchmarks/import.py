"""How fast a real file comes in: lines per second of the whole import, beside a plain COPY.

    python benchmarks/import.py            UCI Online Retail, 541,909 lines
    python benchmarks/import.py --quick    its first 100,000 lines (under 50 s)
    python benchmarks/import.py --shopify  Shopify's orders format, 300,000 lines of 79 columns
    python benchmarks/import.py --json     the same as one JSON object

Runs on throwaway engines, or on the server of DATABASE_URL, where it makes a test database with
MIGRATE_DATABASE_URL. Dry run, run and facts are timed apart; the 60 s are about the run.
"""

import argparse
import csv
import gzip
import io
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402

import tests.engines  # noqa: E402, F401  (starts the engines, before Django reads its settings)

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from accounts.models.brands import Brand  # noqa: E402
from accounts.models.organisations import Organisation  # noqa: E402
from accounts.scope import brand_scope  # noqa: E402
from config.roles import as_migrate_role  # noqa: E402
from customers.imports.mapping import Mapping  # noqa: E402
from customers.imports.registry import kind_of  # noqa: E402
from customers.models.imports import Import  # noqa: E402
from customers.services import imports  # noqa: E402
from customers.services.facts import audit_facts  # noqa: E402
from tests.customers.imports import make_files  # noqa: E402

QUICK_LINES = 100_000
SHOPIFY_LINES = 300_000


@contextmanager
def test_database() -> Iterator[None]:
    with as_migrate_role():
        old = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    try:
        yield
    finally:
        with as_migrate_role():
            teardown_databases(old, verbosity=0)


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


def seconds_of(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def plain_copy(data: bytes) -> float:
    """COPY of the same bytes into a TEMP table of text columns: what the disk and CSV cost."""
    width = len(next(csv.reader(io.StringIO(data[: data.index(b"\n")].decode()))))
    columns = ", ".join(f"c{n} text" for n in range(width))

    def copy() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMP TABLE plain ({columns})")
            with cursor.copy("COPY plain FROM STDIN WITH (FORMAT csv, HEADER)") as stream:
                stream.write(data)
            cursor.execute("DROP TABLE plain")

    return seconds_of(copy)


def measure(data: bytes) -> dict[str, Any]:
    agency = Organisation.objects.create(kind=Organisation.Kind.AGENCY, name="Benchmark")
    brand = Brand.objects.create(organisation=agency, name="UCI", slug="uci")
    copy = plain_copy(data)
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
    dry_run = seconds_of(lambda: imports.check_import(**names))
    with brand_scope(brand):
        imported.refresh_from_db()
        imports.request_import(imported=imported)
    calls = [0]

    def run() -> None:
        done = False
        while not done:
            calls[0] += 1
            done = imports.run_import(**names)

    whole = seconds_of(run)
    with brand_scope(brand):
        imported.refresh_from_db()
        audit = seconds_of(audit_facts)
        imported.file.storage.delete(imported.file.name)
    assert imported.state == Import.State.DONE
    assert imported.counts == imported.foreseen
    lines = imported.counts["lines"]
    return {
        "figures": {
            "lines": lines,
            "orders": imported.counts["orders_created"],
            "customers": imported.counts["customers_created"],
            "dry_run_seconds": round(dry_run, 2),
            "import_seconds": round(whole, 2),
            "import_lines_per_second": round(lines / whole),
            "import_calls": calls[0],
            "facts_audit_seconds": round(audit, 2),
            "load_average": round(os.getloadavg()[0], 1),
        },
        "yardsticks": {
            "copy_seconds": round(copy, 2),
            "copy_lines_per_second": round(lines / copy),
        },
        "ratios": {
            "import_to_copy": round(whole / copy, 1),
            "dry_run_to_copy": round(dry_run / copy, 1),
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--shopify", action="store_true")
    arguments = parser.parse_args()
    with test_database():
        if arguments.shopify:
            measured = measure(shopify(QUICK_LINES if arguments.quick else SHOPIFY_LINES))
        else:
            measured = measure(uci(QUICK_LINES if arguments.quick else None))
    if arguments.json:
        print(json.dumps(measured))
        return
    for kind, values in measured.items():
        print(kind)
        for name, value in values.items():
            print(f"  {name.replace('_', ' '):26} {value:>12,}")


if __name__ == "__main__":
    main()
