"""What a file's bytes tell: encoding, delimiter, header; and what is refused."""

import io

import pytest

from config.kit.errors import Invalid
from customers.imports.sniff import sample_rows, sniff

TEXT = "Order;Däte;Total\nA1;2026-01-05;1,50\nA2;2026-01-06;2,50\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_the_encoding_is_found(encoding: str, found: str) -> None:
    file = io.BytesIO(TEXT.encode(encoding))
    layout = sniff(file)
    assert layout.encoding == found
    assert layout.header == ("Order", "Däte", "Total")
    assert sample_rows(file, layout) == [["A1", "2026-01-05", "1,50"], ["A2", "2026-01-06", "2,50"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [["Order", "Note"], ["A1", "a, b; c"], ["A2", 'say "hi"\nthere']]
    quoted = "\n".join(
        delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows
    )
    file = io.BytesIO(quoted.encode())
    layout = sniff(file)
    assert layout.delimiter == delimiter
    assert sample_rows(file, layout) == rows[1:]


def test_titles_and_the_separator_line_stand_above_the_header() -> None:
    file = io.BytesIO(b"sep=;\nOrders of May\n\nOrder;Total\nA1;5\nA2;6\n")
    layout = sniff(file)
    assert (layout.header_row, layout.header) == (4, ("Order", "Total"))
    assert sample_rows(file, layout) == [["A1", "5"], ["A2", "6"]]


def test_a_long_cell_does_not_stop_the_reading() -> None:
    file = io.BytesIO(b"Order,Total\nA1,5\nA2," + b"9" * 140_000 + b"\nA3,7\n")
    layout = sniff(file)
    assert ["A3", "7"] in sample_rows(file, layout)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "file_empty"),
        (b"PK\x03\x04rest of a workbook", "file_is_workbook"),
        (b"\x1f\x8brest", "file_is_gzip"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x05\xa0", "file_is_not_text"),
        (b"%PDF-1.7\nan invoice", "file_is_not_text"),
        (b"Order;Total\r\n", "file_without_rows"),
        (b"sep=;\r\nOrder;Total\r\n;\r\n", "file_without_rows"),
        (",".join(f"c{n}" for n in range(201)).encode(), "too_many_columns"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        sniff(io.BytesIO(data))
    assert refusal.value.code == code


def test_size_is_looked_at_first() -> None:
    with pytest.raises(Invalid) as refusal:
        sniff(io.BytesIO(b"PK\x03\x04" + b"x" * 100), max_bytes=50)
    assert refusal.value.code == "file_too_large"


@pytest.mark.parametrize("text", ["Order\0 ID,Total\n1,2\n", "sep=\0\nOrder ID,Total\n1,2\n"])
def test_a_nul_in_the_first_rows_is_not_kept(text: str) -> None:
    layout = sniff(io.BytesIO(text.encode()))
    assert (layout.delimiter, layout.header) == (",", ("Order ID", "Total"))
