"""A CSV inside a ZIP or a gzip: taken out counted, never trusted (trust rule 24)."""

import gzip
import io
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from config.kit.errors import Invalid

_BLOCK = 1024 * 1024
# Text rarely shrinks below a fiftieth; a bomb to a thousandth.
_MAX_RATIO = 200
_MAX_ENTRIES = 1000
_MAX_PREFACE = 10 * _BLOCK
_READABLE = frozenset({".csv", ".tsv", ".txt", ".json", ".ndjson"})
_WORKBOOKS = ("[Content_Types].xml", "mimetype")
WORKBOOK = (
    "This is a workbook of a kind we do not read. Open it, choose \u201cSave as\u201d or "
    "\u201cDownload\u201d, pick CSV or XLSX, and upload that file."
)


def unpack(file: BinaryIO, target: BinaryIO, *, max_bytes: int) -> None:
    """Write the one table in a ZIP to `target`. Raises Invalid with what to do otherwise."""
    try:
        with zipfile.ZipFile(file) as archive:
            entry = _table_in(archive.infolist())
            _copy(archive, entry, target, max_bytes)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise Invalid("This ZIP cannot be opened. Pack it again.", code="zip_damaged") from error


def gunzip(file: BinaryIO, target: BinaryIO, *, max_bytes: int) -> None:
    """Write what a gzip holds to `target`. Raises Invalid with what to do otherwise."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    limit = min(max_bytes, size * _MAX_RATIO + _MAX_PREFACE)
    try:
        with gzip.GzipFile(fileobj=file) as packed:
            _count_over(packed, target, limit, max_bytes, name="gzip file")
    except (gzip.BadGzipFile, zlib.error, EOFError, OSError) as error:
        raise Invalid(
            "This file cannot be unpacked. Pack it again.", code="gzip_damaged"
        ) from error


def _table_in(entries: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    if any(entry.filename in _WORKBOOKS for entry in entries):
        raise Invalid(WORKBOOK, code="file_is_workbook")
    files = [
        entry
        for entry in entries[:_MAX_ENTRIES]
        if not entry.is_dir()
        and not entry.filename.startswith("__MACOSX/")
        and not PurePosixPath(entry.filename).name.startswith(".")
    ]
    if len(files) != 1 or len(entries) > _MAX_ENTRIES:
        raise Invalid(
            "A ZIP must hold one CSV file and nothing else. Unpack it and upload the files one by "
            "one.",
            code="zip_of_many",
        )
    (entry,) = files
    if PurePosixPath(entry.filename).suffix.casefold() not in _READABLE:
        raise Invalid(
            "The file inside this ZIP is not a CSV. Unpack it and upload the CSV itself.",
            code="zip_of_something_else",
        )
    if entry.flag_bits & 1:
        raise Invalid("This ZIP has a password. Unpack it and upload the CSV.", code="zip_locked")
    return entry


def _copy(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: BinaryIO, max_bytes: int
) -> None:
    """What the ZIP says of its sizes is not believed: bytes are counted as they come."""
    limit = min(max_bytes, entry.compress_size * _MAX_RATIO + _MAX_PREFACE)
    with archive.open(entry) as packed:
        _count_over(packed, target, limit, max_bytes, name="ZIP")


def _count_over(
    packed: IO[bytes] | gzip.GzipFile, target: BinaryIO, limit: int, max_bytes: int, *, name: str
) -> None:
    written = 0
    while block := packed.read(_BLOCK):
        written += len(block)
        if written > limit:
            raise Invalid(
                f"The file inside this {name} is far too large for what it seems to be. Upload "
                f"the CSV itself, at most {max_bytes // 2**20} MB.",
                code="zip_too_large",
            )
        target.write(block)
