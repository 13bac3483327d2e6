"""Find out how an uploaded file is written: size, encoding, delimiter, header. No guess is final:
the wizard shows what was found."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, Self

from config.kit.errors import Invalid
from customers.imports.json_rows import first_rows
from customers.imports.woocommerce_rest_orders.rows import HEADER as JSON_HEADER

MAX_COLUMNS = 200
SAMPLE_ROWS = 200
_HEAD_BYTES = 256 * 1024
_BLOCK = 1024 * 1024
_DELIMITERS = (",", ";", "\t", "|")
_SAID = re.compile(r"\ufeff?sep=([,;|\t])\r?\n", re.IGNORECASE)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_GZIP = b"\x1f\x8b"
_PDF = b"%PDF-"
_CONTROLS = bytes(range(9)) + bytes(range(14, 32))
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written. `header_row` counts records from 1; `size` is in bytes; `form` is
    csv, or json for a list of objects that is laid out in rows under a header of ours (row 0)."""

    encoding: str
    delimiter: str
    header_row: int
    header: tuple[str, ...]
    size: int
    form: str = "csv"

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"header": list(self.header)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        return cls(**(value | {"header": tuple(value["header"])}))


def sniff(file: BinaryIO, *, max_bytes: int | None = None) -> Layout:
    """The layout of a delimited text file; the file is left at its start.

    Raises Invalid with what to do for a file that is too large, empty or of another type."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if max_bytes is not None and size > max_bytes:
        raise Invalid(
            f"This file has {size // 2**20} MB; at most {max_bytes // 2**20} MB can be imported at "
            "once. Split it into smaller files.",
            code="file_too_large",
        )
    head = file.read(_HEAD_BYTES)
    _refuse_other_types(head)
    encoding = _encoding(file, head)
    _refuse_pictures(head, encoding)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in {b"[", b"{"}:
        return _json_layout(file, size)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    delimiter = _delimiter(text)
    records = list(_records(text, delimiter, complete=size <= _HEAD_BYTES))
    if not records and size > _HEAD_BYTES:
        raise Invalid(
            "The first row of this file is longer than 256 kB, so it has too many columns, or its "
            "rows do not end.",
            code="too_many_columns",
        )
    header_row = _header_row(records)
    header = tuple(cell.replace("\0", "").strip() for cell in records[header_row - 1])
    if len(header) > MAX_COLUMNS:
        raise Invalid(
            f"This file has {len(header)} columns; at most {MAX_COLUMNS} can be read.",
            code="too_many_columns",
        )
    if size <= _HEAD_BYTES and not any(_is_filled(record) for record in records[header_row:]):
        raise Invalid(
            "This file has one row only. It needs the names of its columns on top, and orders "
            "below them.",
            code="file_without_rows",
        )
    file.seek(0)
    return Layout(encoding, delimiter, header_row, header, size)


def _json_layout(file: BinaryIO, size: int) -> Layout:
    """Raises Invalid unless the file begins with an order as WooCommerce's REST API gives it."""
    layout = Layout("utf-8-sig", ",", 0, JSON_HEADER, size, "json")
    with opened(file, layout) as text:
        first_rows(text, 1)
    file.seek(0)
    return layout


def sample_rows(file: BinaryIO, layout: Layout, limit: int = SAMPLE_ROWS) -> list[list[str]]:
    """The first rows under the header that have its width, cells trimmed."""
    if layout.form == "json":
        with opened(file, layout) as objects:
            return first_rows(objects, limit)
    file.seek(0)
    text = codecs.getincrementaldecoder(layout.encoding)("replace").decode(file.read(_HEAD_BYTES))
    file.seek(0)
    records = _records(text, layout.delimiter, complete=layout.size <= _HEAD_BYTES)
    width = len(layout.header)
    rows = [
        [cell.replace("\0", "").strip() for cell in record]
        for number, record in enumerate(records, 1)
        if number > layout.header_row and len(record) == width
    ]
    return rows[:limit]


@contextmanager
def opened(file: BinaryIO, layout: Layout) -> Iterator[io.TextIOWrapper]:
    """The file as text; what its encoding cannot read becomes U+FFFD, never an error."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=layout.encoding, errors="replace", newline="")
    try:
        yield text
    finally:
        text.detach()
        file.seek(0)


def _refuse_other_types(head: bytes) -> None:
    if not head.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise Invalid("This file is empty.", code="file_empty")
    if head.startswith(_WORKBOOKS):
        raise Invalid(
            "This is a workbook of a kind we do not read. Open it, choose “Save as” or “Download”, "
            "pick CSV or XLSX, and upload that file.",
            code="file_is_workbook",
        )
    if head.startswith(_GZIP):
        raise Invalid(
            "This file is compressed twice. Unpack it and upload the CSV.", code="file_is_gzip"
        )


def _refuse_pictures(head: bytes, encoding: str) -> None:
    """Pictures, programs and PDFs hold many control characters; text hardly ever one."""
    controls = len(head) - len(head.translate(None, _CONTROLS))
    is_binary = controls > len(head) // 20 and not encoding.startswith("utf-16")
    if is_binary or head.startswith(_PDF):
        raise Invalid(
            "This is not a table of text. Upload a CSV or tab-separated file of orders.",
            code="file_is_not_text",
        )


def _encoding(file: BinaryIO, head: bytes) -> str:
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    # Latin text in UTF-16 has a NUL in every second byte.
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) // 4:
        return "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _records(text: str, delimiter: str, *, complete: bool) -> Iterator[list[str]]:
    """Parsed records of the head of a file; the last one is dropped when it may be cut."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before: list[str] | None = None
    while True:
        try:
            record = next(reader)
        except StopIteration:
            break
        except csv.Error:
            continue
        if before is not None:
            yield before
        before = record
    if before is not None and complete:
        yield before


def _delimiter(text: str) -> str:
    """The separator that cuts most rows to the same width, and that width above 1."""
    # Spreadsheets may say it themselves in a first line such as `sep=;`.
    said = _SAID.match(text)
    if said:
        return said[1]

    def score(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(record) for record in _records(text, delimiter, complete=True))
        width, rows = max(
            widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(0, 0)
        )
        return (rows * width if width > 1 else 0, width)

    return max(_DELIMITERS, key=score)


def _header_row(records: list[list[str]]) -> int:
    """The first record as wide as most are: titles and `sep=` lines stand above it."""
    filled = [record for record in records if _is_filled(record)]
    if not filled:
        raise Invalid("This file has no rows that can be read.", code="file_empty")
    width = Counter(len(record) for record in filled).most_common(1)[0][0]
    return next(
        number
        for number, record in enumerate(records, 1)
        if len(record) == width and _is_filled(record)
    )


def _is_filled(record: list[str]) -> bool:
    return any(cell.strip() for cell in record) and not record[0].casefold().startswith("sep=")
