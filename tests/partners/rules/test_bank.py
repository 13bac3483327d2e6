"""Account numbers: read as people write them, and refused when a digit is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.rules.bank import BankAccount, account_number_of, iban_of, sort_code_of

# The examples of the registry.
REAL = [
    "GB29 NWBK 6016 1331 9268 19",
    "DE89 3704 0044 0532 0130 00",
    "FR14 2004 1010 0505 0001 3M02 606",
    "NL91 ABNA 0417 1643 00",
    "NO93 8601 1117 947",
    "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
    "ES91-2100-0418-4502-0005-1332",
    "CH93 0076 2011 6238 5295 7",
    "PL61 1090 1014 0000 0712 1981 2874",
    "LC55 HEMM 0001 0001 0012 0012 0002 3015",
]


@pytest.mark.parametrize("text", REAL)
def test_an_iban_is_kept_in_capitals_without_blanks(text: str) -> None:
    assert iban_of(text.lower()) == text.replace(" ", "").replace("-", "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "begins with two letters"),
        ("12345678901234567", "begins with two letters"),
        ("DE89 3704 0044 0532 0130 0", "has 22 signs; this one has 21"),
        ("DE89 3704 0044 0532 0130 0000", "has 22 signs; this one has 24"),
        ("US89 3704 0044 0532 0130 00", "no IBANs of US"),
        ("DE88 3704 0044 0532 0130 00", "check digits"),
        ("DE89 3704 0044 0532 0130 0\u0660", "begins with two letters"),
        ("DE89 3704 0044 0532 0130 00\n<script>", "begins with two letters"),
    ],
)
def test_what_is_no_iban_is_refused_with_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        iban_of(text)


@given(st.sampled_from(REAL), st.integers(4, 30), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(text: str, place: int, by: int) -> None:
    iban = iban_of(text)
    place %= len(iban)
    if not iban[place].isdecimal():
        return
    wrong = iban[:place] + str((int(iban[place]) + by) % 10) + iban[place + 1 :]
    with pytest.raises(ValueError, match="check digits"):
        iban_of(wrong)


def test_a_sort_code_and_an_account_number_are_digits_alone() -> None:
    assert sort_code_of("20-00-00") == "200000"
    assert account_number_of("5577 9911") == "55779911"
    assert account_number_of("779911") == "00779911"
    for wrong in ("20-00-0", "2000000", "abcdef", "٢٠٠٠٠٠", ""):
        with pytest.raises(ValueError, match="six digits"):
            sort_code_of(wrong)
    for wrong in ("12345", "123456789", "1234567x", ""):
        with pytest.raises(ValueError, match="eight digits"):
            account_number_of(wrong)


def test_only_the_last_four_signs_are_shown_again() -> None:
    assert BankAccount("Lucia", iban="DE89370400440532013000").hint == "3000"
    assert BankAccount("Lucia", sort_code="200000", account_number="55779911").hint == "9911"
