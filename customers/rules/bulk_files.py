"""Bulk files line by line: NDJSON, or CSV whose columns are the names of the JSON's fields."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal

import msgspec

from config.kit.errors import Invalid

Format = Literal["ndjson", "csv"]
MAX_LINE = 256 * 1024
# Cells that are not text; of lists the parts are separated by semicolons.
_WHOLE = frozenset({"total", "discount"})
_YES_NO = frozenset({"is_test"})
_LISTS = frozenset({"tags", "discount_codes"})
_TRUE = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class Position:
    """How many bytes and lines of the file are behind us."""

    offset: int
    lines: int


@dataclass(frozen=True, slots=True)
class Row:
    """One item: the line it begins on (from 1), its JSON, and where the next one begins.

    `problem` is set, and the JSON empty, where the line cannot be read."""

    line: int
    raw: bytes
    after: Position
    problem: str = ""


def read_rows(file: BinaryIO, format_: Format, start: Position) -> Iterator[Row]:
    """The items from `start` on; blank lines are none. Raises Invalid for CSV without a header."""
    return _json_rows(file, start) if format_ == "ndjson" else _csv_rows(file, start)


class _Lines:
    """The file's lines, counted; no line fills the memory."""

    def __init__(self, file: BinaryIO, start: Position) -> None:
        file.seek(start.offset)
        self._file = file
        self.at = start
        self.has_long_line = False

    def __iter__(self) -> Iterator[bytes]:
        while line := self._file.readline(MAX_LINE + 1):
            size = len(line)
            self.has_long_line = size > MAX_LINE
            while self.has_long_line and not line.endswith(b"\n"):
                line = self._file.readline(MAX_LINE)
                size += len(line)
                if not line:
                    break
            self.at = Position(self.at.offset + size, self.at.lines + 1)
            yield b"" if self.has_long_line else line


def _json_rows(file: BinaryIO, start: Position) -> Iterator[Row]:
    lines = _Lines(file, start)
    for line in lines:
        if lines.has_long_line:
            yield Row(lines.at.lines, b"", lines.at, f"The line is over {MAX_LINE:,} bytes.")
        elif raw := line.removeprefix(b"\xef\xbb\xbf").strip():
            yield Row(lines.at.lines, raw, lines.at)


def _csv_rows(file: BinaryIO, start: Position) -> Iterator[Row]:
    head = _Lines(file, Position(0, 0))
    header = next(csv.reader(_decoded(head)), [])
    names = [name.strip() for name in header]
    if not names or not all(names) or len(set(names)) < len(names):
        raise Invalid("The first line has to name each column, each once.", code="no_header")
    lines = _Lines(file, max(start, head.at, key=lambda position: position.offset))
    records = csv.reader(_decoded(lines))
    while True:
        line = lines.at.lines + 1
        try:
            cells = next(records, None)
        except (csv.Error, UnicodeDecodeError) as error:
            records = csv.reader(_decoded(lines))
            yield Row(line, b"", lines.at, f"The line cannot be read: {str(error)[:200]}.")
            continue
        if cells is None:
            return
        if len(cells) > len(names):
            yield Row(line, b"", lines.at, "There are more cells than columns.")
        elif any(cells):
            yield Row(line, msgspec.json.encode(_item(names, cells)), lines.at)


def _decoded(lines: _Lines) -> Iterator[str]:
    for line in lines:
        if lines.has_long_line:
            raise csv.Error(f"it is over {MAX_LINE:,} bytes")
        yield line.decode("utf-8-sig" if lines.at.lines == 1 else "utf-8")


def _item(names: list[str], cells: list[str]) -> dict[str, Any]:
    """The cells as the JSON's fields; `customer.email` stands in `customer`. Empty cells say
    nothing."""
    item: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=False):
        if text := cell.strip():
            parent, _, child = name.partition(".")
            if child:
                item.setdefault(parent, {})[child] = text
            else:
                item[name] = _typed(name, text)
    return item


def _typed(name: str, text: str) -> Any:
    if name in _WHOLE and text.lstrip("-").isdecimal() and text.isascii():
        return int(text)
    if name in _YES_NO:
        return _TRUE.get(text.casefold(), text)
    if name in _LISTS:
        return [part.strip() for part in text.split(";") if part.strip()]
    return text
