"""Is this installation sound? Each check looks at the thing itself and says what to do."""

import platform
import shutil
import zoneinfo
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import django
import redis
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import KombuError

from accounts.models.base import BrandOwned
from accounts.models.brands import Brand
from accounts.scope import brand_scope
from accounts.selectors.ledger_checks import check_ledger, counts
from config.celery import app as celery
from config.roles import ROLE_ADVICE, powers_held
from config.settings.env import DEVELOPMENT_SECRET

# Models outside row security: what must be read before a brand is known. No customer data.
BEFORE_A_BRAND = frozenset(
    {
        "accounts.ApiKey",
        "accounts.Brand",
        "accounts.BrandSlug",
        "accounts.Grant",
        "accounts.IdempotencyKey",
        "accounts.Membership",
        "accounts.Organisation",
        "accounts.User",
        "accounts.WorkItem",
        "campaigns.Sender",
        "partners.PartnershipDoor",
        "partners.SisterPact",
        "partners.SisterSettlement",
    }
)
OLDEST_POSTGRES = 180_000
OLDEST_VALKEY = (7, 2)
LEAST_FREE_BYTES = 2_000_000_000
SHORTEST_SECRET = 40
LATE_AFTER = "5 minutes"
ZONES = ("UTC", "Europe/London", "Europe/Berlin", "America/New_York", "Australia/Sydney")


@dataclass(frozen=True)
class Finding:
    """What one check saw; `advice` says what to do and is empty when all is well."""

    name: str
    found: str
    advice: str = ""

    @property
    def ok(self) -> bool:
        return not self.advice


Check = Callable[[], Finding]


def examine(checks: Iterable[Check]) -> list[Finding]:
    """Run checks one by one; one that cannot be made is a failure, never an exception.

    When the database does not answer, it is not waited for again and again.
    """
    findings: list[Finding] = []
    database_answers = True
    for check in checks:
        if check in ASK_THE_DATABASE and not database_answers:
            findings.append(Finding(_name(check), "not asked", "Bring the database up first."))
            continue
        finding = _examined(check)
        findings.append(finding)
        if check is database:
            database_answers = finding.found.startswith("PostgreSQL")
    return findings


def _examined(check: Check) -> Finding:
    try:
        return check()
    except (DatabaseError, redis.RedisError, KombuError, OSError) as error:
        first_line = (str(error).strip().splitlines() or [type(error).__name__])[0]
        advice = "Start Rapport (`make up`), or check the addresses given."
        return Finding(_name(check), first_line, advice)


def _name(check: Check) -> str:
    return check.__name__.replace("_", " ")


def _rows(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


# --- Versions and machine ----------------------------------------------------------------


def versions() -> Finding:
    found = f"Python {platform.python_version()}, Django {django.get_version()}"
    advice = "" if django.VERSION[:2] == (5, 2) else "Run `make setup` for the pinned Django 5.2."
    return Finding("versions", found, advice)


def secret_key() -> Finding:
    secret = str(settings.SECRET_KEY)
    if secret == DEVELOPMENT_SECRET:
        advice = "Set SECRET_KEY to at least 40 random characters."
        return Finding("secret key", "the one that everyone can read in the source", advice)
    advice = "" if len(secret) >= SHORTEST_SECRET else "Use at least 40 random characters."
    return Finding("secret key", f"its own, {len(secret)} characters", advice)


def debug() -> Finding:
    advice = "Unset DEBUG: its error pages show settings." if settings.DEBUG else ""
    return Finding("debug", "on" if settings.DEBUG else "off", advice)


def time_zones() -> Finding:
    known = set(zoneinfo.available_timezones())
    in_database = {
        name
        for (name,) in _rows("SELECT name FROM pg_timezone_names WHERE name = ANY(%s)", [[*ZONES]])
    }
    missing = [zone for zone in ZONES if zone not in known or zone not in in_database]
    advice = "Install the system's tzdata package." if missing else ""
    found = f"missing: {', '.join(missing)}" if missing else f"{len(known)} known"
    return Finding("time zones", found, advice)


def disk() -> Finding:
    home = settings.RAPPORT_HOME
    usage = shutil.disk_usage(home if home.exists() else home.parent)
    found = f"{usage.free / 1e9:.1f} GB free at {home}"
    advice = "" if usage.free >= LEAST_FREE_BYTES else "Free at least 2 GB, or move RAPPORT_HOME."
    return Finding("disk", found, advice)


# --- Database ----------------------------------------------------------------------------


def database() -> Finding:
    ((number, text),) = _rows(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version')"
    )
    advice = "" if int(str(number)) >= OLDEST_POSTGRES else "Rapport needs PostgreSQL 18 or later."
    return Finding("database", f"PostgreSQL {text}", advice)


def role() -> Finding:
    """The role that the app works as must be held by row security."""
    name, powers = powers_held()
    if powers:
        return Finding("role", f"{name} is {' and '.join(powers)}", ROLE_ADVICE)
    return Finding("role", f"{name}, held by row security")


def migrations() -> Finding:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return Finding("migrations", "all applied")
    waiting = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in plan[:3])
    return Finding("migrations", f"{len(plan)} wait ({waiting})", "Run `manage.py migrate`.")


def row_security() -> Finding:
    """Every table with a brand_id: enabled, forced, one policy for reading and writing."""
    rows = _rows(
        """
        SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AND
               (SELECT count(*) = 1 AND bool_and(p.polcmd = '*' AND p.polpermissive
                                                 AND p.polqual IS NOT NULL
                                                 AND p.polwithcheck IS NOT NULL)
                FROM pg_policy p WHERE p.polrelid = c.oid)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'brand_id'
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
        ORDER BY 1
        """
    )
    outside = {apps.get_model(label)._meta.db_table for label in BEFORE_A_BRAND}
    guarded = [str(table) for table, _ in rows if table not in outside]
    bare = [str(t) for t, safe in rows if not safe and t not in outside]
    if not guarded:
        return Finding("row security", "no tables yet", "Run `manage.py migrate`.")
    advice = "Give its model `class Meta(BrandOwned.Meta)` and `owned(...)`, then migrate."
    if bare:
        return Finding("row security", f"missing on {', '.join(bare)}", advice)
    return Finding("row security", f"forced on {len(guarded)} tables")


def composite_keys() -> Finding:
    """Every key between brand-owned tables carries the brand: a plain one ignores row security."""
    held = {
        (str(table), str(column))
        for table, column in _rows(
            """
            SELECT t.relname, a.attname FROM pg_constraint k
            JOIN pg_class t ON t.oid = k.conrelid
            JOIN pg_attribute b ON b.attrelid = t.oid AND b.attnum = k.conkey[1]
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[2]
            WHERE k.contype = 'f' AND b.attname = 'brand_id' AND k.convalidated
              AND array_length(k.conkey, 1) = 2
            """
        )
    }
    missing = sorted(f"{table}.{column}" for table, column in _brand_keys() - held)
    if missing:
        advice = 'Name the key in the model\'s `owned("table", "key")`, then migrate.'
        return Finding("composite keys", f"missing: {', '.join(missing)}", advice)
    return Finding("composite keys", f"{len(held)} carry the brand")


def _brand_keys() -> set[tuple[str, str]]:
    """(table, column) of each key from one brand-owned model to another."""
    return {
        (model._meta.db_table, str(field.column))
        for model in apps.get_models()
        if issubclass(model, BrandOwned)
        for field in model._meta.concrete_fields
        if field.many_to_one
        and isinstance(field.related_model, type)
        and issubclass(field.related_model, BrandOwned)
    }


# --- Broker and cache --------------------------------------------------------------------


def broker() -> Finding:
    """It must refuse when full: one that evicts loses work silently."""
    client = _broker_client()
    if client is None:
        return Finding("broker", "none", "Set BROKER_URL to a Valkey or Redis of its own.")
    server = client.info("server")
    version = str(server.get("valkey_version") or server["redis_version"])
    policy = client.config_get("maxmemory-policy")["maxmemory-policy"]
    found = f"Valkey {version}, {policy}"
    if policy != "noeviction":
        return Finding("broker", found, "Set its maxmemory-policy to noeviction.")
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_VALKEY:
        return Finding("broker", found, "Use Valkey 7.2 or later.")
    return Finding("broker", found)


def _broker_client() -> "redis.Redis | None":
    with celery.connection_for_read() as link:
        channel = link.default_channel
        return getattr(channel, "client", None)


def cache_server() -> Finding:
    """The cache may forget, so it must not be the broker."""
    client = _broker_client()
    cache.set("doctor", "was here", 10)
    if cache.get("doctor") != "was here":
        return Finding("cache", "forgets at once", "Check CACHE_URL and the server's memory.")
    backend: Any = getattr(cache, "_cache", None)
    if client is None or not hasattr(backend, "get_client"):
        return Finding("cache", "in each process", "Set CACHE_URL to a Valkey of its own.")
    same = backend.get_client().info("server")["run_id"] == client.info("server")["run_id"]
    advice = "Give the cache a server of its own, or full memory stops the work." if same else ""
    return Finding("cache", "the broker's server" if same else "a server of its own", advice)


def work() -> Finding:
    """Work that is long due means that worker or beat does not run."""
    ((late, oldest),) = _rows(
        """
        SELECT count(*), coalesce(max(date_trunc('second', now() - due_at))::text, '')
        FROM accounts_workitem
        WHERE failed_at IS NULL AND due_at < now() - %s::interval
          AND (claimed_until IS NULL OR claimed_until < now()) AND owner IS NULL
        """,
        [LATE_AFTER],
    )
    if not late:
        return Finding("work", "nothing is late")
    advice = "See that worker, beat and sender run; their logs are in RAPPORT_HOME/logs."
    return Finding("work", f"{late} items are late, the oldest by {oldest}", advice)


def ledger() -> Finding:
    """Every balance, lot and reservation of every brand, computed again from its postings."""
    off, journals = [], 0
    for brand in Brand.objects.order_by("pk"):
        with brand_scope(brand):
            journals += counts()[0]
            off += [f"{brand.slug}: {finding}" for finding in check_ledger()]
    if off:
        advice = "Find out what changed these rows (a backup shows them as they were)."
        return Finding("ledger", f"{len(off)} rows are off; {'; '.join(off[:3])}", advice)
    return Finding("ledger", f"{journals} journals, all rows agree")


ASK_THE_DATABASE: frozenset[Check] = frozenset(
    {role, migrations, row_security, composite_keys, work, ledger, time_zones}
)
READINESS: tuple[Check, ...] = (database, role, migrations, broker)
CHECKS: tuple[Check, ...] = (
    versions,
    secret_key,
    debug,
    database,
    role,
    migrations,
    row_security,
    composite_keys,
    broker,
    cache_server,
    work,
    ledger,
    time_zones,
    disk,
)
