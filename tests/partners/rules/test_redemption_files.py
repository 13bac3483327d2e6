"""Lists of redemptions as partners write them."""

from datetime import date

import pytest

from customers.rules.attributes import Reading
from partners.rules.redemption_files import Line, read_lines

TODAY = date(2026, 5, 9)
BRITISH = Reading()


def read(text: str, reading: Reading = BRITISH) -> tuple[list[Line], list[tuple[int, str]]]:
    lines, wrong = read_lines(text, reading, today=TODAY)
    return lines, [(each.number, each.reason) for each in wrong]


def test_columns_are_found_by_their_headings_or_by_their_order():
    told = Line(2, ("ab c", "8/5/2026", "£1,012.50"), "ABC", date(2026, 5, 8), 101_250)
    assert read('Table,Paid,Code,Date\n4,"£1,012.50",ab c,8/5/2026\n') == ([told], [])
    bare = Line(1, ("abc", "", ""), "ABC", TODAY, None)
    assert read("abc\n\n") == ([bare], [])


def test_another_brands_way_of_writing_is_read():
    german = Reading(currency="EUR", decimal_mark=",")
    [line], wrong = read("Code;Date;Paid\nabc;08.05.2026;12,50 €\n", german)
    assert (line.day, line.paid_minor, wrong) == (date(2026, 5, 8), 1250, [])


def test_every_line_that_cannot_be_used_says_why():
    lines, wrong = read("code,date,paid\n,8/5/2026,1\nA1,soon,1\nA2,,-1\nA3,,x\nA4,,1\na4,,1\n")
    assert [line.code for line in lines] == ["A4"]
    assert wrong == [
        (2, "There is no code in this line."),
        (3, "Write a date such as 2026-11-22 or 22/11/2026."),
        (4, "What was paid cannot be less than nothing."),
        (5, "Write a number such as 1234.5."),
        (7, "This code stands in the file twice."),
    ]


@pytest.mark.parametrize("text", ["\n".join(f"C{n}" for n in range(5_002)), 'A1,"' + "x" * 140_000])
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(text):
    with pytest.raises(ValueError, match=r"At most 5,000 lines|cannot be read as CSV"):
        read(text)
