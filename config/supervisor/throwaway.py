"""A whole instance for one command: brought up in a temporary folder, and gone afterwards."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from config.supervisor.programs import MANAGE
from config.supervisor.runfolder import RunFolder

START_SECONDS = 180.0


class NotUp(Exception):
    """The instance did not start; the message is the end of what it said."""


def run_in_throwaway(*arguments: str) -> int:
    """`manage.py <arguments>` against an instance of its own, with an inbox and no sample data.

    Returns the command's exit code."""
    with _instance() as manage:
        return subprocess.run([*manage, *arguments], check=False).returncode


@contextmanager
def _instance() -> Iterator[tuple[str, ...]]:
    with TemporaryDirectory(prefix="rapport-") as name:
        run_folder = RunFolder(Path(name))
        # The sample data counts as loaded once the way to sign in is written down.
        run_folder.path.mkdir(mode=0o700)
        run_folder.sign_in_file.touch()
        manage = ("env", f"RAPPORT_HOME={name}", *MANAGE)
        log = Path(name) / "up.log"
        with log.open("w") as output:
            supervisor = subprocess.Popen([*manage, "up", "--demo"], stdout=output, stderr=output)
        try:
            _wait_until_up(supervisor, log)
            yield manage
        finally:
            supervisor.terminate()
            supervisor.wait(timeout=120)
            subprocess.run([*manage, "stop", "--delete-data"], check=True, capture_output=True)


def _wait_until_up(supervisor: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while "web: running" not in log.read_text():
        if supervisor.poll() is not None or time.monotonic() > deadline:
            raise NotUp(log.read_text()[-2000:])
        time.sleep(0.2)
