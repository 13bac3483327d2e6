"""Codes are said, typed and printed: they must read well and tell no more than a first name."""

import random

import pytest

from referrals.rules.codes import LETTERS, draw_code, name_part, normal_code


def _first(letters: str) -> str:
    return letters[0]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Anna", "ANNA"),
        ("Zoë", "ZOE"),
        ("Łukasz", "UKASZ"),
        ("Jean-Luc", "JEANLUC"),
        ("Mary Ann", "MARY"),
        ("", ""),
        ("A", ""),
        ("Абрам", ""),
        ("Wolfeschlegelstein", ""),
        ("Shithead", ""),
        ("ann@example.com", ""),
        ("R2D2", ""),
    ],
)
def test_only_a_plain_first_name_stands_in_a_code(name: str, part: str) -> None:
    assert name_part(name) == part


def test_a_code_is_the_name_and_four_letters_or_eight_letters() -> None:
    assert draw_code("Anna", draw=_first) == "ANNA-2222"
    assert draw_code("", draw=_first) == "2222-2222"
    drawn = draw_code("Anna", draw=random.Random(7).choice)
    assert set(drawn.partition("-")[2]) <= set(LETTERS)


def test_codes_are_compared_without_capitals_blanks_and_hyphens() -> None:
    assert normal_code(" anna-7k3q\n") == normal_code("ANNA 7K3Q") == "ANNA7K3Q"
