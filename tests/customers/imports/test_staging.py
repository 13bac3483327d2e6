"""Lines that need no parser come out as the parser would have read them."""

import io
import random
from unittest import mock

import pytest

from customers.imports import staging
from customers.imports.staging import SEPARATOR, copy_lines

PLAIN = ("", "a", "12.50", "'+44 1", "Zoë", "Jo Fox")
ODD = "ab,;'\"\\=+@- \t\x00\x1f\x7f\xa0\u2028e\u0301é\r\n"
FILES = 1_500


def a_cell(chance: random.Random) -> str:
    """Plain more often than not."""
    if chance.random() < 0.7:
        return chance.choice(PLAIN)
    return "".join(chance.choices(ODD, k=chance.randrange(5)))


def a_file(chance: random.Random, delimiter: str) -> str:
    end = chance.choice(["\n", "\r\n", "\r"])
    rows = [[a_cell(chance) for _ in range(chance.randint(1, 4))] for _ in range(6)]
    return end.join(delimiter.join(row) for row in rows)


def staged(text: str, delimiter: str = ",", width: int = 3, header_row: int = 0) -> list[str]:
    lines = copy_lines(
        io.StringIO(text, newline=""),
        form="csv",
        delimiter=delimiter,
        header_row=header_row,
        width=width,
    )
    return "".join(lines).splitlines(keepends=True)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_line_is_staged_alike_with_and_without_the_parser(delimiter: str) -> None:
    chance = random.Random(7)
    for _ in range(FILES):
        text = a_file(chance, delimiter)
        quickly = staged(text, delimiter)
        with mock.patch.object(staging, "_plain", return_value=None):
            assert quickly == staged(text, delimiter), text


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
