"""Keeps what was grouped from a file, so that the run, and each of its calls, need not read the
file again: the rows that the dry run has shown are the rows that come in."""

import hashlib
from contextlib import AbstractContextManager, nullcontext
from typing import Any, BinaryIO, cast

from django.core.files import File
from django.core.files.storage import default_storage

from config.kit.sql import load

# In the order of import_stage.sql; what only leads to them is not kept.
TABLES = (
    "import_line",
    "import_refused",
    "import_order",
    "import_head",
    "import_told",
    "import_identity",
    "import_product",
    "import_slice",
)
_BLOCK = 256 * 1024
_SIZE_BYTES = 8


def kept(upload: str) -> AbstractContextManager[BinaryIO | None]:
    """The rows kept of the upload at this path, open; None when there are none."""
    try:
        return cast(BinaryIO, default_storage.open(_beside(upload), "rb"))
    except FileNotFoundError:
        return nullcontext()


def keep(upload: str, rows: BinaryIO) -> None:
    """Put rows in the place of those kept before."""
    forget(upload)
    name = default_storage.save(_beside(upload), File(rows))
    if name != _beside(upload):
        # Another call of the same import was faster.
        default_storage.delete(name)


def forget(upload: str) -> None:
    """They are as personal as the upload, and of no use once its import has ended."""
    default_storage.delete(_beside(upload))


def _beside(upload: str) -> str:
    return f"{upload}.rows"


def key_of(*what: Any) -> bytes:
    """Stands for what the rows were made from, and for the tables they were made for."""
    tables = load("customers", "import_stage")
    return hashlib.sha256(repr((tables, what)).encode()).digest()


def write_rows(cursor: Any, file: BinaryIO, key: bytes) -> None:
    """Each table in COPY's binary format behind its size; the key comes last, so that a file that
    was cut off has none."""
    for table in TABLES:
        begin = file.seek(_SIZE_BYTES, 1)
        with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
            file.writelines(copy)
        end = file.tell()
        file.seek(begin - _SIZE_BYTES)
        file.write((end - begin).to_bytes(_SIZE_BYTES))
        file.seek(end)
    file.write(key)


def has_key(file: BinaryIO, key: bytes) -> bool:
    """Whether the file was made for this key, and to its end."""
    if file.seek(0, 2) < len(key):
        return False
    file.seek(-len(key), 2)
    return file.read() == key


def read_rows(cursor: Any, file: BinaryIO) -> None:
    """Fill the tables of import_stage.sql, which are empty, from a file that has the key."""
    file.seek(0)
    for table in TABLES:
        left = int.from_bytes(file.read(_SIZE_BYTES))
        with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
            while left:
                block = file.read(min(_BLOCK, left))
                copy.write(block)
                left -= len(block)
