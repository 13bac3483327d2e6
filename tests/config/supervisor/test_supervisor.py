"""`manage.py up` for real: start, second start, kill -9, recovery, stop."""

import http.client
import os
import signal
import subprocess
import sys
import time

import pytest

from config.settings.env import ROOT
from config.supervisor.addresses import free_port
from config.supervisor.runfolder import RunFolder

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


@pytest.fixture
def instance(tmp_path):
    """Starts `manage.py up` in an empty RAPPORT_HOME, and leaves nothing behind."""
    home = tmp_path / "home"
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

    def up(self):
        with self.output.open("w") as output:
            self.supervisor = subprocess.Popen(
                [*MANAGE, "up", "--no-sender", "--port", str(self.port)],
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


@pytest.mark.timeout(900)
def test_an_instance_starts_survives_kill_9_and_stops(instance):
    instance.up()
    assert instance.status("/healthz") == 200
    assert instance.status("/readyz") == 200

    second = instance.run("up")
    assert second.returncode == 1
    assert f"already running at http://localhost:{instance.port}/" in second.stderr
    assert instance.status("/healthz") == 200

    orphans = RunFolder(instance.home).children()
    assert list(orphans) == ["web", "worker", "beat"]
    instance.supervisor.send_signal(signal.SIGKILL)
    instance.supervisor.wait()
    assert all(orphan.is_alive() for orphan in orphans.values())

    instance.up()
    assert not any(orphan.is_alive() for orphan in orphans.values())
    assert instance.status("/healthz") == 200

    programs = RunFolder(instance.home).children()
    os.kill(programs["web"].pid, signal.SIGKILL)
    instance.wait_for("web: running (restarted once)")
    assert instance.status("/healthz") == 200

    programs = RunFolder(instance.home).children()
    stopped = instance.run("stop")
    assert (stopped.returncode, stopped.stdout) == (0, "Rapport is stopped.\n")
    assert instance.supervisor.wait() == 0
    assert not any(program.is_alive() for program in programs.values())
    assert not RunFolder(instance.home).environment_file.exists()
    lines = instance.output.read_text().splitlines()
    names = [line.split(":")[0] for line in lines if line.endswith(": stopped")]
    assert names == ["beat", "worker", "web", "cache", "broker", "postgres"]


def test_stop_says_so_when_nothing_runs(instance):
    assert instance.run("stop").stdout == "Rapport was not running.\n"
