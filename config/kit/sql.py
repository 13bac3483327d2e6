"""Hard SQL lives in named files beside the app that owns it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any, LiteralString, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import DEFERRED, CharField, Func, Lookup, Model, UUIDField
from django.db.models.sql.compiler import SQLCompiler

ROOT = Path(__file__).resolve().parents[2]
M = TypeVar("M", bound=Model)
Row = tuple[Any, ...]


@cache
def load(app: str, name: str) -> LiteralString:
    """The text of `<app>/sql/<name>.sql`. It may hold parameters, never user text."""
    text: LiteralString = (ROOT / app / "sql" / f"{name}.sql").read_text()
    return text


def rows_of_each(text: LiteralString, params: Mapping[str, Any]) -> list[list[Row]]:
    """Several statements in one round trip, each of which sees what those before it did: the rows
    of each, none of one that answers nothing.

    PostgreSQL plans them once for each connection and not for each call (`config.settings.base`
    says when), so none may answer `*`, which a migration changes. Lists of whole numbers go as
    text: else each would have the type of its largest number, and plans of its own."""
    sent = {name: _as_array(value) for name, value in params.items()}
    parts = _statements(text)
    # One look at it: `connection` finds the thread's own each time.
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    driver: Any = database.connection
    # Django cannot log the text of what was prepared or is on its way.
    is_logged = database.queries_logged
    is_piped = len(parts) > 1 and not is_logged
    with database.wrap_database_errors:
        cursors = [database.cursor() if is_logged else _planned(database) for _ in parts]
        with driver.pipeline() if is_piped else nullcontext():
            for cursor, part in zip(cursors, parts, strict=True):
                cursor.execute(part, sent)
        return [_fetched(cursor.cursor) for cursor in cursors]


def _planned(database: BaseDatabaseWrapper) -> CursorWrapper:
    """With what Django does around each statement: counting, naming errors."""
    cursor: Any = psycopg.Cursor(database.connection)
    return database.make_cursor(cursor)


def _fetched(cursor: Any) -> list[Row]:
    # Not by its `description`, which is made anew with each look.
    return cursor.fetchall() if cursor.rownumber is not None else []


def rows_of(text: LiteralString, params: Mapping[str, Any]) -> list[Row]:
    """The same of one statement."""
    (rows,) = rows_of_each(text, params)
    return rows


@cache
def _statements(text: LiteralString) -> list[str]:
    """Without comments: the driver looks for parameters anew in each text of more than 4 kB."""
    bare = re.sub(r"\s+", " ", re.sub(r"--[^\n]*", "", text))
    return [part.strip() for part in bare.split(";") if part.strip()]


def _as_array(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(each, int) for each in value):
        return "{" + ",".join(map(str, value)) + "}"
    return value


def partly(model: type[M], **columns: object) -> M:
    """A stored row by these of its columns; another is read when it is asked for."""
    fields = [field.attname for field in model._meta.concrete_fields]
    values = [columns.get(name, DEFERRED) for name in fields]
    return model.from_db(DEFAULT_DB_ALIAS, fields, values)


_GROWN = """
SELECT quote_ident(relname) FROM pg_class
WHERE oid = ANY(%s::regclass[])
  AND pg_relation_size(oid) > 2 * relpages * current_setting('block_size')::bigint
ORDER BY relname
"""


def analyze_grown(*models: type[Model]) -> None:
    """Let PostgreSQL look at those of these tables that have more than doubled since it last did.

    For whoever fills them in one go, between its transactions: the checks of foreign keys keep the
    plan that suited an empty table, which reads all of it for each new row, until then."""
    with connection.cursor() as cursor:
        cursor.execute(_GROWN, [[model._meta.db_table for model in models]])
        grown = [name for (name,) in cursor.fetchall()]
        if grown:
            # Nobody waits for somebody else who is at it.
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {', '.join(grown)}")


@contextmanager
def in_row_order() -> Iterator[None]:
    """For statements over most rows of a brand, inside its transaction: no table through an index.

    PostgreSQL takes the order of an index's first column for that of the whole index. All of ours
    begin with the brand, so each seems to lie in the order of the rows, and a whole brand would be
    read through one row by row, all over the table (2 to 3 times the CPU at 500k orders). So an
    entry of an index is priced like a row read at random; to look up one row stays cheap."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL cpu_index_tuple_cost = 0.5")
        yield
        cursor.execute("RESET cpu_index_tuple_cost")


@contextmanager
def joined_by_hashing() -> Iterator[CursorWrapper]:
    """For statements over a whole audience, inside its transaction: no rows one by one.

    Fresh from an import the tables have no statistics, and PostgreSQL would compare every customer
    with every consent. Whole audiences are joined by hashing in any case."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield cursor
        cursor.execute("SET LOCAL enable_nestloop = on")


class UuidV7(Func):
    """PostgreSQL 18's uuidv7(): unique and ordered by time, made by the database."""

    function = "uuidv7"
    arity = 0
    output_field = UUIDField()


@CharField.register_lookup
class BeginsWith(Lookup):
    """`email_norm__begins_with="ra"`: PostgreSQL's `^@`, which is leakproof, so that its index is
    used under row security; LIKE is not."""

    lookup_name = "begins_with"
    prepare_rhs = False

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        left, left_parameters = self.process_lhs(compiler, connection)
        right, right_parameters = self.process_rhs(compiler, connection)
        return f"{left} ^@ {right}", (*left_parameters, *right_parameters)
