"""The engines and Django, started, and a database of the tests' kind: what every benchmark imports
before anything that reads the settings."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django

import tests.engines  # noqa: F401  (starts the engines, before Django reads its settings)

django.setup()

from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from config.roles import as_migrate_role  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def test_database() -> Iterator[None]:
    """Used as the app role under row security."""
    with as_migrate_role():
        old = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    try:
        yield
    finally:
        with as_migrate_role():
            teardown_databases(old, verbosity=0)
