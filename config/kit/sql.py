"""Hard SQL lives in named files beside the app that owns it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any, LiteralString, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection
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
    connection.ensure_connection()
    driver = connection.connection
    # Django cannot log the text of what was prepared or is on its way.
    is_logged = connection.queries_logged
    with connection.wrap_database_errors, ExitStack() as stack:
        cursors = [
            stack.enter_context(connection.cursor() if is_logged else _planned(driver))
            for _ in parts
        ]
        with nullcontext() if is_logged or len(parts) == 1 else driver.pipeline():
            for cursor, part in zip(cursors, parts, strict=True):
                cursor.execute(part, sent)
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]


def rows_of(text: LiteralString, params: Mapping[str, Any]) -> list[Row]:
    """The same of one statement."""
    (rows,) = rows_of_each(text, params)
    return rows


@cache
def _statements(text: LiteralString) -> list[str]:
    """Without comments: the driver looks for parameters anew in each text of more than 4 kB."""
    bare = re.sub(r"\s+", " ", re.sub(r"--[^\n]*", "", text))
    return [part.strip() for part in bare.split(";") if part.strip()]


def _planned(driver: Any) -> CursorWrapper:
    """With what Django does around each statement: counting, naming errors."""
    cursor: Any = psycopg.Cursor(driver)
    return connection.make_cursor(cursor)


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
