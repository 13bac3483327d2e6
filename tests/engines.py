"""Pytest plugin: real engines in a throwaway folder, up before Django reads its settings.

Loaded by `-p tests.engines`. With DATABASE_URL in the environment the tests use that server;
xdist's workers inherit the environment of the process that started the engines.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from config.engines import processes
from config.engines.embedded import Embedded
from config.engines.place import Place, service_user, throwaway, throwaway_root
from config.engines.postgres import APP_ROLE, MIGRATE_ROLE, SUPERUSER, Postgres

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "rapport-test-"
# Set when the engines, and all databases in them, are deleted after the run.
THROWAWAY = "RAPPORT_TEST_ENGINES_ARE_THROWAWAY"
TEMPLATE = "test_template"
# The process that makes it.
MIGRATING = "RAPPORT_TEST_TEMPLATE_IS_MADE_BY"


def _owner_is_alive(name: str) -> bool:
    pid, started = name.removeprefix(PREFIX).split("-")[:2]
    return processes.Mark(pid=int(pid), started=started).is_alive()


def _delete_leftovers() -> None:
    """Engines of a test run that was killed: nobody else will stop them, but another run that
    starts now may be at the same folder."""
    for root in throwaway_root().glob(PREFIX + "*"):
        if not _owner_is_alive(root.name):
            place = Place(root=root, sockets=root / "s", user=service_user())
            with suppress(FileNotFoundError):
                Embedded(place, logs=root).stop_orphans()
                place.delete()


def _begin_template(postgres: Postgres) -> subprocess.Popen[bytes]:
    """Migrate the database that the workers copy while they still look for their tests.

    Its owner may also delete all rows after a test, past keys and triggers."""
    with psycopg.connect(postgres.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE} OWNER {MIGRATE_ROLE}")
        connection.execute(f"GRANT SET ON PARAMETER session_replication_role TO {MIGRATE_ROLE}")
    urls = {
        "DATABASE_URL": postgres.url(APP_ROLE, TEMPLATE),
        "MIGRATE_DATABASE_URL": postgres.url(MIGRATE_ROLE, TEMPLATE),
    }
    return subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"],
        env={**os.environ, **urls, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        stdin=subprocess.DEVNULL,
    )


def wait_for_template() -> str:
    """The name of a migrated database, once it is one."""
    pid, started = os.environ[MIGRATING].split("-")
    migrating = processes.Mark(pid=int(pid), started=started)
    while migrating.is_alive():
        time.sleep(0.05)
    return TEMPLATE


def _start() -> Embedded:
    _delete_leftovers()
    me = processes.mark(os.getpid())
    assert me is not None
    place = throwaway(f"{PREFIX}{me.pid}-{me.started}")
    embedded = Embedded(place, logs=place.root / "logs", throwaway=True)

    @atexit.register
    def _stop() -> None:
        if os.getpid() == me.pid:
            template.kill()
            embedded.stop()
            place.delete()
            shutil.rmtree(os.environ["RAPPORT_HOME"], ignore_errors=True)

    embedded.start()
    # Uploads, journals and the inbox of the tests end with them too.
    home = {"RAPPORT_HOME": tempfile.mkdtemp(prefix=f"{place.root.name}-home-"), THROWAWAY: "1"}
    os.environ.update(embedded.environment | home)
    # Dozens of processes start in these tests: compiled modules halve their time.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    postgres = next(engine for engine in embedded.engines if isinstance(engine, Postgres))
    template = _begin_template(postgres)
    migrating = processes.mark(template.pid)
    assert migrating is not None
    os.environ[MIGRATING] = f"{migrating.pid}-{migrating.started}"
    return embedded


if "DATABASE_URL" not in os.environ and "PYTEST_XDIST_WORKER" not in os.environ:
    _start()
