"""What a sender was about to do and what it was told, kept so that a kill -9 loses neither.

A journal belongs to one chunk. `I` lines say "this customer's mail is about to leave", `A` lines
say what the server answered; a customer with an I and no A is undecided. A process's writes outlive
its death without fsync; they do not outlive the machine, which `manage.py senders --lost` is for.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from campaigns.channels.email.smtp import Outcome, Verdict

_MAX_TEXT = 300


class JournalBusy(Exception):
    """Another process that is still alive writes this journal."""


class Journal(Protocol):
    """Where intents and answers go; the file here, or the chunk's row (SEND_JOURNAL=db)."""

    def intend(self, customer_id: int) -> None:
        """This customer's mail is about to leave."""

    def answer(self, customer_id: int, outcome: Outcome) -> None:
        """The server's answer, or that there was none."""

    def flush(self) -> None:
        """Nothing more follows for now: keep what is not kept yet."""


@dataclass(slots=True)
class Account:
    """What a journal says: answers by customer, and who is undecided."""

    answered: dict[int, Outcome] = field(default_factory=dict)
    undecided: set[int] = field(default_factory=set)


class FileJournal:
    """Lines appended to one file, which is locked while it is open.

    An answer waits for the next intent, and both are written at once: in between nothing is on its
    way, so that still one customer at most is undecided."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting = b""

    def intend(self, customer_id: int) -> None:
        self._waiting += b"I %d\n" % customer_id
        self.flush()

    def answer(self, customer_id: int, outcome: Outcome) -> None:
        self._waiting += b"A %d %b\n" % (customer_id, _written(outcome))

    def flush(self) -> None:
        """A full disk takes part of the lines and says so only by the count."""
        lines, self._waiting = self._waiting, b""
        if lines and os.write(self._descriptor, lines) != len(lines):
            raise OSError(errno.ENOSPC, "the journal could not be written whole")


@lru_cache(maxsize=16)  # most servers say the same all day
def _written(outcome: Outcome) -> bytes:
    text = " ".join(outcome.text.split())[:_MAX_TEXT]
    return f"{outcome.verdict.value} {outcome.code} {text}".encode()


@contextmanager
def open_journal(folder: Path, chunk_id: int) -> Iterator[FileJournal]:
    """The chunk's journal, for one process at a time; raises JournalBusy.

    The lock is the kernel's: it ends with the process, however that ends. A line torn by a crash
    is cut off first: torn, "I 12" could read as "I 1"."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = path_of(folder, chunk_id)
    descriptor = _locked(path)
    try:
        os.ftruncate(descriptor, path.read_bytes().rfind(b"\n") + 1)
        journal = FileJournal(descriptor)
        yield journal
        journal.flush()
    finally:
        os.close(descriptor)


def _locked(path: Path) -> int:
    """The file open and locked; opened again if it was dropped between the two."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and path.stat().st_ino == os.fstat(descriptor).st_ino:
                return descriptor
        except BlockingIOError as error:
            os.close(descriptor)
            raise JournalBusy(f"{path.name} is being written by a living process") from error
        os.close(descriptor)


def path_of(folder: Path, chunk_id: int) -> Path:
    return folder / f"chunk-{chunk_id}"


def read_journal(folder: Path, chunk_id: int) -> Account:
    """The account of a chunk; a missing file means nothing was about to leave.

    Torn and unreadable lines are passed over: an A that was not written whole leaves its customer
    undecided, which is what is known."""
    account = Account()
    path = path_of(folder, chunk_id)
    if not path.exists():
        return account
    for line in path.read_bytes().decode("utf-8", "replace").split("\n")[:-1]:
        _enter(account, line)
    return account


def drop_journal(folder: Path, chunk_id: int) -> None:
    """The chunk's results stand in the database: the journal has done its work."""
    path_of(folder, chunk_id).unlink(missing_ok=True)


def _enter(account: Account, line: str) -> None:
    kind, _, rest = line.partition(" ")
    if kind == "I" and rest.isdecimal():
        account.undecided.add(int(rest))
        return
    words = rest.split(" ", 3)
    verdicts = {verdict.value: verdict for verdict in Verdict}
    if kind != "A" or len(words) != 4 or not words[0].isdecimal() or words[1] not in verdicts:
        return
    customer_id = int(words[0])
    account.undecided.discard(customer_id)
    account.answered[customer_id] = Outcome(verdicts[words[1]], int(words[2]), words[3])
