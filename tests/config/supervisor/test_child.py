"""Programs are restarted with growing patience, and leave no workers behind."""

import os
import socket
import sys
import time

from config.engines import processes
from config.supervisor.child import Child, Watch, listens, serves
from config.supervisor.programs import Program


def _child(tmp_path, script, **options):
    program = Program("worker", (sys.executable, "-c", script), **options)
    return Child(program, log=tmp_path / "worker.log", environment=dict(os.environ))


def _wait(condition):
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_wait_before_a_restart_doubles_up_to_half_a_minute(tmp_path):
    watch = Watch(_child(tmp_path, ""))
    watch.started(0.0)
    assert [watch.crash(1.0) for _ in range(7)] == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_a_crash_after_a_steady_minute_counts_as_the_first(tmp_path):
    watch = Watch(_child(tmp_path, ""))
    watch.started(0.0)
    assert watch.crash(1.0) == 1.0
    watch.started(2.0)
    assert watch.crash(62.5) == 1.0
    assert watch.crashed == 2


def test_a_program_that_ends_is_no_longer_running(tmp_path):
    child = _child(tmp_path, "raise SystemExit(3)")
    child.start()
    _wait(lambda: not child.is_running())
    assert child.process.returncode == 3


def test_a_program_is_stopped_when_asked(tmp_path):
    child = _child(tmp_path, "import time; time.sleep(60)")
    child.start()
    mark = processes.mark(child.process.pid)
    child.ask_to_stop()
    child.stop()
    assert not mark.is_alive()


def test_a_program_that_will_not_stop_is_killed(tmp_path):
    script = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('deaf', flush=True); time.sleep(60)"
    )
    child = _child(tmp_path, script, stop_seconds=0.1)
    child.start()
    mark = processes.mark(child.process.pid)
    _wait(lambda: "deaf" in child.log.read_text())
    child.ask_to_stop()
    child.stop()
    assert not mark.is_alive()


def test_what_a_killed_program_left_behind_is_ended(tmp_path):
    script = (
        "import subprocess, sys, time;"
        "w = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print(w.pid, flush=True); time.sleep(60)"
    )
    child = _child(tmp_path, script)
    child.start()
    _wait(lambda: child.log.read_text().strip().isdigit())
    worker = processes.mark(int(child.log.read_text()))
    child.process.kill()
    _wait(lambda: not child.is_running())
    assert worker.is_alive()
    child.stop()
    _wait(lambda: not worker.is_alive())


def test_a_web_server_is_ready_when_it_answers_and_not_when_its_port_listens():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        nobody.listen()
        port = nobody.getsockname()[1]
        assert listens(port)
        assert not serves(port, "/healthz")
    assert not listens(port)
    assert not serves(port, "/healthz")


def test_a_reused_process_id_is_not_the_old_process():
    me = processes.mark(os.getpid())
    assert me.is_alive()
    assert not processes.Mark(pid=me.pid, started="1").is_alive()
