"""Pytest plugin: real engines in a throwaway folder, up before Django reads its settings.

Loaded by `-p tests.engines`. With DATABASE_URL in the environment the tests use that server;
xdist's workers inherit the environment of the process that started the engines.
"""

import atexit
import os
import shutil
import tempfile

from config.engines import processes
from config.engines.embedded import Embedded
from config.engines.place import Place, service_user, throwaway, throwaway_root

PREFIX = "rapport-test-"
# Set when the engines, and all databases in them, are deleted after the run.
THROWAWAY = "RAPPORT_TEST_ENGINES_ARE_THROWAWAY"


def _owner_is_alive(name: str) -> bool:
    pid, started = name.removeprefix(PREFIX).split("-")[:2]
    return processes.Mark(pid=int(pid), started=started).is_alive()


def _delete_leftovers() -> None:
    """Engines of a test run that was killed: nobody else will stop them."""
    for root in throwaway_root().glob(PREFIX + "*"):
        if not _owner_is_alive(root.name):
            place = Place(root=root, sockets=root / "s", user=service_user())
            Embedded(place, logs=root).stop_orphans()
            place.delete()


def _start() -> Embedded:
    _delete_leftovers()
    me = processes.mark(os.getpid())
    assert me is not None
    place = throwaway(f"{PREFIX}{me.pid}-{me.started}")
    embedded = Embedded(place, logs=place.root / "logs", throwaway=True)

    @atexit.register
    def _stop() -> None:
        if os.getpid() == me.pid:
            embedded.stop()
            place.delete()
            shutil.rmtree(os.environ["RAPPORT_HOME"], ignore_errors=True)

    embedded.start()
    # Uploads, journals and the inbox of the tests end with them too.
    home = {"RAPPORT_HOME": tempfile.mkdtemp(prefix=f"{place.root.name}-home-"), THROWAWAY: "1"}
    os.environ.update(embedded.environment | home)
    return embedded


if "DATABASE_URL" not in os.environ and "PYTEST_XDIST_WORKER" not in os.environ:
    _start()
