"""Lines that need no parser come out as the parser would have read them."""

import io
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.imports import staging
from customers.imports.staging import SEPARATOR, copy_lines

ODD = "ab,;'\"\\=+@- \t\x00\x1f\x7f\xa0\u2028e\u0301é\r\n"
# A whole file of cells that are plain more often than not.
FILES = st.lists(
    st.lists(
        st.one_of(st.sampled_from(["", "a", "12.50", "'+44 1", "Zoë", "Jo Fox"]), st.text(ODD)),
        min_size=1,
        max_size=4,
    ),
    max_size=6,
)


def staged(text: str, delimiter: str = ",", width: int = 3, header_row: int = 0) -> list[str]:
    lines = copy_lines(
        io.StringIO(text, newline=""),
        form="csv",
        delimiter=delimiter,
        header_row=header_row,
        width=width,
    )
    return "".join(lines).splitlines(keepends=True)


@given(files=FILES, end=st.sampled_from(["\n", "\r\n", "\r"]), delimiter=st.sampled_from(",;\t"))
def test_a_line_is_staged_alike_with_and_without_the_parser(
    files: list[list[str]], end: str, delimiter: str
) -> None:
    text = end.join(delimiter.join(row) for row in files)
    quickly = staged(text, delimiter)
    with mock.patch.object(staging, "_plain", return_value=None):
        assert quickly == staged(text, delimiter)


@pytest.mark.parametrize(
    ("line", "cells", "problem"),
    [
        ("A1,Ann,5.00", ["A1", "Ann", "5.00"], "\\N"),
        ("A1,'+44 20,5.00", ["A1", "+44 20", "5.00"], "\\N"),
        ("A1,'Ann,5.00", ["A1", "'Ann", "5.00"], "\\N"),
        ("A1, Ann ,5.00", ["A1", "Ann", "5.00"], "\\N"),
        ('A1,"Lee, Ann",5.00', ["A1", "Lee, Ann", "5.00"], "\\N"),
        ('A1,5" pot,5.00', ["A1", '5" pot', "5.00"], "\\N"),
        ("A1,Zoe\u0308,5.00", ["A1", "Zoë", "5.00"], "\\N"),
        ("A1,C:\\x,5.00", ["A1", "C:\\\\x", "5.00"], "\\N"),
        ("A1,Ann", ["A1", "Ann"], "ragged"),
        ("A1,A\0n,5.00", ["A1", "An", "5.00"], "nul"),
    ],
)
def test_a_line_becomes_its_cells(line: str, cells: list[str], problem: str) -> None:
    assert staged(line + "\r\n") == [f"1\t{problem}\t{SEPARATOR.join(cells)}\n"]


def test_records_are_numbered_as_a_spreadsheet_shows_them() -> None:
    text = 'No,Name,Sum\n\n1,Ann,5\n2,"Lee,\nBen",6\n,,\n3,Cy,7\n'
    found = [line.split("\t") for line in staged(text, header_row=1)]
    assert [(number, line.split(SEPARATOR)[0]) for number, _, line in found] == [
        ("3", "1"),
        ("4", "2"),
        ("6", "3"),
    ]


def test_a_quote_that_is_never_closed_spoils_its_own_record_only() -> None:
    text = '1,Ann,5\n2,"' + "x" * 140_000 + "\n3,Cy,7\n"
    found = [line.split("\t")[:2] for line in staged(text)]
    assert found == [["1", "\\N"], ["2", "cell_too_long"], ["3", "\\N"]]
