"""`manage.py up` for real: start, second start, kill -9, recovery, stop."""

import os
import signal

import pytest

from config.supervisor.runfolder import RunFolder
from tests.instances import instance_in


@pytest.fixture
def instance(tmp_path):
    with instance_in(tmp_path) as instance:
        yield instance


@pytest.mark.timeout(900)
def test_an_instance_starts_survives_kill_9_and_stops(instance):
    instance.up("--no-sender")
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

    instance.up("--no-sender")
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
