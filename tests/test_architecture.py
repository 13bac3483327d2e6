"""The house keeps its shape: read from the catalogue, the resolver and the source itself."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model

from accounts import work
from accounts.events import EVENT_TYPES
from accounts.models.base import BrandOwned, ScopedManager
from accounts.routing import is_wired
from config.celery import QUEUES, app
from config.doctor import BEFORE_A_BRAND

ROOT = Path(__file__).resolve().parents[1]
APPS = ("accounts", "customers", "campaigns", "referrals", "partners", "config")

# Larger than the house allows. This list may only shrink.
LARGE_MODULES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()


def _our_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]


def _brand_owned() -> list[type[Model]]:
    return [model for model in _our_models() if issubclass(model, BrandOwned)]


def _sources() -> Iterator[tuple[str, ast.Module, str]]:
    for name in APPS:
        for path in sorted((ROOT / name).rglob("*.py")):
            if "migrations" not in path.parts:
                text = path.read_text()
                yield str(path.relative_to(ROOT)), ast.parse(text), text


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_every_model_is_brand_owned_or_on_the_short_list() -> None:
    others = {m._meta.label for m in _our_models() if not issubclass(m, BrandOwned)}
    assert others == BEFORE_A_BRAND


@pytest.mark.parametrize("model", _brand_owned(), ids=lambda m: m._meta.label)
def test_a_brand_owned_model_keeps_the_scoped_manager(model: type[Model]) -> None:
    assert model._meta.default_manager_name == "objects"
    assert isinstance(model._default_manager, ScopedManager)


# Tables without a model: nobody reads them any more, and the next release drops them.
LEAVING = {"campaigns_reservation"}


def _rows(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_every_brand_owned_table_has_forced_row_security_and_one_policy(db: None) -> None:
    state = {
        name: (enabled, forced, policies)
        for name, enabled, forced, policies in _rows(
            """
            SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
                   (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid
                    AND p.polcmd = '*' AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL)
            FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'brand_id'
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
            """
        )
    }
    tables = {model._meta.db_table for model in _brand_owned()} | LEAVING
    assert tables <= set(state)
    assert {table: state[table] for table in tables} == dict.fromkeys(tables, (True, True, 1))
    outside = {apps.get_model(label)._meta.db_table for label in BEFORE_A_BRAND}
    assert set(state) - tables <= outside


def test_every_unique_and_index_of_a_brand_owned_table_starts_with_the_brand(db: None) -> None:
    tables = [model._meta.db_table for model in _brand_owned()]
    wrong = _rows(
        f"""
        SELECT t.relname, i.relname FROM pg_index x
        JOIN pg_class t ON t.oid = x.indrelid
        JOIN pg_class i ON i.oid = x.indexrelid
        LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
        WHERE NOT x.indisprimary AND t.relname = ANY(ARRAY{tables!r})
          AND a.attname IS DISTINCT FROM 'brand_id'
          AND NOT (
              x.indisexclusion AND pg_get_indexdef(i.oid, 1, true) LIKE 'int8range(brand_id,%'
          )
        """
    )
    assert wrong == []


def test_every_key_between_brand_owned_tables_carries_the_brand(db: None) -> None:
    held = {
        (table, column)
        for table, column in _rows(
            """
            SELECT t.relname, a.attname FROM pg_constraint k
            JOIN pg_class t ON t.oid = k.conrelid
            JOIN pg_attribute b ON b.attrelid = t.oid AND b.attnum = k.conkey[1]
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[2]
            WHERE k.contype = 'f' AND array_length(k.conkey, 1) = 2 AND b.attname = 'brand_id'
              AND k.convalidated
            """
        )
    }
    wanted = {
        (model._meta.db_table, field.column)
        for model in _brand_owned()
        for field in model._meta.concrete_fields
        if field.many_to_one and issubclass(field.related_model, BrandOwned)
    }
    assert wanted - held == set()
    single = _rows(
        """
        SELECT t.relname, a.attname FROM pg_constraint k
        JOIN pg_class t ON t.oid = k.conrelid
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[1]
        WHERE k.contype = 'f' AND array_length(k.conkey, 1) = 1
        """
    )
    assert {(table, column) for table, column in single} & wanted == set()


def test_the_tests_run_as_the_app_role(db: None) -> None:
    assert _rows(
        """
        SELECT r.rolsuper, r.rolbypassrls, pg_get_userbyid(c.relowner) = current_user
        FROM pg_roles r, pg_class c
        WHERE r.rolname = current_user AND c.relname = 'customers_customer'
        """
    ) == [(False, False, False)]


def test_append_only_tables_grant_no_change(db: None) -> None:
    tables = [
        model._meta.db_table
        for model in _brand_owned()
        if any(c.name.endswith("_append_only") for c in model._meta.constraints)
    ]
    assert "customers_consent" in tables
    for table in tables:
        rights = _rows(
            f"""
            SELECT has_table_privilege('{table}', 'UPDATE'),
                   has_table_privilege('{table}', 'DELETE'),
                   has_table_privilege('{table}', 'INSERT')
            """
        )
        assert rights == [(False, False, True)], table


def test_every_event_is_wired_or_marked_audit_only() -> None:
    missing = [
        name
        for name, event in EVENT_TYPES.items()
        if not is_wired(event) and event.__module__.split(".")[0] in APPS
    ]
    assert missing == []


def test_every_background_work_and_beat_entry_names_a_known_queue() -> None:
    assert {kind: w.queue for kind, w in work.KINDS.items() if w.queue not in QUEUES} == {}
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["queue"] in QUEUES


def test_modules_and_functions_stay_small() -> None:
    large = set()
    long = set()
    for path, tree, text in _sources():
        if len(text.splitlines()) > 400:
            large.add(path)
        room = Path(path).parts[1] if len(Path(path).parts) > 2 else Path(path).stem
        limit = {"views": 15, "tasks": 10, "handlers": 10}.get(room, 40)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                statements = sum(isinstance(n, ast.stmt) for n in ast.walk(node)) - 1
                if statements > limit:
                    long.add(f"{path}:{node.name}")
    assert large == LARGE_MODULES
    assert long == LONG_FUNCTIONS


def test_only_the_doors_to_the_outside_import_network_clients() -> None:
    outside = {"smtplib", "http.client", "urllib.request", "socket", "ssl", "aiosmtpd", "requests"}
    # engines and the supervisor look for free ports and wait for their own children.
    allowed = ("campaigns/channels/", "config/kit/egress", "config/engines/", "config/supervisor/")
    allowed += ("campaigns/inbox/", "config/samples/visitor.py")
    wrong = {
        path
        for path, tree, _ in _sources()
        if not path.startswith(allowed)
        and any(name in outside or name.split(".")[0] in outside for name in _imports(tree))
    }
    assert wrong == set()


def test_the_web_process_does_not_load_the_scientific_stack() -> None:
    code = "import config.wsgi, sys; print(sorted({'scipy', 'numpy', 'pandas'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_rules_know_nothing_of_django() -> None:
    assert [
        path
        for path, tree, _ in _sources()
        if "/rules/" in path and any(name.startswith("django") for name in _imports(tree))
    ] == []
