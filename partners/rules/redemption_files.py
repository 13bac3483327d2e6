"""A partner's own list of what was redeemed: code, date, paid; read as people write it."""

import csv
import io
from dataclasses import dataclass
from datetime import date

from customers.rules.attributes import DATE, MONEY, Reading, Shape, read_value
from partners.rules.vouchers import normal

MAX_LINES = 5_000
# What may stand over each column; without any, they stand in this order.
_HEADINGS = {
    "code": {"code", "codes", "voucher", "voucher code", "coupon", "coupon code"},
    "day": {"date", "day", "redeemed", "redeemed on", "redeemed at", "used on"},
    "paid": {"paid", "amount", "total", "sum", "bill"},
}


@dataclass(frozen=True, slots=True)
class Line:
    """One redemption as it was written; `code` is in its normal form. An empty date is today."""

    number: int
    cells: tuple[str, ...]
    code: str
    day: date
    paid_minor: int | None


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line that cannot be used, and what to do about it."""

    number: int
    cells: tuple[str, ...]
    reason: str


def read_lines(text: str, reading: Reading, *, today: date) -> tuple[list[Line], list[Wrong]]:
    """The lines of a CSV file (commas, semicolons or tabs). Raises ValueError for a file that
    cannot be read as a whole."""
    rows = _rows(text)
    places = _places(rows[0][1]) if rows else {}
    if places:
        rows = rows[1:]
    places = places or {"code": 0, "day": 1, "paid": 2}
    lines: list[Line] = []
    wrong: list[Wrong] = []
    seen: set[str] = set()
    for number, row in rows:
        cells = tuple(_cell(row, places.get(name)) for name in ("code", "day", "paid"))
        try:
            line = _line(number, cells, reading, today)
            if line.code in seen:
                raise ValueError("This code stands in the file twice.")
        except ValueError as error:
            wrong.append(Wrong(number, cells, str(error)))
        else:
            seen.add(line.code)
            lines.append(line)
    return lines, wrong


def _rows(text: str) -> list[tuple[int, list[str]]]:
    head = text.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    read = csv.reader(io.StringIO(text, newline=None), delimiter=mark)
    try:
        rows = [(read.line_num, row) for row in read if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise ValueError(f"Line {read.line_num:,} cannot be read as CSV.") from error
    if len(rows) > MAX_LINES + 1:
        raise ValueError(f"At most {MAX_LINES:,} lines at once. Split the file.")
    return rows


def _places(heads: list[str]) -> dict[str, int]:
    """Which column holds what; nothing where the first line is no heading."""
    names = [head.strip().casefold() for head in heads]
    found = {
        what: next((at for at, name in enumerate(names) if name in known), None)
        for what, known in _HEADINGS.items()
    }
    return (
        {what: at for what, at in found.items() if at is not None}
        if found["code"] is not None
        else {}
    )


def _cell(row: list[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""


def _line(number: int, cells: tuple[str, ...], reading: Reading, today: date) -> Line:
    code, day, paid = cells
    if not code:
        raise ValueError("There is no code in this line.")
    on = read_value(day, Shape(DATE), reading)
    minor = read_value(paid, Shape(MONEY), reading)
    if isinstance(minor, int) and minor < 0:
        raise ValueError("What was paid cannot be less than nothing.")
    return Line(
        number=number,
        cells=cells,
        code=normal(code),
        day=date.fromisoformat(str(on)) if on else today,
        paid_minor=int(minor) if minor is not None else None,
    )
