"""What keeps clicks quick and safe: each is on the disk before its answer, and in the database
together with its neighbours a moment later. Opens wait in memory only; a killed process loses them.

A file belongs to one process, which holds its lock; the file of a process that died is read and
stored by any other on the same host. Storing twice is storing once: a hit is known by its instant.
"""

import fcntl
import itertools
import logging
import mmap
import os
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from django.db import connection

from accounts.scope import brand_scope
from campaigns.services.hits import Hit, record_hits

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 0.2
# Answers go first: while so many come in that time, storing waits, up to so many seconds and unless
# so many wait already.
_RUSH = 200
_MAX_REST_SECONDS = 2.0
_CROWD = 20_000
# How long a thread may keep the interpreter to itself; Python's own 5 ms are fifty answers.
_TURN_SECONDS = 0.0005
ORPHAN_SECONDS = 10.0
# Opens are hints: beyond so many that wait they may go.
MAX_WAITING = 40_000
_SUFFIX = ".hits"
_JOURNAL_BYTES = 1_000_000
_decoder = msgspec.json.Decoder(Hit)


class HitLog:
    """Of one process; `folder` None stores each click in the database before its answer."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._waiting: list[Hit] = []
        self._journals: list[_Journal] = []
        self._thread: threading.Thread | None = None

    def add(self, hit: Hit) -> None:
        """Returns when a click is safe from the death of this process, and an open at once."""
        is_click = hit.kind == "click"
        if is_click and self._folder is None:
            store([hit])
            return
        with self._lock:
            if is_click:
                self._write_down(hit)
            elif len(self._waiting) >= MAX_WAITING:
                return
            self._waiting.append(hit)
        self.start()

    def start(self) -> None:
        """Store what waits, from now on; and what dead processes left behind."""
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, daemon=True, name="hits")
                    self._thread.start()

    def flush(self) -> None:
        """Store what has been added so far. What the database refuses now stays in its file."""
        with self._lock:
            hits, self._waiting = self._waiting, []
            journals, self._journals = self._journals, []
        try:
            if hits:
                store(hits)
        except Exception:
            logger.exception("%s clicks and opens could not be stored yet", len(hits))
            for journal in journals:
                journal.leave()
            return
        for journal in journals:
            journal.remove()

    def adopt(self) -> None:
        """Store what is in files that no living process holds."""
        if self._folder is None or not self._folder.is_dir():
            return
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            left = _Journal.of_the_dead(path)
            if left is None:
                continue
            try:
                store(left.hits())
            except Exception:
                logger.exception("the clicks in %s could not be stored yet", path.name)
                left.leave()
            else:
                left.remove()

    def _write_down(self, hit: Hit) -> None:
        """Raises OSError when the disk is full: then there is no answer either."""
        assert self._folder is not None
        line = msgspec.json.encode(hit) + b"\n"
        if not (self._journals and self._journals[-1].takes(line)):
            self._journals.append(_Journal.new(self._folder))
            self._journals[-1].takes(line)

    def _run(self) -> None:
        sys.setswitchinterval(_TURN_SECONDS)
        next_look = 0.0
        while True:
            if time.monotonic() >= next_look:
                self.adopt()
                next_look = time.monotonic() + ORPHAN_SECONDS
            self._rest()
            self.flush()

    def _rest(self) -> None:
        """Until the rush is over, or has lasted long enough."""
        until = time.monotonic() + _MAX_REST_SECONDS
        come, before = _RUSH, len(self._waiting)
        while come >= _RUSH and before < _CROWD and time.monotonic() < until:
            time.sleep(FLUSH_SECONDS)
            come, before = len(self._waiting) - before, len(self._waiting)


def store(hits: Sequence[Hit]) -> None:
    """Write hits of any brands to the database, brand by brand."""
    try:
        for brand_id, own in _by_brand(hits).items():
            with brand_scope(brand_id):
                record_hits(own)
    finally:
        connection.close()


def _by_brand(hits: Iterable[Hit]) -> dict[int, list[Hit]]:
    brands: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        brands[hit.brand_id].append(hit)
    return brands


class _Journal:
    """One file of hits, a line each, locked while it is open."""

    _numbers = itertools.count(1)

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._memory = mmap.mmap(descriptor, 0)
        self._end = 0

    @classmethod
    def new(cls, folder: Path) -> "_Journal":
        """It gets its name only when it is locked, so nobody takes it for a dead one's."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{os.getpid()}-{next(cls._numbers)}-{os.urandom(6).hex()}{_SUFFIX}"
        unnamed = path.with_suffix(".new")
        descriptor = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            # All of it at once: a full disk is told here, and not in the middle of a write.
            os.posix_fallocate(descriptor, 0, _JOURNAL_BYTES)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            unnamed.rename(path)
        except OSError:
            unnamed.unlink(missing_ok=True)
            os.close(descriptor)
            raise
        return cls(path, descriptor)

    @classmethod
    def of_the_dead(cls, path: Path) -> "_Journal | None":
        """None when its process lives, or when somebody else has taken it by now."""
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        if not path.exists() or not path.stat().st_size:
            os.close(descriptor)
            return None
        return cls(path, descriptor)

    def takes(self, line: bytes) -> bool:
        """Write a line, unless there is no room left. The pages are the system's at once, which
        outlives us, and no thread of ours waits for a call."""
        end = self._end + len(line)
        if end > len(self._memory):
            return False
        self._memory[self._end : end] = line
        self._end = end
        return True

    def hits(self) -> list[Hit]:
        """All whole lines; a process that was killed may have cut the last one."""
        found = []
        for line in self._path.read_bytes().rstrip(b"\0").splitlines():
            try:
                found.append(_decoder.decode(line))
            except msgspec.DecodeError:
                logger.warning("a line of %s cannot be read", self._path.name)
        return found

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)
        self.leave()

    def leave(self) -> None:
        """Let go of the file; whoever looks next finds it. While the database is away there are
        many, so it keeps no more room than it has lines."""
        self._memory.close()
        if self._end:
            os.ftruncate(self._descriptor, self._end)
        os.close(self._descriptor)
