"""Reads an upload in a process of its own, with little memory and little time (trust rule 24):
whatever a file does to its reader, the web process and the worker go on.

    python -m customers.imports.reader look <max bytes> <descriptor>
        file on stdin; answers with its layout and first rows, or with a refusal, as JSON; a file
        inside a ZIP or a gzip, and a workbook's sheet, is written to the descriptor first
    python -m customers.imports.reader rows <encoding> <form> <delimiter> <header row> <width>
        file on stdin; answers with lines for COPY
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from typing import BinaryIO

from config.kit.errors import Invalid
from customers.imports.sniff import Layout, opened, sample_rows, sniff
from customers.imports.staging import copy_lines
from customers.imports.unpacking import gunzip, unpack
from customers.imports.workbooks import is_workbook, write_csv

MEMORY_BYTES = 384 * 1024 * 1024
REFUSED = 3
OUT_OF_MEMORY = 4
_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"


def main(arguments: list[str]) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    command, *rest = arguments
    try:
        with os.fdopen(0, "rb") as file:
            if command == "look":
                _look(file, *map(int, rest))
            else:
                _rows(file, rest)
    except Invalid as refusal:
        sys.stderr.write(json.dumps({"code": refusal.code, "message": refusal.message}))
        return REFUSED
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _look(file: BinaryIO, max_bytes: int, descriptor: int) -> None:
    unpack_to = _unpacker(file)
    if unpack_to is None:
        _say(file, max_bytes, is_packed=False)
        return
    with os.fdopen(descriptor, "r+b") as target:
        unpack_to(file, target, max_bytes=max_bytes)
        _say(target, max_bytes, is_packed=True)


def _unpacker(file: BinaryIO) -> Callable[..., None] | None:
    """What makes a table of the file, by its first bytes; None for one that is a table."""
    head = file.read(len(_ZIP))
    file.seek(0)
    if head == _ZIP:
        return write_csv if is_workbook(file) else unpack
    return gunzip if head.startswith(_GZIP) else None


def _say(file: BinaryIO, max_bytes: int, *, is_packed: bool) -> None:
    layout = sniff(file, max_bytes=max_bytes)
    answer = {
        "layout": layout.as_json(),
        "rows": sample_rows(file, layout),
        "is_packed": is_packed,
    }
    sys.stdout.write(json.dumps(answer))


def _rows(file: BinaryIO, arguments: list[str]) -> None:
    encoding, form, delimiter, header_row, width = arguments
    layout = Layout(encoding, delimiter, int(header_row), (), 0, form)
    with opened(file, layout) as text:
        lines = copy_lines(
            text, form=form, delimiter=delimiter, header_row=int(header_row), width=int(width)
        )
        for block in lines:
            sys.stdout.buffer.write(block.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
