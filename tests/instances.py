"""`manage.py up` for tests: a whole instance in an empty RAPPORT_HOME."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.settings.env import ROOT
from config.supervisor.addresses import free_port

MANAGE = [sys.executable, str(ROOT / "manage.py")]
ENGINES = ("DATABASE_URL", "DIRECT_DATABASE_URL", "MIGRATE_DATABASE_URL", "READONLY_DATABASE_URL")
NOT_INHERITED = {
    *ENGINES,
    "BROKER_URL",
    "CACHE_URL",
    "DJANGO_SETTINGS_MODULE",
    # A dozen processes start here: compiled modules halve their time.
    "PYTHONDONTWRITEBYTECODE",
}


@contextmanager
def instance_in(folder: Path) -> "Iterator[Instance]":
    """Ready to be started; leaves nothing behind."""
    home = folder / "home"
    environment = {k: v for k, v in os.environ.items() if k not in NOT_INHERITED}
    environment |= {"RAPPORT_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    instance = Instance(home, environment)
    yield instance
    instance.run("stop", "--delete-data")


class Instance:
    def __init__(self, home, environment):
        self.home = home
        self.environment = environment
        self.port = free_port(18000 + os.getpid() % 1000)
        self.output = home.parent / "output.txt"

    def up(self, *options):
        with self.output.open("w") as output:
            self.supervisor = subprocess.Popen(
                [*MANAGE, "up", "--port", str(self.port), *options],
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.wait_for("web: running")

    def wait_for(self, words):
        """However long it takes: the test's own limit ends it on a machine that hangs."""
        while words not in self.output.read_text():
            assert self.supervisor.poll() is None, self.output.read_text()
            time.sleep(0.1)

    def run(self, *command):
        return subprocess.run(
            [*MANAGE, *command], env=self.environment, capture_output=True, text=True, check=False
        )

    def status(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status
