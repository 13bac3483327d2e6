"""Every refusal has exact words for staff and kind ones for the customer."""

import ast
from pathlib import Path

import pytest

from referrals.rules.reasons import REASONS, customer_words, staff_words

REFERRALS = Path(__file__).resolve().parents[3] / "referrals"


@pytest.mark.parametrize("code", REASONS)
def test_each_reason_has_words_for_staff_and_whole_sentences_for_the_customer(code: str) -> None:
    assert staff_words(code)
    assert customer_words(code).endswith((".", "!"))
    assert "fraud" not in customer_words(code).lower()


def test_an_unknown_code_tells_the_customer_nothing_about_anybody() -> None:
    assert staff_words("new_thing") == "New thing"
    assert customer_words("new_thing") == customer_words("fraud_refused")


def test_every_reason_that_the_code_gives_stands_in_the_table() -> None:
    given = {
        keyword.value.value
        for path in REFERRALS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "reason"
        and isinstance(keyword.value, ast.Constant)
        and isinstance(keyword.value.value, str)
        and keyword.value.value
    }
    assert given <= REASONS.keys()
