"""The doctor sees what is wrong, names it, and says what to do."""

import json
import shutil
from io import StringIO

import pytest
import redis
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from config import doctor
from config.roles import as_migrate_role
from config.settings.env import DEVELOPMENT_SECRET

LONG_SECRET = "x" * 50


def test_a_sound_installation_has_nothing_to_complain_about(db, settings):
    settings.SECRET_KEY = LONG_SECRET
    settings.DEBUG = False
    findings = doctor.examine(doctor.CHECKS)
    assert [(f.name, f.found, f.advice) for f in findings if not f.ok] == []
    assert len(findings) == 14
    found = {finding.name: finding.found for finding in findings}
    assert found["database"].startswith("PostgreSQL 18")
    assert found["role"] == "rapport_app, held by row security"
    assert found["broker"].startswith("Valkey 9.")
    assert found["broker"].endswith(", noeviction")
    assert found["cache"] == "a server of its own"


def test_the_secret_that_everyone_knows_is_a_failure(settings):
    settings.SECRET_KEY = DEVELOPMENT_SECRET
    finding = doctor.secret_key()
    assert finding.advice == "Set SECRET_KEY to at least 40 random characters."
    settings.SECRET_KEY = "short"
    assert doctor.secret_key().advice == "Use at least 40 random characters."
    settings.SECRET_KEY = LONG_SECRET
    assert doctor.secret_key().ok


def test_debug_is_a_failure(settings):
    settings.DEBUG = True
    assert doctor.debug().advice == "Unset DEBUG: its error pages show settings."


def test_a_role_that_owns_the_tables_is_a_failure(transactional_db):
    with as_migrate_role():
        finding = doctor.role()
    assert finding.found == "rapport_migrate is free of row security and an owner"
    assert finding.advice.startswith("DATABASE_URL must name a role")
    assert doctor.role().ok


@pytest.fixture
def table(transactional_db):
    """Runs a statement as the owner; what it changed is put back after the test."""
    undo = []

    def change(statement, back):
        undo.append(back)
        with as_migrate_role() as owner, owner.cursor() as cursor:
            cursor.execute(statement)

    yield change
    with as_migrate_role() as owner, owner.cursor() as cursor:
        for statement in reversed(undo):
            cursor.execute(statement)


@pytest.mark.parametrize("part", ["FORCE", "ENABLE"])
def test_a_table_without_row_security_is_named(table, part):
    off = {"FORCE": "NO FORCE", "ENABLE": "DISABLE"}[part]
    alter = "ALTER TABLE customers_customer {} ROW LEVEL SECURITY"
    table(alter.format(off), alter.format(part))
    finding = doctor.row_security()
    assert finding.found == "missing on customers_customer"
    assert not finding.ok


def test_a_second_policy_that_would_open_a_table_is_named(table):
    table(
        "CREATE POLICY hole ON customers_customer USING (true)",
        "DROP POLICY hole ON customers_customer",
    )
    assert doctor.row_security().found == "missing on customers_customer"


def test_a_key_without_the_brand_is_named(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = 'customers_order'::regclass"
            " AND array_length(conkey, 1) = 2 ORDER BY conname LIMIT 1"
        )
        name, definition = cursor.fetchone()
    table(
        f'ALTER TABLE customers_order DROP CONSTRAINT "{name}"',
        f'ALTER TABLE customers_order ADD CONSTRAINT "{name}" {definition}',
    )
    column = definition.split("(")[1].split(")")[0].split(", ")[1]
    assert doctor.composite_keys().found == f"missing: customers_order.{column}"


def test_a_migration_that_waits_is_named(transactional_db):
    applied = "FROM django_migrations WHERE app = 'sessions' AND name = '0001_initial'"
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute(f"DELETE {applied}")
    finding = doctor.migrations()
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('sessions', '0001_initial', now())"
        )
    assert finding.found == "1 wait (sessions.0001_initial)"
    assert finding.advice == "Run `manage.py migrate`."
    assert doctor.migrations().ok


def test_a_broker_that_evicts_is_a_failure(evicting_broker):
    finding = doctor.broker()
    assert finding.found == "Valkey 9.1.2, allkeys-lru"
    assert finding.advice == "Set its maxmemory-policy to noeviction."


def test_a_cache_on_the_brokers_server_is_a_failure(evicting_broker, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": evicting_broker.url()}}
    finding = doctor.cache_server()
    assert finding.found == "the broker's server"
    assert not finding.ok


def test_a_check_that_cannot_be_made_is_a_failure_and_not_an_exception():
    def broker():
        raise redis.ConnectionError("Error 2 connecting to /gone.sock")

    (finding,) = doctor.examine([broker])
    assert (finding.name, finding.found) == ("broker", "Error 2 connecting to /gone.sock")
    assert not finding.ok


def test_a_database_that_is_down_is_waited_for_once(monkeypatch):
    def database():
        raise OperationalError("couldn't get a connection after 10.00 sec")

    monkeypatch.setattr(doctor, "database", database)
    findings = doctor.examine([database, doctor.role, doctor.debug, doctor.work])
    assert [(finding.name, finding.found, finding.ok) for finding in findings] == [
        ("database", "couldn't get a connection after 10.00 sec", False),
        ("role", "not asked", False),
        ("debug", "off", True),
        ("work", "not asked", False),
    ]


def test_work_that_is_long_due_is_a_failure(db):
    assert doctor.work().ok
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_workitem (brand_id, kind, ref_id, due_at)"
            " VALUES (1, 'customers.tasks.run_import', 1, now() - interval '6 minutes'),"
            " (1, 'customers.tasks.run_import', 2, now() - interval '1 minute')"
        )
    finding = doctor.work()
    assert finding.found.startswith("1 items are late, the oldest by 00:06:00")
    assert not finding.ok


def test_a_full_disk_is_a_failure(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 9, 1))
    assert doctor.disk().advice == "Free at least 2 GB, or move RAPPORT_HOME."


def test_the_command_fails_when_a_check_does(db, settings):
    settings.SECRET_KEY = "short"
    out = StringIO()
    with pytest.raises(CommandError, match=r"^1 of 14 checks failed\.$") as failed:
        call_command("doctor", json=True, stdout=out)
    assert failed.value.returncode == 1
    wrong = [finding for finding in json.loads(out.getvalue()) if not finding["ok"]]
    assert wrong == [
        {
            "name": "secret key",
            "ok": False,
            "found": "its own, 5 characters",
            "advice": "Use at least 40 random characters.",
        }
    ]


def test_the_command_prints_what_to_do_beside_each_failure(db, settings):
    settings.SECRET_KEY = "short"
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("doctor", stdout=out, no_color=True)
    assert "FAIL  secret key      its own, 5 characters\n" in out.getvalue()
    assert "Use at least 40 random characters.\n" in out.getvalue()
    assert "ok    role            rapport_app, held by row security\n" in out.getvalue()
