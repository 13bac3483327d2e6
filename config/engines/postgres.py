"""Embedded PostgreSQL 18: made, started, recovered and stopped by us, ready by real connection."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.engines import processes
from config.engines.place import EngineError, Place, postgres_binaries

DATABASE = "rapport"
MIGRATE_ROLE = "rapport_migrate"
APP_ROLE = "rapport_app"
READONLY_ROLE = "rapport_readonly"
SUPERUSER = "postgres"

# The tables' owner must see all rows to validate keys under FORCED row security: BYPASSRLS.
ROLE_OPTIONS = {
    MIGRATE_ROLE: "LOGIN NOSUPERUSER BYPASSRLS CREATEDB NOCREATEROLE",
    APP_ROLE: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    READONLY_ROLE: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
}

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "pglz",
    "random_page_cost": "1.1",
    "jit": "off",
    # Web, workers and senders share few cores; containers offer little shared memory.
    "max_parallel_workers_per_gather": "0",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
# Data that is deleted after the run need not survive a power cut.
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "autovacuum_naptime": "10min",
}
READY_WITHIN = 60.0


class Postgres:
    """One PostgreSQL server of one place.

    `start` returns when the server answers and its roles and database exist; it takes a former
    server of the same place out of the way, whatever state a kill -9 left it in.
    """

    name = "postgres"

    def __init__(self, place: Place, *, log: Path, throwaway: bool = False) -> None:
        self.place = place
        self.log = log
        self.throwaway = throwaway
        self.process: subprocess.Popen[bytes] | None = None
        self._cluster = place.folder("postgres") / "data"

    def url(self, role: str, database: str = DATABASE) -> str:
        """A libpq URL; its host is the socket folder, so there is no port to guess."""
        password = quote(self.place.passwords[role], safe="")
        return (
            f"postgresql://{role}:{password}@{quote(str(self.place.sockets), safe='')}/{database}"
        )

    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.url(APP_ROLE),
            "DIRECT_DATABASE_URL": self.url(APP_ROLE),
            "MIGRATE_DATABASE_URL": self.url(MIGRATE_ROLE),
            "READONLY_DATABASE_URL": self.url(READONLY_ROLE),
        }

    def start(self) -> None:
        self.stop_orphan()
        binaries = postgres_binaries(self.place.user)
        if not self._cluster.is_dir():
            self._initialise(binaries)
        self._spawn_until_ready(binaries)
        self._create_roles()

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, everything committed is on disk."""
        if self.process is not None:
            processes.end_child(self.process, number=signal.SIGINT, seconds=30)
        self.process = None

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def answers(self) -> bool:
        """Whether a server of this place takes a connection and runs a statement."""
        try:
            with self._superuser() as connection:
                connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def stop_orphan(self) -> None:
        """End a server whose supervisor is gone, and clear a lock file that nobody holds.

        A process id alone proves nothing: it may be a zombie or have been reused.
        """
        pid = self._locked_by()
        if pid is None:
            return
        orphan = processes.mark(pid)
        if orphan is not None and self.answers():
            processes.ask(orphan, signal.SIGINT)
            processes.wait_or_kill(orphan, seconds=30)
        elif processes.command_name(pid) != "postgres":
            (self._cluster / "postmaster.pid").unlink(missing_ok=True)

    # --- Steps -------------------------------------------------------------------------

    def _initialise(self, binaries: Path) -> None:
        """initdb beside the final folder, then rename: a start cut short leaves nothing half."""
        fresh = self._cluster.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self._cluster.parent) as password_file:
            password_file.write(self.place.passwords[SUPERUSER])
            password_file.flush()
            if self.place.user is not None:
                os.chown(password_file.name, self.place.user.uid, self.place.user.gid)
            command = [
                str(binaries / "initdb"),
                f"--pgdata={fresh}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file.name}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--locale-provider=builtin",
                "--builtin-locale=PG_UNICODE_FAST",
                "--no-instructions",
            ]
            if self.throwaway:
                command.append("--no-sync")
            code = processes.spawn(command, log=self.log, user=self.place.user).wait()
        if code != 0:
            raise EngineError(f"initdb failed:\n{processes.tail(self.log)}")
        fresh.rename(self._cluster)

    def _spawn_until_ready(self, binaries: Path) -> None:
        """Start the server; again while the remains of a killed one still hold its lock."""
        settings = {**SETTINGS, **(THROWAWAY_SETTINGS if self.throwaway else {})}
        settings["unix_socket_directories"] = str(self.place.sockets)
        command = [str(binaries / "postgres"), "-D", str(self._cluster)]
        command += [f"--{key}={value}" for key, value in settings.items()]
        until = time.monotonic() + READY_WITHIN
        while True:
            was_locked = self._locked_by() is not None
            self.process = processes.spawn(command, log=self.log, user=self.place.user)
            if self._wait_ready(until):
                return
            if not was_locked or time.monotonic() > until:
                self.stop()
                raise EngineError(f"PostgreSQL did not start:\n{processes.tail(self.log)}")
            time.sleep(0.3)

    def _wait_ready(self, until: float) -> bool:
        while self.is_running() and time.monotonic() < until:
            if self.answers():
                return True
            time.sleep(0.05)
        return False

    def _create_roles(self) -> None:
        """Roles with their passwords of today, and the database; safe to repeat."""
        with self._superuser() as connection:
            for role, options in ROLE_OPTIONS.items():
                known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                statement = "CREATE ROLE {} WITH {} PASSWORD {}"
                if known.fetchone():
                    statement = "ALTER ROLE {} WITH {} PASSWORD {}"
                connection.execute(
                    sql.SQL(statement).format(
                        sql.Identifier(role),
                        sql.SQL(options),
                        sql.Literal(self.place.passwords[role]),
                    )
                )
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not known.fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(MIGRATE_ROLE)
                    )
                )

    def _superuser(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True, connect_timeout=5)

    def _locked_by(self) -> int | None:
        with suppress(OSError, ValueError, IndexError):
            return int((self._cluster / "postmaster.pid").read_text().splitlines()[0])
        return None
