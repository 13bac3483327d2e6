"""CSV: what leaves the house runs nothing in a spreadsheet, what comes in is read as text."""

import csv
import re
from collections.abc import Iterable, Iterator

_FORMULA = re.compile(r"^[=+\-@\t\r]")
_PLAIN_NUMBER = re.compile(r"^[+\-]?[\d.,]+$")
BOM = "\ufeff"


def decoded(data: bytes) -> str:
    """A file as text, whatever a spreadsheet made of it: UTF-8 with or without its mark, else as
    Windows wrote it."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def safe_cell(text: str) -> str:
    """The text with an apostrophe before what would be a formula (OWASP, CSV injection)."""
    if _FORMULA.match(text) and not _PLAIN_NUMBER.match(text):
        return f"'{text}"
    return text


class _Echo:
    """A file that hands back what is written to it, so rows can be streamed."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Iterable[str]], delimiter: str = ",") -> Iterator[str]:
    """Rows as CSV text, safe to open in a spreadsheet; the first carries the UTF-8 mark."""
    writer = csv.writer(_Echo(), delimiter=delimiter)
    yield BOM
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])
