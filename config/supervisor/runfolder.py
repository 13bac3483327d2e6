"""RAPPORT_HOME/run: one supervisor at a time, and what the next one must know of it."""

import fcntl
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from config.engines import processes
from config.engines.place import write_private


class AlreadyRunning(Exception):
    """Another supervisor holds this instance; the message says where it answers."""


class RunFolder:
    """Lock, state and addresses of the instance below one RAPPORT_HOME."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.path = home / "run"
        self.environment_file = self.path / "env"
        self.sign_in_file = self.path / "sign-in"
        self._state_file = self.path / "state.json"
        self._lock: IO[str] | None = None

    def take(self) -> None:
        """Become the instance's supervisor until `release` or until this process is gone."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path.mkdir(exist_ok=True, mode=0o700)
        lock = (self.path / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise AlreadyRunning(self._who()) from None
        self._lock = lock

    def release(self) -> None:
        """Let the next supervisor in; nothing of this one is left behind."""
        self.environment_file.unlink(missing_ok=True)
        self._state_file.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def supervisor(self) -> processes.Mark | None:
        known = self._state().get("supervisor")
        return processes.Mark(**known) if known else None

    def children(self) -> dict[str, processes.Mark]:
        """The programs that the last supervisor had started, by name."""
        return {
            name: processes.Mark(**known)
            for name, known in self._state().get("children", {}).items()
        }

    def write_state(self, *, address: str, children: dict[str, processes.Mark]) -> None:
        me = processes.mark(os.getpid())
        state = {
            "supervisor": asdict(me) if me else None,
            "address": address,
            "children": {name: asdict(child) for name, child in children.items()},
        }
        write_private(self._state_file, json.dumps(state, indent=1))

    def write_environment(self, environment: dict[str, str]) -> None:
        lines = [f"{key}={value}\n" for key, value in sorted(environment.items())]
        write_private(self.environment_file, "".join(lines))

    def environment(self) -> dict[str, str]:
        """The addresses of the running instance, or those a killed one left behind."""
        if not self.environment_file.is_file():
            return {}
        lines = self.environment_file.read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def sign_in(self) -> list[str]:
        """How to sign in, as lines for the status screen; written by the sample data."""
        if not self.sign_in_file.is_file():
            return []
        return self.sign_in_file.read_text().splitlines()

    def _state(self) -> dict[str, Any]:
        try:
            known = json.loads(self._state_file.read_text())
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def _who(self) -> str:
        state = self._state()
        supervisor = self.supervisor()
        pid = f" (process {supervisor.pid})" if supervisor else ""
        address = state.get("address") or "this machine"
        return f"Rapport is already running at {address}{pid}. `manage.py stop` stops it."
