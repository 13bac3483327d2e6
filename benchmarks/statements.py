"""One statement over a million commission lines, beside an independent sum in Decimal.

    python benchmarks/statements.py            1,000,000 lines
    python benchmarks/statements.py --quick    100,000
    python benchmarks/statements.py --json     the same as one JSON object

The lines of one partner, earned and owed, of 40 offers and 40 deals, become due and are stated.
`issued_s` is the whole of it: lines claimed and summed by the database, and the CSV hashed. Then
the CSV is written to a file and added up again, amount by amount, by a reader that knows nothing
of our code; its hash is taken from the file. `grown_mb` is by how much more memory the process
needed at most, from before the statement was issued until its file was read. `issued_cpu_s` is what
issuing took of the processor, here and in PostgreSQL: on a machine that does nothing else, about as
long as it takes.
"""

import csv
import hashlib
import os
import resource
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.started import test_database

# isort: split

from django.db import connection

from accounts.models.brands import Brand
from accounts.models.organisations import Organisation
from accounts.scope import brand_scope
from benchmarks.people import load_average
from benchmarks.telling import options, tell
from config.kit.money import to_decimal, to_minor
from config.roles import as_migrate_role
from partners.models.partnerships import OfferCategory, Partnership
from partners.models.settlements import Statement
from partners.rules.revenue_share import Deal
from partners.selectors.statements import csv_of, settling_day
from partners.services.commissions import snapshot
from partners.services.statements import issue_statement
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.settling import offer_of

DEALS = 40
BOUND_S = 60

# Amounts that do not repeat and do not sum to anything round, one in seven owed.
_LINES = """
INSERT INTO partners_commissionline
    (brand_id, partnership_id, offer_id, rule_id, cause_kind, cause_id, part, basis_minor,
     amount_minor, state, words, happened_at, locked_until)
SELECT %(brand_id)s, %(partnership_id)s,
       (%(offers)s::bigint[])[1 + n %% %(deals)s], (%(rules)s::bigint[])[1 + n %% %(deals)s],
       'redemption', n, 'share', (n * 7919::bigint) %% 100003,
       CASE WHEN n %% 7 = 0 THEN -1 ELSE 1 END * (1 + (n * 104729::bigint) %% 9973),
       'due', format('Voucher V-%%s', n),
       now() - interval '40 days' + n * interval '1 second', now() - interval '1 hour'
FROM generate_series(1, %(count)s) AS n
"""


def partner_with(count: int) -> tuple[Brand, Partnership]:
    """A partner of a new brand, with so many lines that are due."""
    agency = Organisation.objects.create(kind=Organisation.Kind.AGENCY, name="Benchmark")
    brand = Brand.objects.create(organisation=agency, name="Benchmark", slug="benchmark")
    with brand_scope(brand):
        user = make_partner("pia@lucia.example", name="Pia", business="Lucia")
        partnership = make_partnership(user, category=OfferCategory.objects.create(name="Dinner"))
        offers = [offer_of(partnership).pk for _ in range(DEALS)]
        rules = [snapshot(Deal(share=n)).pk for n in range(DEALS)]
        with connection.cursor() as cursor:
            cursor.execute(
                _LINES,
                {
                    "brand_id": brand.pk,
                    "partnership_id": partnership.pk,
                    "offers": offers,
                    "rules": rules,
                    "deals": DEALS,
                    "count": count,
                },
            )
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE partners_commissionline")
    return brand, partnership


def read_again(path: Path) -> dict[str, Any]:
    """The file's lines, their sum and its hash."""
    total, lines = Decimal(0), 0
    with path.open(newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if row["kind"] == "line":
                total += Decimal(row["amount"])
                lines += 1
    with path.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
    return {"total": total, "lines": lines, "hash": digest}


def cpu_seconds() -> float:
    """Of this process, and of the server process of its connection where that runs here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    own = time.process_time()
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return own
    ticks = stat.read_text().rpartition(")")[2].split()[11:13]
    return own + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def most_memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def stated(brand: Brand, partnership: Partnership) -> dict[str, Any]:
    before = most_memory_mb()
    began = time.perf_counter()
    with brand_scope(brand):
        cpu = cpu_seconds()
        statement = issue_statement(partnership, until=settling_day())
        cpu = cpu_seconds() - cpu
    issued = time.perf_counter() - began
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statement.csv"
        with brand_scope(brand), path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(csv_of(Statement.objects.get(pk=statement.pk)))
        written = time.perf_counter() - began
        size = path.stat().st_size
        found = read_again(path)
    exact = to_decimal(statement.total_minor, brand.currency)
    if (found["total"], found["hash"]) != (exact, statement.content_hash):
        raise SystemExit(f"the statement says {exact}, its file {found}")
    return {
        "lines": found["lines"],
        "total_minor": statement.total_minor,
        "total_by_decimal_minor": to_minor(found["total"], brand.currency),
        "issued_s": round(issued, 2),
        "issued_cpu_s": round(cpu, 2),
        "bound_s": BOUND_S,
        "file_s": round(written, 2),
        "file_mb": round(size / 2**20, 1),
        "grown_mb": round(most_memory_mb() - before, 1),
    }


def main() -> None:
    arguments = options(__doc__).parse_args()
    with test_database():
        began = time.perf_counter()
        brand, partnership = partner_with(100_000 if arguments.quick else 1_000_000)
        filled = round(time.perf_counter() - began, 2)
        result = {
            "statement": stated(brand, partnership) | {"filled_s": filled},
            "load_average": load_average(),
        }
    tell(result, as_json=arguments.json)


if __name__ == "__main__":
    main()
