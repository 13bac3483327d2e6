"""Tables belong to the migrate role; the app role may use them and never change them."""

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from config.roles import as_migrate_role


def _all(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_every_table_belongs_to_the_migrate_role(db):
    owners = _all("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [("rapport_migrate",)]
    assert _all("SELECT current_user") == [("rapport_app",)]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE extra (id int)",
        "ALTER TABLE django_session ADD COLUMN extra int",
        "DROP TABLE django_session",
        "TRUNCATE django_session",
        "ALTER TABLE customers_customer NO FORCE ROW LEVEL SECURITY",
        "CREATE POLICY hole ON customers_customer USING (true)",
    ],
)
def test_the_app_role_cannot_change_the_schema(db, statement):
    before = _all("SELECT count(*) FROM pg_attribute")
    with transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"):
            cursor.execute(statement)
        transaction.set_rollback(True)
    assert _all("SELECT count(*) FROM pg_attribute") == before


def test_the_readonly_role_may_read_and_nothing_else(db):
    rights = _all(
        "SELECT has_table_privilege('rapport_readonly', c.oid, 'SELECT'),"
        " has_table_privilege('rapport_readonly', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
        " FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " GROUP BY 1, 2"
    )
    assert rights == [(True, False)]


def test_migrating_again_changes_nothing_and_gives_the_connection_back(transactional_db):
    before = dict(connection.settings_dict)
    rights = "SELECT relname, relacl::text FROM pg_class WHERE relkind = 'r' ORDER BY 1"
    granted = _all(rights)
    call_command("migrate", verbosity=0)
    assert connection.settings_dict == before
    assert _all("SELECT current_user") == [("rapport_app",)]
    assert _all(rights) == granted


def test_the_connection_is_given_back_after_a_failure(transactional_db):
    def fail():
        with as_migrate_role():
            assert _all("SELECT current_user") == [("rapport_migrate",)]
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert _all("SELECT current_user") == [("rapport_app",)]
