"""What the person who typed `manage.py up` sees: one tidy screen, or plain lines in a log."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

GREEN, YELLOW, RED, BOLD, PLAIN = "\033[32m", "\033[33m", "\033[31m", "\033[1m", "\033[0m"
COLOURS = {"running": GREEN, "starting": YELLOW, "crashed": RED, "stopping": YELLOW}


class Screen:
    """Progress while preparing, then the state of each process, redrawn only when it changes."""

    def __init__(
        self, out: TextIO = sys.stdout, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.out = out
        self.clock = clock
        self.is_terminal = out.isatty()
        self._states: dict[str, str] = {}
        self._head: list[str] = []
        self._drawn = 0
        self._step: tuple[str, float] | None = None
        self._word = ""

    def step(self, name: str) -> None:
        """Something that takes a moment begins; the step before it is done."""
        self.step_done()
        self._step = (name, self.clock())
        if self.is_terminal:
            self._write(f"  {YELLOW}...{PLAIN} {name}")

    def progress(self, text: str) -> None:
        """The latest word from the step that runs; the same word is not repeated."""
        if self._step is None or text.strip() in {"", self._word}:
            return
        self._word = text.strip()
        if self.is_terminal:
            self._write(f"\r\033[K  {YELLOW}...{PLAIN} {self._step[0]}: {text.strip()[:90]}")
        else:
            self._write(f"  {self._step[0]}: {text.strip()}\n")

    def step_done(self) -> None:
        if self._step is None:
            return
        name, began = self._step
        seconds = f"{self.clock() - began:.1f} s"
        if self.is_terminal:
            self._write(f"\r\033[K  {GREEN}ok{PLAIN}  {name} ({seconds})\n")
        else:
            self._write(f"  ok  {name} ({seconds})\n")
        self._step = None

    def say(self, text: str) -> None:
        """One line that stays."""
        self.step_done()
        self._forget_drawing()
        self._write(text + "\n")

    def head(self, lines: list[str]) -> None:
        """The lines above the table: address, sign-in, where the logs are."""
        self.step_done()
        self._head = lines
        if not self.is_terminal:
            self._write("\n".join(lines) + "\n")

    def show(self, states: dict[str, str]) -> None:
        """Show each process with its state (a word, then details)."""
        if states == self._states:
            return
        if self.is_terminal:
            self._draw(states)
        else:
            for name, state in states.items():
                if self._states.get(name) != state:
                    self._write(f"{name}: {state}\n")
        self._states = dict(states)

    def _draw(self, states: dict[str, str]) -> None:
        width = max(len(name) for name in states)
        lines = [f"{BOLD}{self._head[0]}{PLAIN}", *self._head[1:]] if self._head else []
        lines.append("")
        for name, state in states.items():
            colour = COLOURS.get(state.split()[0].rstrip(":,"), "")
            lines.append(f"  {name:<{width}}  {colour}{state}{PLAIN}")
        lines.append("")
        up = f"\033[{self._drawn}F" if self._drawn else ""
        self._write(up + "".join(f"\033[K{line}\n" for line in lines) + "\033[J")
        self._drawn = len(lines)

    def _forget_drawing(self) -> None:
        self._drawn = 0

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()
