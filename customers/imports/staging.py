"""The rows of a kept upload in COPY's text format, for the TEMP table `import_raw`: the same for a
dry run and a real one. Runs in a process of its own (`reader.py`)."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from typing import TextIO

from customers.imports.json_rows import json_rows

# Cells of a row travel as one text, split again in SQL: U+001F never stands in a cell.
SEPARATOR = "\x1f"
_BLOCK_ROWS = 2000
_LONGEST_LINE = 4 * 1024 * 1024
_LONGEST_PLAIN = 128 * 1024
_ODD = re.compile(r"[\x00-\x1e\x7f\\]|(^|\x1f)'[=+@-]")
# Exports, ours too, put an apostrophe before what a spreadsheet would take for a formula.
_GUARD = re.compile(r"^'(?=[=+@-])")
# C0 controls go, but for newline and tab; COPY's text format wants these escaped.
_ESCAPES: dict[int, str | None] = {
    **dict.fromkeys((*range(0x20), 0x7F)),
    ord(SEPARATOR): SEPARATOR,
    ord("\\"): "\\\\",
    ord("\n"): "\\n",
    ord("\t"): "\\t",
}


def copy_lines(
    text: TextIO, *, form: str, delimiter: str, header_row: int, width: int
) -> Iterator[str]:
    """Lines of `import_raw` (line_no, problem, line) in COPY's text format, about 2,000 at once.

    Numbers are those a spreadsheet shows. Raises Invalid for JSON that is damaged."""
    records = _json_records(text) if form == "json" else _csv_records(text, delimiter, width)
    block: list[str] = []
    for number, row in records:
        if number <= header_row:
            continue
        line, problem = _line(row, width)
        if problem == "cell_too_long" or line.strip(SEPARATOR):
            block.append(f"{number}\t{problem}\t{line}\n")
        if len(block) >= _BLOCK_ROWS:
            yield "".join(block)
            block.clear()
    yield "".join(block)


def _csv_records(
    text: TextIO, delimiter: str, width: int
) -> Iterator[tuple[int, str | list[str] | None]]:
    """Records with their number from 1: as they are to stand where a line needs no reading, else
    their cells; None for one with a cell beyond 128 kB: nearly always a quote that was opened and
    never closed."""
    lines = _bounded_lines(text)
    waiting: list[str] = []
    reader = csv.reader(_first_of(waiting, lines), delimiter=delimiter)
    for number, line in enumerate(lines, 1):
        plain = _plain(line, delimiter, width)
        if plain is None:
            waiting.append(line)
            yield number, _next_row(reader)
        else:
            yield number, plain


def _first_of(waiting: list[str], lines: Iterator[str]) -> Iterator[str]:
    """The line that waits, then those behind it as long as its record goes on."""
    while True:
        line = waiting.pop() if waiting else next(lines, None)
        if line is None:
            return
        yield line


def _next_row(reader: Iterator[list[str]]) -> list[str] | None:
    try:
        return next(reader)
    except csv.Error:
        return None


def _plain(line: str, delimiter: str, width: int) -> str | None:
    """A line with as many cells as the header has, none of them quoted, padded or odd: most are so,
    and need no parser. None for any other."""
    cells = line.rstrip("\r\n")
    text = cells.replace(delimiter, "")
    if (
        len(cells) - len(text) != width - 1
        or len(cells) > _LONGEST_PLAIN
        or '"' in text
        or "\\" in text
        # Neither controls nor any space but U+0020.
        or not text.isprintable()
    ):
        return None
    joined = cells.replace(delimiter, SEPARATOR)
    if joined.strip(" ") != joined or f" {SEPARATOR}" in joined or f"{SEPARATOR} " in joined:
        return None
    if "'" in joined:
        joined = _unguarded(joined)
    return joined if joined.isascii() else unicodedata.normalize("NFC", joined)


def _unguarded(joined: str) -> str:
    for first in "=+@-":
        joined = joined.replace(f"{SEPARATOR}'{first}", f"{SEPARATOR}{first}")
    return _GUARD.sub("", joined)


def _json_records(text: TextIO) -> Iterator[tuple[int, str | list[str] | None]]:
    yield from enumerate(json_rows(text), 1)


def _bounded_lines(text: TextIO) -> Iterator[str]:
    """Lines of the file; one without an end does not have to fit into memory."""
    while line := text.readline(_LONGEST_LINE):
        yield line


def _line(row: str | list[str] | None, width: int) -> tuple[str, str]:
    """A record as one text, and what is wrong with it."""
    if row is None:
        return "", "cell_too_long"
    if isinstance(row, str):
        return row, "\\N"
    if len(row) == width:
        line, problem = SEPARATOR.join([cell.strip() for cell in row]), "\\N"
    else:
        line, problem = _ragged(row, width)
    if _ODD.search(line) or line.count(SEPARATOR) != len(row) - 1:
        line, problem = _clean(row, problem)
    if not line.isascii():
        line = unicodedata.normalize("NFC", line)
    return line, problem


def _ragged(row: list[str], width: int) -> tuple[str, str]:
    """A row of another width; empty cells beyond the header do no harm."""
    while len(row) > width and not row[-1].strip():
        row.pop()
    return SEPARATOR.join([cell.strip() for cell in row]), "\\N" if len(row) == width else "ragged"


def _clean(row: list[str], problem: str) -> tuple[str, str]:
    """Take out what PostgreSQL refuses or a screen cannot show."""
    has_nul = any("\0" in cell for cell in row)
    cells = [
        _GUARD.sub("", cell.replace(SEPARATOR, " ").strip()).translate(_ESCAPES) for cell in row
    ]
    return SEPARATOR.join(cells), "nul" if has_nul else problem
