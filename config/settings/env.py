"""The only place that reads the environment: one typed object, read once."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import environ

ROOT = Path(__file__).resolve().parents[2]

# Known to everyone who reads this file, so production refuses to start with it.
DEVELOPMENT_SECRET = "not-a-secret-development-only-not-a-secret-development-only"  # noqa: S105


def _read_run_file(home: Path) -> None:
    """Take the addresses of a running `manage.py up` when none are given."""
    run_file = home / "run" / "env"
    if "DATABASE_URL" in os.environ or not run_file.is_file():
        return
    for line in run_file.read_text().splitlines():
        key, _, value = line.partition("=")
        if key:
            os.environ.setdefault(key, value)


@dataclass(frozen=True)
class Environment:
    """What the machine tells Rapport. docs/RUNNING.md says what each URL names."""

    home: Path
    secret_key: str
    debug: bool
    demo: bool
    allowed_hosts: list[str]
    base_url: str
    trusted_proxies: list[str]
    database_url: str
    direct_database_url: str
    migrate_database_url: str
    readonly_database_url: str
    broker_url: str
    cache_url: str
    email_url: str
    app_role: str
    readonly_role: str
    send_journal: str
    send_connections: int
    scanner_networks: list[str]
    ses_topics: list[str]
    sending_spf: str
    dns_server: str
    require_verified_domains: bool
    transport_private_hosts: bool
    data_dir: Path
    log_level: str
    token_keys: dict[str, str] = field(repr=False, default_factory=dict)
    erasure_key: str = field(repr=False, default="")
    inbound_secret: str = field(repr=False, default="")
    mailgun_signing_key: str = field(repr=False, default="")


def read() -> Environment:
    env = environ.Env()  # type: ignore[no-untyped-call]
    home = Path(env.str("RAPPORT_HOME", default=str(ROOT / ".rapport"))).resolve()
    _read_run_file(home)
    database_url = env.str("DATABASE_URL", default="")
    secret_key = env.str("SECRET_KEY", default=DEVELOPMENT_SECRET)
    return Environment(
        home=home,
        secret_key=secret_key,
        debug=env.bool("DEBUG", default=False),
        demo=env.bool("DEMO", default=False),
        allowed_hosts=env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"]),
        base_url=env.str("BASE_URL", default="http://localhost:8000").rstrip("/"),
        trusted_proxies=env.list("TRUSTED_PROXIES", default=["127.0.0.0/8", "::1/128"]),
        database_url=database_url,
        direct_database_url=env.str("DIRECT_DATABASE_URL", default=database_url),
        migrate_database_url=env.str("MIGRATE_DATABASE_URL", default=database_url),
        readonly_database_url=env.str("READONLY_DATABASE_URL", default=database_url),
        broker_url=env.str("BROKER_URL", default="memory://"),
        cache_url=env.str("CACHE_URL", default=""),
        email_url=env.str("EMAIL_URL", default="smtp://localhost:2525"),
        app_role=env.str("DB_APP_ROLE", default="rapport_app"),
        readonly_role=env.str("DB_READONLY_ROLE", default="rapport_readonly"),
        send_journal=env.str("SEND_JOURNAL", default="file"),
        send_connections=env.int("SEND_CONNECTIONS", default=4),
        scanner_networks=env.list("SCANNER_NETWORKS", default=[]),
        ses_topics=env.list("SES_TOPICS", default=[]),
        sending_spf=env.str("SENDING_SPF", default=""),
        dns_server=env.str("DNS_SERVER", default=""),
        require_verified_domains=env.bool("REQUIRE_VERIFIED_DOMAINS", default=False),
        transport_private_hosts=env.bool("TRANSPORT_PRIVATE_HOSTS", default=False),
        data_dir=Path(env.str("RAPPORT_DATA", default=str(ROOT.parent / "shared" / "data"))),
        log_level=env.str("LOG_LEVEL", default="INFO"),
        token_keys=env.dict("TOKEN_KEYS", default={"1": secret_key}),
        erasure_key=env.str("ERASURE_KEY", default=secret_key),
        inbound_secret=env.str("INBOUND_SECRET", default=""),
        mailgun_signing_key=env.str("MAILGUN_SIGNING_KEY", default=""),
    )
