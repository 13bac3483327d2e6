"""Bring the rows of a kept upload into the TEMP table `import_raw`: the same way for a dry run and
a real one. COPY is refused under row security, so it goes to a table that has none."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, BinaryIO

from customers.imports.sniff import Layout, opened

# Cells of a row travel as one text, split again in SQL: U+001F never stands in a cell.
SEPARATOR = "\x1f"
_BLOCK_ROWS = 2000
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


def copy_rows(cursor: Any, file: BinaryIO, layout: Layout) -> None:
    """Fill `import_raw` from a file; `cursor` is a psycopg cursor on which the table exists."""
    with (
        opened(file, layout) as text,
        cursor.copy("COPY import_raw (line_no, problem, line) FROM STDIN") as copy,
    ):
        block: list[str] = []
        for row in _rows(text, layout):
            block.append(row)
            if len(block) >= _BLOCK_ROWS:
                copy.write("".join(block))
                block.clear()
        copy.write("".join(block))


def _rows(text: Iterator[str], layout: Layout) -> Iterator[str]:
    """Rows under the header in COPY's text format. Numbers are those a spreadsheet shows."""
    reader = csv.reader(text, delimiter=layout.delimiter)
    width = len(layout.header)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # A cell beyond 128 kB: nearly always a quote that was opened and never closed.
            yield f"{number}\tcell_too_long\t\n"
            continue
        if number <= layout.header_row:
            continue
        if len(row) == width:
            line, problem = SEPARATOR.join([cell.strip() for cell in row]), "\\N"
        else:
            line, problem = _ragged(row, width)
        if _ODD.search(line) or line.count(SEPARATOR) != len(row) - 1:
            line, problem = _clean(row, problem)
        if not line.isascii():
            line = unicodedata.normalize("NFC", line)
        if line.strip(SEPARATOR):
            yield f"{number}\t{problem}\t{line}\n"


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
