"""The way of a file through SQL, the same for a dry run and a real one.

    stage    COPY the rows to a TEMP table, and take a kind's cells from them
    read     type each cell, say why a line cannot be used
    group    orders, people, products, slices: from the file alone
    resolve  hold them against the brand's rows (in its scope)
    foresee  count what would happen   |   merge   do one slice (in its scope)

TEMP tables belong to the connection, so a worker of the imports queue needs a direct connection
or a session pooler, as senders do.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from config.kit.money import digits
from config.kit.sql import load
from config.kit.text import email_key
from customers.imports.kinds import ImportKind
from customers.imports.mapping import Mapping
from customers.imports.sniff import Layout
from customers.imports.staging import copy_rows

SLICE_LINES = 50_000
_WORK_MEM = "64MB"

Counts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """What the statements need to know of an import; `at` is the instant it was asked for."""

    brand_id: int
    import_id: int
    path: str
    kind: ImportKind
    layout: Layout
    mapping: Mapping
    zone: str
    currency: str
    simulated: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Slice:
    """One transaction of the run; `part` is products, rejects or people."""

    number: int
    part: str
    first_line: int | None
    last_line: int | None
    lines: int


class Workbench:
    """The TEMP tables of one import on this thread's connection."""

    def __init__(self, job: Job, cursor: CursorWrapper) -> None:
        self._job = job
        self._cursor = cursor
        self._params: dict[str, Any] = {
            "brand_id": job.brand_id,
            "import_id": job.import_id,
            "source": job.kind.source,
            "zone": job.zone,
            "simulated": job.simulated,
            "at": job.at,
        }

    def prepare(self, file: BinaryIO) -> None:
        """Stage, read and group the file. Needs no scope: TEMP tables only."""
        job, cursor = self._job, self._cursor
        cursor.execute(load("customers", "import_stage"))
        copy_rows(cursor, file, job.layout)
        columns = {code: at + 1 for code, at in job.mapping.columns.items()}
        cursor.execute(
            job.kind.cells_sql(), {field.code: columns.get(field.code) for field in job.kind.fields}
        )
        cursor.execute("ANALYZE import_cell")
        cursor.execute(
            "SELECT set_config('datestyle', %s, true)", [f"ISO, {job.mapping.date_order}"]
        )
        odd = self._odd_emails()
        cursor.execute(
            load("customers", "import_read"),
            {
                "zone": job.zone,
                "decimal": job.mapping.decimal,
                "currency": job.currency,
                "scale": 10 ** digits(job.currency),
                "as_of": job.at,
                "odd_emails": odd,
                "odd_keys": [_key_or_none(text) for text in odd],
            },
        )
        cursor.execute("SELECT set_config('datestyle', 'ISO, MDY', true)")
        cursor.execute("ANALYZE import_read")
        cursor.execute(
            load("customers", "import_group"),
            {
                "zone": job.zone,
                "source": job.kind.source,
                "whole_orders": job.kind.whole_orders,
                "slice_lines": SLICE_LINES,
            },
        )

    def _odd_emails(self) -> list[str]:
        """Addresses beyond ASCII: SQL has no IDNA."""
        self._cursor.execute(
            "SELECT DISTINCT email FROM import_cell WHERE octet_length(email) > length(email)"
        )
        return [email for (email,) in self._cursor.fetchall()]

    def resolve(self) -> None:
        """Hold the file against the brand's rows. Needs the brand's scope."""
        self._cursor.execute(load("customers", "import_resolve"), self._params)

    def foresee(self) -> Counts:
        """What a run would do. Needs the brand's scope, after `resolve`."""
        return self._counts("import_foresee", {})

    def slices(self) -> list[Slice]:
        self._cursor.execute(
            "SELECT number, part, first_line, last_line, lines FROM import_slice ORDER BY number"
        )
        return [Slice(*row) for row in self._cursor.fetchall()]

    def merge(self, part: Slice) -> Counts:
        """Do one slice and count. Needs the brand's scope, after `resolve`.

        A row that another program has written since `resolve` raises IntegrityError: run again."""
        if part.part == "products":
            return self._counts("import_products", {})
        if part.part == "rejects":
            lines = {"first_line": part.first_line, "last_line": part.last_line}
            return self._counts("import_rejects", lines)
        number = {"slice": part.number}
        self._cursor.execute(load("customers", "import_lock"), self._params | number)
        self._cursor.execute(load("customers", "import_clear"), self._params | number)
        return (
            self._counts("import_people", number)
            | self._counts("import_orders", number)
            | self._counts("import_refunds", number)
        )

    def analyse(self) -> None:
        """Refresh the planner's statistics of what an import fills.

        Without them the key checks of a first import read every row of the brand again and again;
        with them PostgreSQL makes these plans anew."""
        self._cursor.execute(load("customers", "import_analyse"))

    def touched(self, part: Slice) -> list[int]:
        """Customers whose facts the slice may have changed."""
        self._cursor.execute(load("customers", "import_touched"), {"slice": part.number})
        (customer_ids,) = self._cursor.fetchone()
        return list(customer_ids)

    def _counts(self, name: str, extra: dict[str, Any]) -> Counts:
        self._cursor.execute(load("customers", name), self._params | extra)
        (counts,) = self._cursor.fetchone()
        return dict(json.loads(counts) if isinstance(counts, str) else counts)


def _key_or_none(address: str) -> str | None:
    try:
        return email_key(address)
    except ValueError:
        return None


@contextmanager
def workbench(job: Job, file: BinaryIO) -> Iterator[Workbench]:
    """A prepared workbench; its TEMP tables are gone afterwards."""
    with connection.cursor() as cursor:
        bench = Workbench(job, cursor)
        with transaction.atomic():
            cursor.execute("SELECT set_config('work_mem', %s, true)", [_WORK_MEM])
            bench.prepare(file)
        try:
            yield bench
        finally:
            if not connection.needs_rollback:
                cursor.execute("DISCARD TEMP")


def empty_counts() -> Counts:
    """Nothing done yet: the keys that a dry run foresees."""
    done = [
        f"{what}_{how}"
        for what in ("orders", "refunds", "customers")
        for how in ("created", "updated", "unchanged")
    ]
    lines = ["lines", "lines_used", "lines_rejected"]
    products = ["products_created", "products_updated", "consents_recorded"]
    return {**dict.fromkeys([*lines, *done, *products], 0), "reasons": {}}


def add_counts(total: Counts, part: Counts) -> Counts:
    """Sum counts key by key; `reasons` holds counts of its own."""
    summed = dict(total)
    for key, value in part.items():
        if isinstance(value, dict):
            summed[key] = add_counts(summed.get(key, {}), value)
        else:
            summed[key] = summed.get(key, 0) + value
    return summed
