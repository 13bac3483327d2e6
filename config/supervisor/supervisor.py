"""Bring an instance up in order, keep it up, and take it down in reverse."""

import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import FrameType

from config.engines import processes
from config.engines.embedded import Embedded
from config.engines.place import permanent
from config.settings.env import ROOT
from config.supervisor.addresses import free_port, given_environment, instance_environment
from config.supervisor.child import Child, Watch
from config.supervisor.programs import Options, Step, programs, steps
from config.supervisor.runfolder import RunFolder
from config.supervisor.screen import Screen

TICK_SECONDS = 0.25
FIRST_SMTP_PORT = 2525


class Stopped(Exception):
    """Somebody asked us to stop before everything was up."""


class StepFailed(Exception):
    """A step of the preparation failed; the message shows its last words."""


class Supervisor:
    """One run of `manage.py up`. `run` returns when it was asked to stop."""

    def __init__(self, options: Options, *, screen: Screen, run_folder: RunFolder) -> None:
        self.options = options
        self.screen = screen
        self.run_folder = run_folder
        self.logs = options.home / "logs"
        self.given = given_environment(run_folder.environment())
        self.place = permanent(options.home)
        self.embedded = Embedded(self.place, logs=self.logs, given=self.given)
        self.watches: list[Watch] = []
        self.stopping = False

    @property
    def address(self) -> str:
        return f"http://localhost:{self.options.port}/"

    def run(self, *, static_stamp: str, known_commands: Iterable[str]) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup asks
                signal.signal(number, self._ask_to_stop)
        try:
            self._recover()
            self._choose_ports()
            self._start_engines()
            self._prepare(static_stamp, known_commands)
            self._start_programs()
            self._keep_running()
        except Stopped:
            self.screen.say("Stopped before everything was up.")
        finally:
            self._stop()

    # --- Up ------------------------------------------------------------------------------

    def _recover(self) -> None:
        """End what a killed supervisor left running."""
        for name in _end_programs(self.run_folder):
            self.screen.say(f"Ended {name}, left over from a start that was killed.")
        self.run_folder.write_state(address=self.address, children={})

    def _choose_ports(self) -> None:
        smtp_port = 0
        if self.options.demo and "EMAIL_URL" not in self.given:
            smtp_port = free_port(FIRST_SMTP_PORT)
        port = free_port(self.options.port)
        self.options = replace(self.options, port=port, smtp_port=smtp_port)

    def _start_engines(self) -> None:
        for engine in self.embedded.engines:
            self._check()
            self.screen.step(engine.name)
            watch = Watch(engine)
            self.watches.append(watch)
            engine.start()
            watch.started(time.monotonic())
        made = instance_environment(
            given=self.given,
            engines=self.embedded.environment,
            place=self.place,
            home=self.options.home,
            port=self.options.port,
            demo=self.options.demo,
            smtp_port=self.options.smtp_port,
        )
        self.environment = {**self.given, **made, "PYTHONUNBUFFERED": "1"}
        self.run_folder.write_environment(made)

    def _prepare(self, static_stamp: str, known_commands: Iterable[str]) -> None:
        stamp_file = self.options.home / "static.stamp"
        static_changed = not stamp_file.exists() or stamp_file.read_text() != static_stamp
        # The sample data says how to sign in when it is complete; it is loaded once.
        demo = self.options.demo and not self.run_folder.sign_in_file.exists()
        for step in steps(demo=demo, static_changed=static_changed, known_commands=known_commands):
            self.screen.step(step.name)
            self._run_step(step)
        stamp_file.write_text(static_stamp)

    def _run_step(self, step: Step) -> None:
        log = self.logs / f"{step.name.replace(' ', '-')}.log"
        log.unlink(missing_ok=True)
        process = processes.spawn(
            list(step.command), log=log, environment=self.environment, folder=ROOT
        )
        try:
            while process.poll() is None:
                self._check()
                self.screen.progress(processes.tail(log, 1))
                time.sleep(TICK_SECONDS)
        finally:
            _end_step(process)
        if process.returncode != 0:
            raise StepFailed(f"Preparing the {step.name} failed:\n{processes.tail(log)}")
        self.screen.step_done()

    def _start_programs(self) -> None:
        for program in programs(self.options):
            self._check()
            child = Child(
                program, log=self.logs / f"{program.name}.log", environment=self.environment
            )
            self.watches.append(Watch(child))
            self._start(self.watches[-1])

    # --- Running -------------------------------------------------------------------------

    def _keep_running(self) -> None:
        self.screen.head(self._head())
        while not self.stopping:
            now = time.monotonic()
            for watch in self.watches:
                self._look_after(watch, now)
            self.screen.show({watch.unit.name: _state(watch) for watch in self.watches})
            time.sleep(TICK_SECONDS)

    def _look_after(self, watch: Watch, now: float) -> None:
        if watch.restart_at is not None:
            if now >= watch.restart_at:
                self._start(watch)
        elif not watch.unit.is_running():
            watch.unit.stop()  # what it left behind must not hold its port
            watch.crash(now)

    def _start(self, watch: Watch) -> None:
        try:
            watch.unit.start()
        except Exception as error:  # noqa: BLE001 - whatever it is, the others keep running
            watch.crash(time.monotonic())
            self.screen.say(f"{watch.unit.name}: {error}")
            return
        watch.started(time.monotonic())
        self.run_folder.write_state(address=self.address, children=self._marks())

    def _marks(self) -> dict[str, processes.Mark]:
        """Programs only: an engine is found again by connecting to it."""
        marks = {}
        for watch in self.watches:
            process = watch.unit.process
            if isinstance(watch.unit, Child) and process is not None:
                found = processes.mark(process.pid)
                if found is not None:
                    marks[watch.unit.name] = found
        return marks

    def _head(self) -> list[str]:
        lines = [f"Rapport is running at {self.address}"]
        lines += [f"  {line}" for line in self.run_folder.sign_in()]
        if self.options.smtp_port:
            lines.append(f"  Mail arrives at {self.address}inbox/")
        lines.append(f"  Logs: {_short(self.logs)}/   Stop: Ctrl-C")
        return lines

    # --- Down ----------------------------------------------------------------------------

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _check(self) -> None:
        if self.stopping:
            raise Stopped

    def _stop(self) -> None:
        states = {watch.unit.name: "running" for watch in self.watches}
        for watch in reversed(self.watches):
            if isinstance(watch.unit, Child):
                watch.unit.ask_to_stop()
        for watch in reversed(self.watches):
            states[watch.unit.name] = "stopping"
            self.screen.show(states)
            watch.unit.stop()
            states[watch.unit.name] = "stopped"
            self.screen.show(states)
        self.run_folder.release()


def stop_left_overs(home: Path, run_folder: RunFolder) -> int:
    """End programs and engines whose supervisor is gone; how many programs there were."""
    ended = _end_programs(run_folder)
    Embedded(permanent(home), logs=home / "logs").stop_orphans()
    return len(ended)


def _end_programs(run_folder: RunFolder) -> list[str]:
    """End the programs that the last supervisor had started and left; their names."""
    left = dict(reversed(run_folder.children().items()))
    asked = [name for name, program in left.items() if processes.ask(program)]
    for name in asked:
        processes.wait_or_kill(left[name], seconds=20)
    return asked


def _end_step(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        process.wait()


def _state(watch: Watch) -> str:
    if watch.restart_at is not None:
        return f"crashed, starts again in {watch.delay:.0f} s (see {watch.unit.name}.log)"
    if not watch.is_ready():
        return "starting"
    times = {0: "", 1: " (restarted once)"}.get(
        watch.crashed, f" (restarted {watch.crashed} times)"
    )
    return f"running{times}"


def _short(path: Path) -> str:
    """A path as the person would type it from where the checkout is."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
