"""What all tests share: the cast, and a database whose tests run as the app role."""

import gc
import os
import socket
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from hypothesis import HealthCheck

from accounts import scope, work
from accounts.models.brands import Brand
from accounts.models.users import User
from accounts.scope import brand_scope
from campaigns.services.feedback import forget_links
from config.roles import as_migrate_role
from tests.cast import PASSWORD, Cast, make_cast
from tests.engines import THROWAWAY, wait_for_template

__all__ = ["PASSWORD", "Cast", "make_cast"]

# The same examples each time, and as long as each may take: a run judges what was changed, not
# the draw or the machine.
hypothesis.settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.settings.load_profile("steady")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test first: at the end it would keep one worker alone."""
    items.sort(key=lambda item: item.path.name != "test_supervisor.py")


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules stay to the end: nothing to look for garbage in."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Create and migrate the test database as its owner, then hand it to the app role.

    On our own engines it is a copy of the one that tests/engines.py makes meanwhile."""
    worker = getattr(request.config, "workerinput", {}).get("workerid")
    with django_db_blocker.unblock():
        if worker:
            connection.settings_dict["TEST"]["NAME"] = f"test_rapport_{worker}"
        if THROWAWAY in os.environ:
            connection.settings_dict["TEST"]["TEMPLATE"] = wait_for_template()
        with as_migrate_role():
            old = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    yield
    # A server that closes one more session would make the drop fail; engines of our own are
    # deleted as a whole.
    if THROWAWAY not in os.environ:
        with django_db_blocker.unblock(), as_migrate_role():
            teardown_databases(old, verbosity=0)


# To TRUNCATE a hundred tables makes a thousand files anew. Nearly all hold nothing or a few rows,
# which are deleted quicker, as far as their owner may do that past keys and triggers: it may in
# the engines of tests/engines.py. The lock waits for whoever still writes.
_EMPTY = """
DO $$
DECLARE
    tables text[] := ARRAY(
        SELECT oid::regclass FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
          AND relname <> 'django_migrations'
    );
    every text := array_to_string(tables, ', ');
    name text;
BEGIN
    EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', every);
    IF (SELECT max(pg_relation_size(t::regclass)) FROM unnest(tables) AS t) > 1 << 20
        OR NOT has_parameter_privilege('session_replication_role', 'SET')
    THEN
        EXECUTE format('TRUNCATE %s RESTART IDENTITY CASCADE', every);
        RETURN;
    END IF;
    SET LOCAL session_replication_role = replica;
    FOREACH name IN ARRAY tables LOOP
        IF pg_relation_size(name::regclass) > 0 THEN
            EXECUTE format('DELETE FROM %s', name);
        END IF;
    END LOOP;
    -- What ANALYZE found out about rows that are gone would lead the next test's plans astray.
    PERFORM pg_clear_relation_stats('public', relname) FROM pg_class
    WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace
      AND greatest(relpages, reltuples) > 0;
    PERFORM setval(format('%I.%I', schemaname, sequencename), start_value, false)
    FROM pg_sequences
    WHERE schemaname = 'public' AND sequencename <> 'django_migrations_id_seq'
      AND last_value IS NOT NULL;
END $$
"""


@pytest.fixture(scope="session", autouse=True)
def _flush_as_owner() -> Iterator[None]:
    """After a test that commits, empty the tables as their owner: the app role may not.

    For the whole session: pytest-django flushes after a test's own fixtures are gone."""

    def flush(self: Any, **options: Any) -> None:
        for attempt in range(1, 4):
            try:
                with as_migrate_role() as owner, owner.cursor() as cursor:
                    cursor.execute(_EMPTY)
                break
            except OperationalError:
                # A request that the browser's page still made may hold one of the tables.
                if attempt == 3:
                    raise
        forget_links()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.test.testcases.TransactionTestCase._fixture_teardown", flush)
        yield


@pytest.fixture(scope="module")
def lasting(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """`with lasting():` makes rows that stay for a module whose tests only read them.

    They stand in a transaction that is open until the module ends; what a test does itself is
    taken back after it, to a savepoint. Not for a module with tests that commit."""
    held = transaction.atomic()
    # As Django's TestCase does, so that durable blocks may stand in it; the stubs leave it out.
    held._from_testcase = True  # type: ignore[attr-defined]
    with django_db_blocker.unblock():
        held.__enter__()
    yield django_db_blocker.unblock
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        held.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def _no_network_in_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    """A brand's transaction is never held open while the network is waited for."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            assert scope._brands.get() is None, f"network call to {address} inside brand_scope"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def floral(cast: Cast) -> Iterator[Brand]:
    """Floral, with its scope open."""
    with brand_scope(cast.floral):
        yield cast.floral


def store_session(client: Client, user: User) -> None:
    """What signing in leaves behind, as it is stored; its own steps have tests of their own."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key


def _signed_in(user: User) -> Client:
    client = Client()
    store_session(client, user)
    return client


@pytest.fixture
def ana(cast: Cast) -> Client:
    return _signed_in(cast.ana)


@pytest.fixture
def ben(cast: Cast) -> Client:
    return _signed_in(cast.ben)


@pytest.fixture
def cleo(cast: Cast) -> Client:
    return _signed_in(cast.cleo)


@pytest.fixture
def pia(cast: Cast) -> Client:
    return _signed_in(cast.pia)


@pytest.fixture
def run_due_work() -> Any:
    """Do all background work that is due, here and now: `run_due_work()`."""
    return work.drain
