"""What one running instance consists of: each program is one line of this table."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from config.settings.env import ROOT

MANAGE = (sys.executable, str(ROOT / "manage.py"))
CELERY = (sys.executable, "-m", "celery", "--app", "config.celery")


@dataclass(frozen=True)
class Options:
    """What `manage.py up` was asked for."""

    home: Path
    port: int
    demo: bool = False
    sender: bool = True
    smtp_port: int = 0


@dataclass(frozen=True)
class Program:
    """A process to keep running; it is ready when `port` listens, or answers with `page`."""

    name: str
    command: tuple[str, ...]
    port: int | None = None
    page: str | None = None
    wanted: bool = True
    stop_seconds: float = 10


def programs(options: Options) -> list[Program]:
    """The programs in the order they start; they stop in reverse."""
    web = f"--interface wsgi --host 127.0.0.1 --port {options.port} --blocking-threads 4 --no-ws"
    worker = "worker --concurrency 3 --loglevel INFO"
    beat = f"beat --loglevel WARNING --schedule {options.home}/run/beat --pidfile="
    table = [
        Program(
            "inbox",
            (*MANAGE, "inbox"),
            port=options.smtp_port,
            wanted=options.demo and options.smtp_port > 0,
        ),
        Program(
            "web",
            (sys.executable, "-m", "granian", *web.split(), "config.wsgi:application"),
            port=options.port,
            page="/healthz",
        ),
        Program("worker", (*CELERY, *worker.split()), stop_seconds=20),
        Program("beat", (*CELERY, *beat.split())),
        Program("sender", (*MANAGE, "sender"), wanted=options.sender, stop_seconds=20),
    ]
    return [program for program in table if program.wanted]


@dataclass(frozen=True)
class Step:
    """Something to finish before the programs start."""

    name: str
    command: tuple[str, ...]


def steps(*, demo: bool, static_changed: bool, known_commands: Iterable[str]) -> list[Step]:
    """What has to be prepared, in order; the demo's data is loaded once and then kept."""
    found = [Step("tables", (*MANAGE, "migrate", "--no-input", "--verbosity", "1"))]
    if static_changed:
        found.append(Step("static files", (*MANAGE, "collectstatic", "--no-input", "--clear")))
    if demo and "demo" in known_commands:
        found.append(Step("sample data", (*MANAGE, "demo")))
    return found
