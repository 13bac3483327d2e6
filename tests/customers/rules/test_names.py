"""Names as they are compared."""

import pytest

from customers.rules.names import match_key


@pytest.mark.parametrize(
    "written", ["Ana Müller-Roy", "MULLER ROY, Ana", "  ana  muller.roy ", "Mu\u0308ller Roy Ana"]
)
def test_accents_case_marks_and_order_do_not_matter(written: str) -> None:
    assert match_key(written) == "ana muller roy"


def test_text_without_letters_has_no_key() -> None:
    assert match_key(" -_. ") == ""
