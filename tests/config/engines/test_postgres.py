"""PostgreSQL from the wheel: its roles, its privacy, and what a kill -9 leaves."""

import os
import signal
import stat

import psycopg
import pytest

from config.engines import processes
from config.engines.postgres import APP_ROLE, MIGRATE_ROLE, READONLY_ROLE, SUPERUSER, Postgres


@pytest.fixture(scope="module")
def server(place):
    return Postgres(place, log=place.root / "postgres.log", throwaway=True)


@pytest.fixture
def postgres(server):
    """A running server, whatever the test before did to it."""
    if not server.is_running():
        server.start()
    yield server
    server.stop()


def _one(server, statement, role=SUPERUSER):
    with psycopg.connect(server.url(role)) as connection:
        return connection.execute(statement).fetchone()


def test_the_app_role_can_neither_own_nor_pass_row_security(postgres):
    attributes = "rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
    where = "WHERE rolname = current_user"
    found = {
        role: _one(postgres, f"SELECT {attributes} {where}", role)
        for role in (APP_ROLE, READONLY_ROLE, MIGRATE_ROLE)
    }
    assert found == {
        APP_ROLE: (False, False, False, False),
        READONLY_ROLE: (False, False, False, False),
        MIGRATE_ROLE: (False, True, True, False),
    }


def test_the_database_belongs_to_the_migrate_role_and_knows_unicode(postgres):
    owner = "SELECT pg_get_userbyid(datdba), datlocprovider, datlocale FROM pg_database"
    assert _one(postgres, f"{owner} WHERE datname = 'rapport'") == (
        MIGRATE_ROLE,
        "b",
        "PG_UNICODE_FAST",
    )
    assert _one(postgres, "SELECT upper('straße'), 'Ä' ILIKE 'ä'", APP_ROLE) == ("STRASSE", True)


def test_it_listens_on_a_private_socket_only_and_wants_a_password(postgres):
    assert _one(postgres, "SHOW listen_addresses") == ("",)
    assert stat.S_IMODE(postgres.place.sockets.stat().st_mode) == 0o700
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url(APP_ROLE), password="guessed")


def test_what_was_committed_survives_kill_9_of_the_server(postgres):
    with psycopg.connect(postgres.url(MIGRATE_ROLE)) as connection:
        connection.execute("SET synchronous_commit = on")  # off in throwaway servers
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    postgres.process.send_signal(signal.SIGKILL)
    # Not reaped: the postmaster is a zombie whose id still stands in the lock file.
    postgres.start()
    assert _one(postgres, "SELECT count(*) FROM kept", MIGRATE_ROLE) == (1000,)


def test_a_new_start_takes_over_from_a_server_whose_supervisor_is_gone(postgres):
    orphan = processes.mark(postgres.process.pid)
    successor = Postgres(postgres.place, log=postgres.log)
    successor.start()
    assert postgres.process.wait(60) == 0
    assert not orphan.is_alive()
    assert _one(successor, "SELECT 1") == (1,)
    successor.stop()


def test_a_lock_file_with_the_id_of_another_program_is_cleared(postgres):
    postgres.stop()
    lock = postgres.place.root / "postgres" / "data" / "postmaster.pid"
    lock.write_text(f"{os.getppid()}\n")
    postgres.start()
    assert _one(postgres, "SELECT 1") == (1,)
