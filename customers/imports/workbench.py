"""The way of a file through SQL, the same for a dry run and a real one.

    stage    COPY the rows to a TEMP table, and take a kind's cells from them
    read     type each cell, say why a line cannot be used
    group    orders, people, products, slices: from the file alone; kept until the run has ended
    resolve  hold them against the brand's rows (in its scope)
    foresee  count what would happen   |   merge   do one slice (in its scope)

TEMP tables belong to the connection, so a worker of the imports queue needs a direct connection
or a session pooler, as senders do.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from config.kit.money import digits
from config.kit.sql import load
from customers.imports.kept_rows import has_key, keep, kept, key_of, read_rows, write_rows
from customers.imports.kinds import ImportKind
from customers.imports.mapping import Mapping
from customers.imports.options import Options
from customers.imports.reading import (
    CustomColumn,
    countries,
    odd_emails,
    odd_phones,
    read_custom,
    relay_domains,
)
from customers.imports.sandbox import copy_rows
from customers.imports.sniff import Layout
from customers.rules.attributes import Reading
from customers.selectors.counting import counting_rule, parameters_of

# A slice is one transaction: half a minute on a slow machine, well under a task's time limit.
SLICE_LINES = 25_000
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
    user_id: int | None
    country: str
    options: Options
    custom: tuple[CustomColumn, ...]
    reading: Reading
    erased: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Slice:
    """One transaction of the run; `part` is products, rejects or people."""

    number: int
    part: str
    first_line: int | None
    last_line: int | None
    lines: int


@dataclass(frozen=True, slots=True)
class Done:
    """What a slice did, and the rows it made by table: for an undo."""

    counts: Counts
    made: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Touched:
    """Customers whose facts may have changed, and orders of nobody."""

    customers: frozenset[int]
    orders: frozenset[int]


class Overtaken(Exception):
    """Rows that the file changes were changed by others since it was held against them."""


class Workbench:
    """The TEMP tables of one import on this thread's connection."""

    def __init__(self, job: Job, cursor: CursorWrapper) -> None:
        self._job = job
        self._cursor = cursor
        self._has_statistics = False
        overwrite = job.options.overwrite
        self._params: dict[str, Any] = {
            "brand_id": job.brand_id,
            "import_id": job.import_id,
            "source": job.kind.source,
            "zone": job.zone,
            "simulated": job.simulated,
            "at": job.at,
            "claimed_by": job.user_id,
            "overwrite": json.dumps(overwrite),
            "never_attributes": _attributes_under("never", overwrite),
            "empty_attributes": _attributes_under("empty", overwrite),
            **job.erased,
        }

    def grant_memory(self) -> None:
        """For the transaction: sorting and hashing a whole file."""
        self._cursor.execute("SELECT set_config('work_mem', %s, true)", [_WORK_MEM])

    def prepare(self, file: BinaryIO) -> None:
        """Stage, read and group the file. Needs no scope: TEMP tables only."""
        job, cursor = self._job, self._cursor
        self._set_up()
        copy_rows(cursor, file, job.layout)
        columns = {code: at + 1 for code, at in job.mapping.columns.items()}
        positions = {known.code: columns.get(known.code) for known in job.kind.fields}
        cursor.execute(job.kind.cells_sql(), positions | {"audience": job.options.audience})
        cursor.execute("ANALYZE import_cell (line_no)")
        read_custom(cursor, job.custom, job.reading)
        self._read()
        self._group()
        cursor.execute(load("customers", "import_index"))

    def write_down(self, file: BinaryIO) -> None:
        """Write what was prepared to an empty file."""
        write_rows(self._cursor, file, self.key)

    def prepare_from(self, rows: BinaryIO) -> bool:
        """Take up what was written down; False when that was made from something else."""
        if not has_key(rows, self.key):
            return False
        self._set_up()
        read_rows(self._cursor, rows)
        self._cursor.execute(load("customers", "import_index"))
        return True

    @property
    def key(self) -> bytes:
        """Of all that decides what `prepare` makes."""
        job = self._job
        rules = (job.kind.code, job.layout, job.mapping, job.options, job.custom, job.reading)
        place = (job.import_id, job.at, job.zone, job.currency, job.country)
        return key_of(rules, place, SLICE_LINES)

    def _set_up(self) -> None:
        self._cursor.execute(load("customers", "import_stage"))

    def _read(self) -> None:
        job, cursor = self._job, self._cursor
        cursor.execute(
            "SELECT set_config('datestyle', %s, true)", [f"ISO, {job.mapping.date_order}"]
        )
        cursor.execute(
            load("customers", "import_read"),
            {
                "zone": job.zone,
                "decimal": job.mapping.decimal,
                "currency": job.currency,
                "scale": 10 ** digits(job.currency),
                "as_of": job.at,
                "of_orders": job.kind.of_orders,
                **odd_emails(cursor),
                **odd_phones(cursor, job.country),
            },
        )
        cursor.execute("SELECT set_config('datestyle', 'ISO, MDY', true)")
        cursor.execute("ANALYZE import_read (line_no, order_id, customer_ref, email_norm, reason)")

    def _group(self) -> None:
        job, cursor = self._job, self._cursor
        params: dict[str, Any] = {
            "zone": job.zone,
            "source": job.kind.source,
            "whole_orders": job.kind.whole_orders,
            "needs_customer": job.kind.needs_customer,
            "slice_lines": SLICE_LINES,
            "basis": job.options.basis,
            "at": job.at,
            "relay_domains": relay_domains(cursor),
            **countries(cursor),
        }
        rows = "import_group_orders" if job.kind.of_orders else "import_group_people"
        cursor.execute(load("customers", rows), params)
        cursor.execute(load("customers", "import_group"), params)

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

    def take_turn(self) -> None:
        """Imports of one brand merge one slice at a time, until the transaction ends: two of one
        file would deadlock on each other's people."""
        self._cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"import:{self._job.brand_id}"],
        )

    def merge(self, part: Slice) -> Done:
        """Do one slice. Needs the brand's scope, after `resolve`.

        A row that somebody else wrote since `resolve` raises IntegrityError, one that somebody
        else changed raises Overtaken: resolve again."""
        if part.part == "products":
            return self._done("import_products", {})
        if part.part == "rejects":
            lines = {"first_line": part.first_line, "last_line": part.last_line}
            rejected = self._done("import_rejects", lines)
            return Done(add_counts(rejected.counts, {"lines": part.lines}))
        number = {"slice": part.number}
        self._cursor.execute(load("customers", "import_lock"), self._params | number)
        self._cursor.execute(load("customers", "import_overtaken"), self._params | number)
        if self._cursor.fetchone() == (True,):
            raise Overtaken
        self._cursor.execute(load("customers", "import_clear"), self._params | number)
        done = [
            self._done("import_people", number),
            self._done_statement(_orders_statement(), number | parameters_of(counting_rule())),
            self._done("import_refunds", number),
        ]
        counts: Counts = {"lines": part.lines, "lines_used": part.lines}
        made: dict[str, list[int]] = {}
        for step in done:
            counts = add_counts(counts, step.counts)
            made |= step.made
        return Done(counts, made)

    def analyse_once(self, part: Slice) -> None:
        """After the first people: refresh the planner's statistics of what an import fills.

        Without them the key checks, and the figures of a first import, read every row of the brand
        again and again; with them PostgreSQL makes these plans anew."""
        if part.part == "people" and not self._has_statistics:
            self._cursor.execute(load("customers", "import_analyse"))
            self._has_statistics = True

    def touched(self, part: Slice) -> Touched:
        """Whom the slice may have changed."""
        if part.part != "people":
            return Touched(frozenset(), frozenset())
        self._cursor.execute(load("customers", "import_touched"), {"slice": part.number})
        customers, orders = self._cursor.fetchone()
        return Touched(frozenset(customers), frozenset(orders))

    def _counts(self, name: str, extra: dict[str, Any]) -> Counts:
        self._cursor.execute(load("customers", name), self._params | extra)
        (counts,) = self._cursor.fetchone()
        return _parsed(counts)

    def _done(self, name: str, extra: dict[str, Any]) -> Done:
        return self._done_statement(load("customers", name), extra)

    def _done_statement(self, statement: str, extra: dict[str, Any]) -> Done:
        self._cursor.execute(statement, self._params | extra)
        counts, made = self._cursor.fetchone()
        return Done(_parsed(counts), _parsed(made))


def _orders_statement() -> str:
    verdict = load("customers", "order_verdict")
    return load("customers", "import_orders").replace("/* VERDICT */", verdict)


def _parsed(value: Any) -> dict[str, Any]:
    return dict(json.loads(value) if isinstance(value, str) else value)


def _attributes_under(policy: str, overwrite: dict[str, str]) -> list[str]:
    """Names of attributes whose columns have this policy."""
    return [
        code.removeprefix("attribute:")
        for code, chosen in overwrite.items()
        if chosen == policy and code.startswith("attribute:")
    ]


@contextmanager
def workbench(job: Job, file: BinaryIO) -> Iterator[Workbench]:
    """A prepared workbench; its TEMP tables are gone afterwards."""
    with connection.cursor() as cursor:
        bench = Workbench(job, cursor)
        _prepare(bench, job, file)
        try:
            yield bench
        finally:
            if not connection.needs_rollback:
                cursor.execute("DISCARD TEMP")


def _prepare(bench: Workbench, job: Job, file: BinaryIO) -> None:
    with tempfile.TemporaryFile() as fresh:
        with kept(job.path) as rows, transaction.atomic():
            bench.grant_memory()
            if rows is not None and bench.prepare_from(rows):
                return
            bench.prepare(file)
            bench.write_down(cast(BinaryIO, fresh))
        keep(job.path, cast(BinaryIO, fresh))


def empty_counts() -> Counts:
    """Nothing done yet: the keys that a dry run foresees."""
    done = [
        f"{what}_{how}"
        for what in ("orders", "refunds", "customers")
        for how in ("created", "updated", "unchanged")
    ]
    lines = ["lines", "lines_used", "lines_rejected"]
    rest = ["products_created", "products_updated", "orders_unattributed"]
    said = ["consents_recorded", "withdrawals_recorded", "addresses_suppressed"]
    return {**dict.fromkeys([*lines, *done, *rest, *said], 0), "reasons": {}}


def add_counts(total: Counts, part: Counts) -> Counts:
    """Sum counts key by key; `reasons` holds counts of its own."""
    summed = dict(total)
    for key, value in part.items():
        if isinstance(value, dict):
            summed[key] = add_counts(summed.get(key, {}), value)
        else:
            summed[key] = summed.get(key, 0) + value
    return summed
