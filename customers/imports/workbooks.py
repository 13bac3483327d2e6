"""A spreadsheet workbook (.xlsx) as CSV: its one sheet read in a stream, counted, never trusted.

ISO/IEC 29500. What a cell shows by its format is not kept: numbers come as they are, days as
ISO 8601, and of a formula what it came to when the file was saved. Used by reader.py, in its own
process."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from posixpath import join, normpath
from typing import BinaryIO
from xml.parsers import expat

from config.kit.errors import Invalid

_BLOCK = 256 * 1024
# Sheets are words around numbers: ten times their table, packed to a fiftieth.
_MAX_RATIO = 300
_MAX_PREFACE = 10 * 1024 * 1024
_MAX_BLOAT = 12
_MAX_ENTRIES = 1000
_MAX_COLUMNS = 1000
_MAX_SHEETS = 100
_MAIN = "xl/workbook.xml"
_TYPES = "[Content_Types].xml"
# Built-in formats that show days and times (18.8.30).
_DAYS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_DIGITS = 15  # what a spreadsheet knows of a number
_DAMAGED = "This workbook cannot be opened. Save it again, or as CSV, and upload that file."


def is_workbook(file: BinaryIO) -> bool:
    """Whether a ZIP is a workbook of this kind; the file is left at its start."""
    try:
        with zipfile.ZipFile(file) as archive:
            return {_TYPES, _MAIN} <= set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError):
        return False
    finally:
        file.seek(0)


def write_csv(file: BinaryIO, target: BinaryIO, *, max_bytes: int) -> None:
    """The rows of the one sheet that has any, as CSV in UTF-8. Raises Invalid otherwise."""
    try:
        with zipfile.ZipFile(file) as archive:
            if len(archive.infolist()) > _MAX_ENTRIES:
                raise Invalid(_DAMAGED, code="workbook_damaged")
            book = _Book(archive, max_bytes)
            _write(book.only_sheet(), target, max_bytes)
    except (
        *(zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError),
        *(expat.ExpatError, KeyError, IndexError, ValueError, OverflowError, UnicodeError),
    ) as error:
        if isinstance(error, Invalid):
            raise
        raise Invalid(_DAMAGED, code="workbook_damaged") from error


def _write(rows: Iterator[list[str]], target: BinaryIO, max_bytes: int) -> None:
    text = io.TextIOWrapper(target, encoding="utf-8", errors="replace", newline="")
    writer = csv.writer(text, lineterminator="\n")
    width = 0
    for number, row in enumerate(rows):
        # Empty cells at the end of a row are not there.
        width = max(width, len(row))
        writer.writerow(row + [""] * (width - len(row)))
        if number % 1000 == 0 and target.tell() > max_bytes:
            raise _too_large(max_bytes)
    text.flush()
    text.detach()


def _too_large(max_bytes: int) -> Invalid:
    return Invalid(
        "This workbook is far too large for what it seems to be. Save the sheet as CSV, at most "
        f"{max_bytes // 2**20} MB.",
        code="workbook_too_large",
    )


class _Book:
    """The parts of a workbook, each read once."""

    def __init__(self, archive: zipfile.ZipFile, max_bytes: int) -> None:
        self._archive = archive
        self._max_bytes = max_bytes

    def only_sheet(self) -> Iterator[list[str]]:
        found = _Contents()
        self._parse(_MAIN, found)
        links = _Links()
        self._parse("xl/_rels/workbook.xml.rels", links)
        paths = [_path(links.targets[key]) for key in found.sheets[:_MAX_SHEETS]]
        filled = [path for path in paths if next(self._rows(path, found), None) is not None]
        if not filled:
            raise Invalid("This workbook has no rows.", code="file_empty")
        if len(filled) > 1:
            raise Invalid(
                f"This workbook has {len(filled)} sheets with something in them. Save the one to "
                "be imported as a file of its own.",
                code="workbook_of_many",
            )
        strings, styles = _Strings(), _Styles()
        for path, part in (("xl/sharedStrings.xml", strings), ("xl/styles.xml", styles)):
            if path in self._archive.namelist():
                self._parse(path, part)
        return self._rows(filled[0], found, strings.texts, styles.days)

    def _rows(
        self,
        path: str,
        found: "_Contents",
        texts: "list[str] | None" = None,
        days: frozenset[int] = frozenset(),
    ) -> Iterator[list[str]]:
        """Rows that have cells; without `texts` only whether there are any is known."""
        sheet = _Sheet(texts, days, found.epoch)
        for _ in self._parts(path, sheet):
            yield from sheet.taken()

    def _parse(self, path: str, part: "_Part") -> None:
        for _ in self._parts(path, part):
            pass

    def _parts(self, path: str, part: "_Part") -> Iterator[None]:
        """Have `part` hear the XML at `path`; what the ZIP says of its sizes is not believed."""
        entry = self._archive.getinfo(path)
        if entry.flag_bits & 1:
            raise Invalid("This workbook has a password. Save it without.", code="workbook_locked")
        limit = min(self._max_bytes * _MAX_BLOAT, entry.compress_size * _MAX_RATIO + _MAX_PREFACE)
        parser = _parser(part)
        count = 0
        with self._archive.open(entry) as packed:
            while block := packed.read(_BLOCK):
                count += len(block)
                if count > limit:
                    raise _too_large(self._max_bytes)
                parser.Parse(block, False)
                yield
            parser.Parse(b"", True)
            yield


class _Part:
    """Hears one XML file: names without their namespace, text only where it is asked for."""

    def starts(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""

    def ends(self, name: str) -> None:
        """An element ends."""

    def says(self, text: str) -> None:
        """Text, in pieces."""


def _parser(part: _Part) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def starts(name: str, given: dict[str, str]) -> None:
        part.starts(_local(name), given)

    def refuse(*_: object) -> None:
        # Workbooks have none; others make a page grow to gigabytes, or read files of ours.
        raise Invalid(_DAMAGED, code="workbook_damaged")

    parser.StartElementHandler = starts
    parser.EndElementHandler = lambda name: part.ends(_local(name))
    parser.CharacterDataHandler = part.says
    parser.StartDoctypeDeclHandler = refuse
    return parser


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _path(target: str) -> str:
    """Where a part lies, from the folder of the workbook or from the top."""
    return target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))


class _Contents(_Part):
    """Which sheets can be seen, by the ids of their links, and from when days are counted."""

    def __init__(self) -> None:
        self.sheets: list[str] = []
        self.epoch = datetime(1899, 12, 30)  # noqa: DTZ001 (a sheet knows no zones)

    def starts(self, name: str, given: dict[str, str]) -> None:
        if name == "workbookPr" and given.get("date1904") in {"1", "true"}:
            self.epoch = datetime(1904, 1, 1)  # noqa: DTZ001
        if name == "sheet" and given.get("state", "visible") == "visible":
            self.sheets += [value for key, value in given.items() if _local(key) == "id"]


class _Links(_Part):
    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def starts(self, name: str, given: dict[str, str]) -> None:
        if name == "Relationship":
            self.targets[given["Id"]] = given["Target"]


class _Strings(_Part):
    """Texts that cells name by their number; of rich ones the letters, without how they sound."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._is_text = False
        self._silent = 0

    def starts(self, name: str, given: dict[str, str]) -> None:
        if name == "si":
            self._pieces = []
        self._silent += name == "rPh"
        self._is_text = name == "t" and not self._silent

    def ends(self, name: str) -> None:
        self._is_text = False
        self._silent -= name == "rPh"
        if name == "si":
            self.texts.append("".join(self._pieces))

    def says(self, text: str) -> None:
        if self._is_text:
            self._pieces.append(text)


class _Styles(_Part):
    """Which styles of cells show days."""

    def __init__(self) -> None:
        self._own: dict[str, str] = {}
        self._formats: list[str] = []
        self._is_cells = False

    def starts(self, name: str, given: dict[str, str]) -> None:
        if name == "numFmt":
            self._own[given["numFmtId"]] = given.get("formatCode", "")
        elif name == "cellXfs":
            self._is_cells = True
        elif name == "xf" and self._is_cells:
            self._formats.append(given.get("numFmtId", "0"))

    def ends(self, name: str) -> None:
        if name == "cellXfs":
            self._is_cells = False

    @property
    def days(self) -> frozenset[int]:
        return frozenset(
            style
            for style, number in enumerate(self._formats)
            if (_shows_days(self._own[number]) if number in self._own else int(number) in _DAYS)
        )


def _shows_days(code: str) -> bool:
    """Whether a format has letters of days or times outside of quotes, colours and conditions."""
    letters, closing = [], ""
    signs = iter(code.partition(";")[0].lower())
    for sign in signs:
        if closing:
            closing = "" if sign == closing else closing
        elif sign in '"[':
            closing = '"' if sign == '"' else "]"
        elif sign in "\\_*":
            next(signs, "")
        else:
            letters.append(sign)
    return any(letter in "dmyhs" for letter in letters) and "general" not in "".join(letters)


@dataclass(slots=True)
class _Cell:
    column: int
    kind: str
    style: int
    pieces: list[str] = field(default_factory=list)


class _Sheet(_Part):
    def __init__(self, texts: list[str] | None, days: frozenset[int], epoch: datetime) -> None:
        self._texts, self._days, self._epoch = texts, days, epoch
        self._ready: list[list[str]] = []
        self._row: list[str] = []
        self._cell: _Cell | None = None
        self._is_value = False
        self._silent = 0
        self._kinds: dict[str, Callable[[str, int], str]] = {
            "s": lambda text, _: self._texts[int(text)] if self._texts is not None else text,
            "b": lambda text, _: "true" if text == "1" else "false",
            "n": self._number,
        }

    def taken(self) -> list[list[str]]:
        """Rows that are complete since it was asked last."""
        ready, self._ready = self._ready, []
        return ready

    def starts(self, name: str, given: dict[str, str]) -> None:
        if name == "row":
            self._row = []
        elif name == "c":
            place = given.get("r", "")
            column = _column(place) if place else len(self._row)
            self._cell = _Cell(column, given.get("t", "n"), int(given.get("s", "0")))
        self._silent += name == "rPh"
        self._is_value = name in {"v", "t"} and self._cell is not None and not self._silent

    def ends(self, name: str) -> None:
        self._is_value = False
        self._silent -= name == "rPh"
        if name == "c" and self._cell is not None:
            self._place(self._cell)
            self._cell = None
        elif name == "row" and any(self._row):
            self._ready.append(self._row)

    def says(self, text: str) -> None:
        if self._is_value and self._cell is not None:
            self._cell.pieces.append(text)

    def _place(self, cell: _Cell) -> None:
        said = "".join(cell.pieces)
        if not said:
            return
        if cell.column >= _MAX_COLUMNS:
            raise Invalid(
                f"This sheet has more than {_MAX_COLUMNS} columns.", code="too_many_columns"
            )
        self._row += [""] * (cell.column + 1 - len(self._row))
        read = self._kinds.get(cell.kind)
        self._row[cell.column] = read(said, cell.style) if read else said

    def _number(self, text: str, style: int) -> str:
        try:
            value = Decimal(text)
        except InvalidOperation:
            return text
        if style in self._days and 0 <= value < 3_000_000:
            moment = self._epoch + timedelta(seconds=round(float(value) * 86_400))
            return f"{moment:%Y-%m-%d}" if value == int(value) else f"{moment:%Y-%m-%d %H:%M:%S}"
        return _plain(value)


def _plain(value: Decimal) -> str:
    """The number as it was typed: 19.99, not what a double makes of it."""
    if not value.is_finite() or abs(value.adjusted()) > 40:
        return str(value)
    rounded = Decimal(f"{value:.{_DIGITS}g}")
    return f"{rounded.normalize():f}"


def _column(place: str) -> int:
    """0 for A1, 27 for AB7."""
    number = 0
    for sign in place.rstrip("0123456789"):
        number = number * 26 + ord(sign) - 64
    if not 0 < number <= 16_384:
        raise ValueError(f"{place} is no cell")
    return number - 1
