"""Migrations say what the models say, and none takes a lock that would stop the house."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from config.migrating import one_model_at_a_time
from config.settings.env import ROOT

SQUAWK = Path(sys.executable).with_name("squawk")


def _squawk(folder):
    files = sorted(str(path) for path in folder.glob("*.sql"))
    return subprocess.run([SQUAWK, *files], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_migrations_say_what_the_models_say(db, capsys):
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1)
    assert capsys.readouterr().out == "No changes detected\n"


def _statements():
    """(app, migration, its SQL) of each of ours but each app's first, which fills an empty
    database: there is nobody to lock out."""
    ours = {app.label for app in apps.get_app_configs() if Path(app.path).parent == ROOT}
    loader = MigrationLoader(connection, replace_migrations=False)
    for (app, name), migration in loader.graph.nodes.items():
        if app in ours and not name.startswith("0001_"):
            statements = loader.collect_sql([(migration, False)])
            if migration.atomic:
                statements = ["BEGIN;", *statements, "COMMIT;"]
            yield app, name, "\n".join(statements)


def test_no_later_migration_takes_a_dangerous_lock(transactional_db, tmp_path):
    """Outside a transaction, where indexes are made concurrently."""
    with one_model_at_a_time():
        for app, name, statements in _statements():
            (tmp_path / f"{app}-{name}.sql").write_text(statements)
    checked = _squawk(tmp_path)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.full  # Django's own way takes minutes, which is why there is another
@pytest.mark.timeout(900)
def test_one_model_at_a_time_makes_the_statements_that_django_makes(transactional_db):
    with one_model_at_a_time():
        ours = list(_statements())
    assert ours == list(_statements())


def test_an_index_that_would_stop_all_writes_is_refused(tmp_path):
    (tmp_path / "index.sql").write_text("CREATE INDEX by_name ON customers_customer (name_norm);")
    checked = _squawk(tmp_path)
    assert checked.returncode == 1
    assert "require-concurrent-index-creation" in checked.stdout
