"""Calls the reader: a process of its own for every look at a file."""

import io
import json
import logging
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from config.kit.errors import Invalid
from config.kit.uploads import MAX_BYTES
from customers.imports import reader
from customers.imports.sniff import Layout

logger = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[2]
_LOOK_SECONDS = 30.0
_READ_SECONDS = 100.0
_BLOCK = 256 * 1024
_TOO_COSTLY = (
    "This file takes more memory or time to read than a table of its size should. Export it "
    "again, or split it."
)


@dataclass(frozen=True, slots=True)
class Look:
    """What a file is: how it is written, its first rows, and the table itself (of a ZIP or gzip the
    one inside, of a workbook its sheet as CSV)."""

    layout: Layout
    rows: list[list[str]]
    table: BinaryIO


@contextmanager
def looked_at(file: BinaryIO, *, max_bytes: int = MAX_BYTES) -> Iterator[Look]:
    """Raises Invalid with what to do for a file that cannot be read as a table."""
    _refuse_large(file, max_bytes)
    with _descriptor(file) as source, tempfile.TemporaryFile() as unpacked:
        answer = json.loads(_run(["look", str(max_bytes)], source, unpacked))
        table = cast(BinaryIO, unpacked) if answer["is_packed"] else file
        table.seek(0)
        yield Look(Layout.from_json(answer["layout"]), answer["rows"], table)


def copy_rows(cursor: Any, file: BinaryIO, layout: Layout) -> None:
    """Fill `import_raw`; `cursor` is a psycopg cursor on which the table exists.

    COPY is refused under row security, so it goes to a TEMP table, which has none. Raises Invalid
    for a file that cannot be read to its end."""
    how = [layout.encoding, layout.form, layout.delimiter]
    where = [str(layout.header_row), str(len(layout.header))]
    with (
        _descriptor(file) as source,
        tempfile.TemporaryFile() as said,
        _process(
            ["rows", *how, *where], stdin=source, stdout=subprocess.PIPE, stderr=said
        ) as child,
    ):
        assert child.stdout is not None
        with _deadline(child, _READ_SECONDS):
            with cursor.copy("COPY import_raw (line_no, problem, line) FROM STDIN") as copy:
                while block := child.stdout.read(_BLOCK):
                    copy.write(block)
            child.wait()
        said.seek(0)
        _check(child.returncode, said.read())


def _run(arguments: list[str], source: BinaryIO, unpacked: Any) -> bytes:
    """What the reader answers; a table that was packed comes into `unpacked`."""
    descriptor = unpacked.fileno()
    with (
        tempfile.TemporaryFile() as answer,
        tempfile.TemporaryFile() as said,
        _process(arguments, stdin=source, stdout=answer, stderr=said, unpacked=descriptor) as child,
    ):
        with _deadline(child, _LOOK_SECONDS):
            child.wait()
        said.seek(0)
        _check(child.returncode, said.read())
        answer.seek(0)
        return answer.read()


@contextmanager
def _process(
    arguments: list[str], *, unpacked: int | None = None, **streams: Any
) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", reader.__name__, *arguments]
    if unpacked is not None:
        command += [str(unpacked)]
    child = subprocess.Popen(  # noqa: S603 (our own module; no text of the file is an argument)
        command,
        cwd=_ROOT,
        env={},
        pass_fds=() if unpacked is None else (unpacked,),
        **streams,
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


@contextmanager
def _deadline(child: subprocess.Popen[bytes], seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, child.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _check(code: int, said: bytes) -> None:
    if code == 0:
        return
    if code == reader.REFUSED:
        refusal = json.loads(said)
        raise Invalid(refusal["message"], code=refusal["code"])
    logger.warning("the reader of an upload ended with %s", code)
    raise Invalid(_TOO_COSTLY, code="file_too_costly")


def _refuse_large(file: BinaryIO, max_bytes: int) -> None:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > max_bytes:
        raise Invalid(
            f"This file has {size // 2**20} MB; at most {max_bytes // 2**20} MB can be imported at "
            "once. Split it into smaller files.",
            code="file_too_large",
        )


@contextmanager
def _descriptor(file: BinaryIO) -> Iterator[BinaryIO]:
    """The file as one the system knows, at its start: small uploads are in memory only."""
    try:
        file.fileno()
    except (OSError, AttributeError):
        with tempfile.TemporaryFile() as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            yield cast(BinaryIO, copy)
    else:
        file.seek(0)
        yield file
