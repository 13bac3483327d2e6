"""Files that mean harm, or are merely broken: each ends with a sentence or a report, in little
memory, and the process that asked goes on."""

import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from accounts.scope import brand_scope
from config.kit import uploads
from config.kit.errors import Invalid
from config.settings.env import ROOT
from customers.imports import reader, sandbox
from customers.imports.sandbox import looked_at
from customers.models.customers import Customer
from customers.models.imports import Import, ImportReject
from customers.models.orders import Order
from tests.conftest import Cast
from tests.customers.imports import make_files
from tests.customers.services.test_imports import HEADER, SMALL, run, upload

MEMORY = 400 * 1024 * 1024
# Runs a command; prints its exit code and the most memory it held, in KiB.
MOST_HELD = """
import json, resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(json.dumps([status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""


def zipped(entries: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return packed.getvalue()


def lying_zip(size: int) -> bytes:
    """One CSV of `size` bytes of zeros that says it has ten."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = b"".join(packer.compress(b"a,b\n" * 262_144) for _ in range(size // 2**20))
    data += packer.flush()
    name = b"orders.csv"
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, 0, len(data), 10, len(name), 0)
    entry = struct.pack(
        "<IHHHHHHIIIHHHHHII",
        0x02014B50, 20, 20, 0, 8, 0, 0, 0, len(data), 10, len(name), 0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    start = len(local) + len(name) + len(data)
    length = len(entry) + len(name)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, length, start, 0)
    return local + name + data + entry + name + end


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (lambda: zipped({"[Content_Types].xml": b"<x/>", "xl/a.xml": b" " * 10**7}),
         "file_is_workbook"),
        (lambda: zipped({"a.csv": b"a,b\n1,2\n", "b.csv": b"a,b\n"}), "zip_of_many"),
        (lambda: zipped({f"{n}.csv": b"" for n in range(2000)}), "zip_of_many"),
        (lambda: zipped({"a.zip": zipped({"b.csv": b"a,b\n1,2\n"})}), "zip_of_something_else"),
        (lambda: zipped({"a.csv": b"\0" * 10**8}), "zip_too_large"),
        (lambda: lying_zip(300 * 2**20), "zip_damaged"),
        (lambda: b"PK\x03\x04" + b"x" * 1000, "zip_damaged"),
        (lambda: b"\x1f\x8b" + b"x" * 1000, "gzip_damaged"),
        (lambda: (",".join(f"c{n}" for n in range(100_000)) + "\n1\n").encode(),
         "too_many_columns"),
        (lambda: b"[" * 200_000, "file_without_rows"),
        (lambda: b'[{"a": 1}]', "json_of_something_else"),
        (lambda: b'[{"line_items": [], "billing": {}}, {"line_items": "', "json_damaged"),
        (lambda: b"{" + b'"a": "' + b"x" * 20_000_000, "json_damaged"),
    ],
)  # fmt: skip
def test_what_means_harm_is_refused_with_a_sentence(data: Callable[[], bytes], code: str) -> None:
    with pytest.raises(Invalid) as refusal, looked_at(io.BytesIO(data())):
        pass
    assert refusal.value.code == code
    assert refusal.value.message.endswith(".") or code == "zip_too_large"


def test_a_csv_inside_a_zip_is_read_as_if_it_came_alone() -> None:
    packed = zipped({"__MACOSX/._a.csv": b"x", "export/a.csv": SMALL.encode()})
    with looked_at(io.BytesIO(packed)) as seen:
        assert seen.layout.header == tuple(HEADER.strip().split(","))
        assert seen.table.read() == SMALL.encode()


def test_a_size_is_looked_at_before_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the file was read")

    monkeypatch.setattr(sandbox, "_run", never)
    with pytest.raises(Invalid) as refusal, looked_at(io.BytesIO(b"x" * 100), max_bytes=50):
        pass
    assert refusal.value.code == "file_too_large"


def test_a_reader_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_LOOK_SECONDS", 0.001)
    with pytest.raises(Invalid) as refusal, looked_at(io.BytesIO(SMALL.encode())):
        pass
    assert refusal.value.code == "file_too_costly"


def test_a_reader_has_little_memory(tmp_path: Path) -> None:
    """A first record of 40,000,000 cells would need gigabytes."""
    data = b"," * 40_000_000
    with pytest.raises(Invalid) as refusal, looked_at(io.BytesIO(data)):
        pass
    assert refusal.value.code in {"file_too_costly", "file_empty", "too_many_columns"}
    assert reader.MEMORY_BYTES < MEMORY
    # The same process once more, started by a small one: between fork and exec a child counts the
    # memory of its parent as its own.
    (tmp_path / "commas").write_bytes(data)
    reading = [sys.executable, "-m", reader.__name__, "look", str(2**30), "1"]
    with (tmp_path / "commas").open("rb") as source:
        ran = subprocess.run(
            [sys.executable, "-c", MOST_HELD, *reading],
            cwd=ROOT,
            env={},
            stdin=source,
            capture_output=True,
            check=True,
        )
    status, most_held = json.loads(ran.stdout)
    assert status != 0
    assert 0 < most_held * 1024 < MEMORY


@pytest.mark.django_db
def test_dirt_ends_as_rows_to_fix_and_the_rest_comes_in(cast: Cast) -> None:
    dirt = (
        "B1,2026-01-05,n\0ul@example.com,,,,X,1,5.00\n"
        f"B2,2026-01-05,long@example.com,{'y' * 200_000},,,X,1,5.00\n"
        f"B3{',z' * 100_000}\n"
        "B4,2026-01-05,f@example.com,=cmd|' /C calc'!A0,,,X,1,5.00\n"
    )
    unclosed = 'B5,2026-01-05,"never closed,,,,X,1,5.00\n' + "B6,,,,,,X,1,5.00\n" * 30_000
    imported = run(cast.grocer, upload(cast.grocer, SMALL + dirt + unclosed))
    assert imported.counts == imported.foreseen
    assert imported.counts["orders_created"] == 4
    reasons = imported.counts["reasons"]
    assert {reason: reasons[reason] for reason in ("nul", "ragged")} == {"nul": 1, "ragged": 1}
    assert reasons["cell_too_long"] >= 2
    with brand_scope(cast.grocer):
        assert Order.objects.count() == 4
        assert Customer.objects.get(email_norm="f@example.com").first_name == "=cmd|' /C calc'!A0"
        assert ImportReject.objects.filter(of=imported).count() == imported.counts["lines_rejected"]


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252", "utf-8-sig"])
def test_other_encodings_come_in(cast: Cast, encoding: str) -> None:
    text = SMALL.replace("Ann,", "Zoë,")
    imported = run(cast.grocer, upload(cast.grocer, text.encode(encoding)))
    assert imported.counts["orders_created"] == 3
    with brand_scope(cast.grocer):
        assert Customer.objects.get(email_norm="ann@example.com").first_name == "Zoë"


@pytest.mark.django_db
def test_a_header_that_repeats_a_name_uses_the_first(cast: Cast) -> None:
    header = "Order ID,Order date,Email,Total,Total,Email\n"
    text = header + "A1,2026-01-05,a@example.com,5,6,b@example.com\n"
    imported = run(cast.grocer, upload(cast.grocer, text))
    assert imported.mapping["columns"] == {
        "order_id": 0, "ordered_at": 1, "email": 2, "line_total": 3,
    }  # fmt: skip
    with brand_scope(cast.grocer):
        assert Order.objects.get().gross_minor == 500


@pytest.mark.django_db
def test_an_upload_that_is_too_large_is_kept_nowhere(
    ben: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_BYTES", 1000)
    monkeypatch.setattr(uploads, "_FORM_BYTES", 0)
    answer = ben.post(
        "/b/floral/imports/", {"file": SimpleUploadedFile("big.csv", SMALL.encode() * 100)}
    )
    assert "This file is larger than 512 MB" in answer.text
    with brand_scope(cast.floral):
        assert not Import.objects.exists()
    ben.post("/b/floral/imports/", {"file": SimpleUploadedFile("a.csv", SMALL.encode())})
    with brand_scope(cast.floral):
        assert Import.objects.count() == 1


@pytest.mark.django_db
def test_json_that_breaks_off_later_stops_the_check_with_a_sentence(
    cast: Cast, run_due_work: Callable[[], int]
) -> None:
    whole = make_files.woocommerce_rest_orders(as_lines=True)
    with pytest.raises(Invalid) as refusal:
        upload(cast.grocer, whole[: len(whole) // 2])
    assert refusal.value.code == "json_damaged"
    run_due_work()
    with brand_scope(cast.grocer):
        stopped = Import.objects.get()
        assert stopped.error == "This JSON is cut off or damaged. Fetch it again."
        assert not Order.objects.exists()


@pytest.mark.django_db
def test_files_of_imports_are_nowhere_below_what_is_served(cast: Cast) -> None:
    imported = upload(cast.grocer, SMALL)
    assert not imported.file.path.startswith(str(settings.STATIC_ROOT))
    assert "orders.csv" not in imported.file.name
    with override_settings(DEBUG=True):
        assert imported.file.name.startswith(f"brand/{cast.grocer.uid}/imports/")
