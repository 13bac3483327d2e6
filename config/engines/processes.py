"""Processes seen from outside: which one is it, is it alive, end it."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from config.engines.place import ServiceUser

PROC = Path("/proc")


class Unit(Protocol):
    """What can be kept running: an engine or a program."""

    @property
    def name(self) -> str: ...

    @property
    def process(self) -> subprocess.Popen[bytes] | None: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def is_running(self) -> bool: ...


@dataclass(frozen=True)
class Mark:
    """A process id with its start time, so that a reused id is not taken for the old process."""

    pid: int
    started: str

    def is_alive(self) -> bool:
        return _started(self.pid) == self.started


def mark(pid: int) -> Mark | None:
    """The mark of a living process; None when there is none or it is only a zombie."""
    started = _started(pid)
    return None if started is None else Mark(pid=pid, started=started)


def _started(pid: int) -> str | None:
    if PROC.joinpath("self", "stat").exists():
        return _started_linux(pid)
    listed = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    if not listed or listed.startswith("Z"):
        return None
    return "".join(character for character in listed.split(maxsplit=1)[1] if character.isdigit())


def _started_linux(pid: int) -> str | None:
    try:
        stat = PROC.joinpath(str(pid), "stat").read_text()
    except OSError:
        return None
    # proc(5): the command in brackets may hold spaces; state is field 3, start time field 22.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields[19]


def command_name(pid: int) -> str:
    """The short name of the program, also of a zombie; empty when there is no such process."""
    listed = subprocess.run(
        ["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return Path(listed).name


def ask(process: Mark, number: signal.Signals = signal.SIGTERM) -> bool:
    """Ask a process to end; False when it is gone already."""
    if not process.is_alive():
        return False
    with suppress(ProcessLookupError):
        os.kill(process.pid, number)
    return True


def wait_or_kill(process: Mark, seconds: float = 10) -> None:
    """Wait for a process that was asked to end; after `seconds` kill it and its group."""
    if not _wait_gone(process, seconds):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        _wait_gone(process, 5)


def _wait_gone(process: Mark, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while process.is_alive():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def end_child(
    child: subprocess.Popen[bytes], *, number: signal.Signals = signal.SIGTERM, seconds: float
) -> None:
    """Ask a child of ours to stop and wait for it; kill it when it takes longer."""
    if child.poll() is not None:
        return
    child.send_signal(number)
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def spawn(
    command: list[str],
    *,
    log: Path,
    user: ServiceUser | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    folder: Path = Path("/"),
) -> subprocess.Popen[bytes]:
    """Start a process that outlives our terminal's Ctrl-C, its output appended to `log`.

    `stdin` is written and closed at once: a configuration with a password never is a file or
    an argument that others can list.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={"PATH": os.defpath, "LANG": "C", "TZ": "UTC"}
            if environment is None
            else environment,
            start_new_session=True,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )
    if process.stdin is not None and stdin is not None:
        process.stdin.write(stdin)
        process.stdin.close()
    return process


def tail(log: Path, lines: int = 12) -> str:
    """The end of a log file, for an error that shows its cause."""
    if not log.is_file():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
