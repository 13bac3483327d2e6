"""One supervised program, and the back-off with which anything supervised is restarted."""

import http.client
import os
import signal
import socket
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from config.engines import processes
from config.engines.processes import Unit
from config.settings.env import ROOT
from config.supervisor.programs import Program

FIRST_DELAY = 1.0
LONGEST_DELAY = 30.0
# After this long without a crash the next one counts as the first again.
STEADY_SECONDS = 60.0


class Child:
    """A program of the table as a process group of its own."""

    def __init__(self, program: Program, *, log: Path, environment: Mapping[str, str]) -> None:
        self.program = program
        self.name = program.name
        self.log = log
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._end_group()
        self.process = processes.spawn(
            list(self.program.command), log=self.log, environment=self.environment, folder=ROOT
        )

    def ask_to_stop(self) -> None:
        """Sent to all programs before any is waited for: a worker takes seconds to finish."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self) -> None:
        """Wait for a program that was asked to stop; end it when it takes too long."""
        if self.process is None:
            return
        if self.process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(self.program.stop_seconds)
        self._end_group()
        self.process = None

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def is_ready(self) -> bool:
        """Running, and answering where it should."""
        if not self.is_running():
            return False
        if self.program.port is None:
            return True
        if self.program.page is None:
            return listens(self.program.port)
        return serves(self.program.port, self.program.page)

    def _end_group(self) -> None:
        """A killed leader leaves its workers behind, holding the port or a queue."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def listens(port: int) -> bool:
    """Whether somebody takes connections on this port of the loopback interface."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def serves(port: int, page: str) -> bool:
    """Whether a web server answers: a port may listen before anybody works behind it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", page, headers={"Host": "localhost"})
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@dataclass
class Watch:
    """When to start a unit again. Times are seconds of a monotonic clock."""

    unit: Unit
    started_at: float = 0.0
    crashes: int = 0
    delay: float = 0.0
    restart_at: float | None = None
    crashed: int = 0
    ready: bool = False

    def started(self, now: float) -> None:
        self.started_at = now
        self.restart_at = None
        self.ready = False

    def is_ready(self) -> bool:
        """Asked until it is so once: a program would log every connection made to look."""
        self.ready = self.ready or not isinstance(self.unit, Child) or self.unit.is_ready()
        return self.ready

    def crash(self, now: float) -> float:
        """Note a crash; returns the seconds until the next start: 1, 2, 4 ... 30."""
        if now - self.started_at > STEADY_SECONDS:
            self.crashes = 0
        self.delay = min(FIRST_DELAY * 2.0**self.crashes, LONGEST_DELAY)
        self.crashes += 1
        self.crashed += 1
        self.restart_at = now + self.delay
        return self.delay
