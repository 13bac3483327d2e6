"""Workbooks and packed files are read as the table they hold; those that mean harm end with a
sentence."""

import csv
import gzip
import io
from collections.abc import Callable

import pytest

from config.kit.errors import Invalid
from customers.imports.sandbox import looked_at
from tests.conftest import Cast
from tests.customers.imports.test_hostile import zipped
from tests.customers.imports.workbook import sheet, table, workbook
from tests.customers.services.test_imports import SMALL, contents, run, upload

HEAD = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
STRINGS = ("<t>Order</t>", "<t>What</t>")


def rows_of(data: bytes) -> list[list[str]]:
    with looked_at(io.BytesIO(data)) as seen:
        return list(csv.reader(io.StringIO(seen.table.read().decode())))


def cell(what: str, *, of: str = "n", style: int = 0, place: str = "B2") -> str:
    return f'<c r="{place}" t="{of}" s="{style}">{what}</c>'


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (cell("<v>19.989999999999998</v>", style=3), "19.99"),
        (cell("<v>5912345678901</v>"), "5912345678901"),
        (cell("<v>1E-3</v>"), "0.001"),
        (cell("<v>-12</v>", style=4), "-12"),
        (cell("<v>46082</v>", style=1), "2026-03-01"),
        (cell("<v>46082.4324305556</v>", style=2), "2026-03-01 10:22:42"),
        (cell("<v>1</v>", of="b"), "true"),
        (cell("<v>#N/A</v>", of="e"), "#N/A"),
        (cell("<f>A1&amp;B1</f><v>sum</v>", of="str"), "sum"),
        (cell("<f>1+1</f>"), ""),
        (cell("<is><t>in </t><t>line</t></is>", of="inlineStr"), "in line"),
        (cell("<v>2</v>", of="s"), "rich text"),
        (cell("<v>2026-03-01T10:22:42</v>", of="d"), "2026-03-01T10:22:42"),
        ('<c t="inlineStr"><is><t>no place</t></is></c>', "no place"),
    ],
)
def test_a_cell_is_read_as_it_was_meant(found: str, expected: str) -> None:
    rich = "<r><t>rich </t></r><r><t>text</t></r><rPh><t>aloud</t></rPh>"
    rows = HEAD + f'<row r="2">{cell("<v>1</v>", place="A2")}{found}</row><row r="3"/>'
    made = workbook({"Orders": sheet(rows)}, strings=(*STRINGS, rich))
    assert rows_of(made) == [["Order", "What"], ["1", expected]]


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    rows = HEAD + f'<row r="2">{cell("<v>1</v>", place="A2")}{cell("<v>0</v>", style=1)}</row>'
    made = workbook({"Orders": sheet(rows)}, strings=STRINGS, properties='date1904="1"')
    assert rows_of(made)[1] == ["1", "1904-01-01"]


def test_a_cell_far_out_keeps_its_column_and_hidden_and_empty_sheets_are_no_matter() -> None:
    far = f'<row r="9">{cell("<v>7</v>", place="D9")}</row>'
    sheets = {"Notes": sheet(far), "Empty": sheet(""), "Orders": sheet(HEAD + far)}
    made = workbook(sheets, strings=STRINGS, hidden=["Notes"])
    assert rows_of(made) == [["Order", "What"], ["", "", "", "7"]]


@pytest.mark.django_db
@pytest.mark.parametrize("packed", ["xlsx", "gz"])
def test_an_export_in_a_workbook_or_packed_is_imported_like_its_csv(
    cast: Cast, packed: str
) -> None:
    data = SMALL.encode()
    made = gzip.compress(data) if packed == "gz" else table(csv.reader(io.StringIO(SMALL)))
    run(cast.floral, upload(cast.floral, data))
    run(cast.grocer, upload(cast.grocer, made, name=f"orders.{packed}"))
    plain, other = contents(cast.floral), contents(cast.grocer)
    assert ("rae@example.com", "Rae", "") in plain["customers"]
    plain["customers"].remove(("rae@example.com", "Rae", ""))
    plain["facts"] = [row for row in plain["facts"] if row[0] != "rae@example.com"]
    assert other == plain
    assert len(other["orders"]) == 3


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lol [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    '<worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>'
)
WIDE = '<row r="1">' + cell("<v>1</v>", place="XFD1") + "</row>"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (lambda: workbook({"A": sheet(" " * (80 * 2**20))}), "workbook_too_large"),
        (lambda: workbook({"A": LAUGHS}), "workbook_damaged"),
        (lambda: workbook({"A": "<worksheet><sheetData>"}), "workbook_damaged"),
        (lambda: workbook({"A": sheet(cell("<v>9</v>", of="s"))}), "file_empty"),
        (lambda: workbook({"A": sheet(HEAD)}), "workbook_damaged"),
        (lambda: workbook({"A": sheet(WIDE)}), "too_many_columns"),
        (lambda: workbook({"A": sheet("")}), "file_empty"),
        (lambda: workbook({"A": sheet(HEAD), "B": sheet(HEAD)}), "workbook_of_many"),
        (lambda: workbook({"A": sheet("")}, parts={str(n): b"" for n in range(2000)}),
         "workbook_damaged"),
        (lambda: zipped({"a.xlsx": table([["a"], ["1"]])}), "zip_of_something_else"),
        (lambda: zipped({"mimetype": b"opendocument", "content.xml": b"<x/>"}),
         "file_is_workbook"),
        (lambda: b"\xd0\xcf\x11\xe0" + b"old" * 1000, "file_is_workbook"),
        (lambda: gzip.compress(b"a,b\n" * (8 * 2**20), 9), "zip_too_large"),
        (lambda: gzip.compress(gzip.compress(SMALL.encode())), "file_is_gzip"),
        (lambda: gzip.compress(table([["a", "b"], ["1", "2"]])), "file_is_workbook"),
        (lambda: gzip.compress(SMALL.encode())[:-20], "gzip_damaged"),
    ],
)  # fmt: skip
def test_what_means_harm_is_refused_with_a_sentence(data: Callable[[], bytes], code: str) -> None:
    with pytest.raises(Invalid) as refusal, looked_at(io.BytesIO(data())):
        pass
    assert refusal.value.code == code
