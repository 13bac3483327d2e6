"""The three database roles: who may own, who may work, who may only read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

# A migration that waits longer for a lock holds up everybody who queues behind it.
LOCK_TIMEOUT = "2s"

ROLE_ADVICE = (
    "DATABASE_URL must name a role that is NOSUPERUSER NOBYPASSRLS and owns nothing; "
    "the owner belongs in MIGRATE_DATABASE_URL."
)

ADDRESS_KEYS = {"USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}

_POWERS = """
    SELECT rolname, rolsuper, rolbypassrls,
           EXISTS (SELECT 1 FROM pg_class
                   WHERE relowner = r.oid AND relkind IN ('r', 'p'))
           OR EXISTS (SELECT 1 FROM pg_database
                      WHERE datdba = r.oid AND datname = current_database())
    FROM pg_roles r WHERE rolname = current_user
"""


def powers_held() -> tuple[str, list[str]]:
    """The role we are connected as, and what it holds that an app's role must not."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_POWERS)
        return _named(cursor.fetchone())


def refuse_powerful_role() -> None:
    """Stop a process that would serve or work as a role that row security does not hold.

    The connection and its pool are closed again: a worker forks after this.
    """
    try:
        name, powers = powers_held()
    finally:
        _close(connections["default"])
    _refuse(name, powers)


def refuse_powerful_sender() -> None:
    """The same for a process that works over DIRECT_DATABASE_URL, outside Django's connections."""
    with psycopg.connect(settings.DIRECT_DATABASE_URL) as direct:
        row = direct.execute(_POWERS).fetchone()
    assert row is not None
    _refuse(*_named(row))


def _named(row: tuple[Any, ...]) -> tuple[str, list[str]]:
    name, superuser, bypass, owner = row
    powers = {"a superuser": superuser, "free of row security": bypass, "an owner": owner}
    return str(name), [power for power, held in powers.items() if held]


def _refuse(name: str, powers: list[str]) -> None:
    if powers:
        raise ImproperlyConfigured(f"{name} is {' and '.join(powers)}. {ROLE_ADVICE}")


@contextmanager
def as_migrate_role(alias: str = "default") -> Iterator[BaseDatabaseWrapper]:
    """The connection `alias` as the tables' owner; the same database, its name may be a test's.

    The connection is closed before and after, so that no session changes its user half way.
    """
    connection = connections[alias]
    owner = conninfo_to_dict(settings.MIGRATE_DATABASE_URL)
    _close(connection)
    settings_dict = connection.settings_dict
    former = {key: settings_dict[key] for key in [*ADDRESS_KEYS, "OPTIONS"]}
    settings_dict.update({key: owner.get(part, "") for key, part in ADDRESS_KEYS.items()})
    settings_dict["OPTIONS"] = {
        name: value for name, value in former["OPTIONS"].items() if name != "pool"
    }
    try:
        yield connection
    finally:
        _close(connection)
        settings_dict.update(former)


def _close(connection: BaseDatabaseWrapper) -> None:
    connection.close()
    if "pool" in connection.settings_dict["OPTIONS"]:
        connection.close_pool()  # type: ignore[attr-defined]


def prepare_schema(connection: BaseDatabaseWrapper) -> None:
    """What the owner makes from now on is usable by app and readable by readonly; no more.

    Grants on tables that exist are left alone: an append-only table has revoked some of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        for role, tables, sequences in (
            # MAINTAIN: an import ANALYZEs what it fills, a first one would run on no statistics.
            (settings.DB_APP_ROLE, "SELECT, INSERT, UPDATE, DELETE, MAINTAIN", "USAGE, SELECT"),
            (settings.DB_READONLY_ROLE, "SELECT", "SELECT"),
        ):
            cursor.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [role]
            )
            if not cursor.fetchone():
                continue
            name = sql.Identifier(role)
            for statement in (
                sql.SQL("REVOKE CREATE ON SCHEMA public FROM {}").format(name),
                sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name),
                _default_grant(tables, "TABLES", name),
                _default_grant(sequences, "SEQUENCES", name),
            ):
                cursor.execute(statement)


def _default_grant(rights: str, kind: str, role: sql.Identifier) -> sql.Composed:
    statement = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {} ON {} TO {}"
    return sql.SQL(statement).format(sql.SQL(rights), sql.SQL(kind), role)
