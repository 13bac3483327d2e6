"""Where money is sent to: an IBAN, or a sort code and account number for brands of Britain."""

import re
import string

from msgspec import Struct

# How long IBANs of a country are (SWIFT's IBAN registry, ISO 13616).
_LENGTHS = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FI", "FK", "FO", "GL", "NL", "SD"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "KZ", "LT", "LU", "MN", "XK"), 20),
    **dict.fromkeys(("CH", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "BH", "CR", "DE", "GB", "GE", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("AE", "GI", "IL", "IQ", "OM", "SO", "TL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"), 24),
    **dict.fromkeys(("LY", "PT", "ST"), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("BI", "DJ", "FR", "GR", "IT", "MC", "MR", "SM"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "GT", "HU", "LB", "NI", "PL"), 28),
    **dict.fromkeys(("BR", "EG", "PS", "QA", "UA"), 29),
    **dict.fromkeys(("JO", "KW", "MU"), 30),
    **dict.fromkeys(("MT", "SC"), 31),
    "LC": 32,
    "RU": 33,
}
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_LEFT_OUT = str.maketrans("", "", " \u00a0\u202f-.")
# In check sums letters stand for 10 to 35.
_VALUES = {letter: str(value) for value, letter in enumerate(string.ascii_uppercase, start=10)}
_SORT_CODE = 6
_ACCOUNT_NUMBER = 8
_SHORT_ACCOUNT_NUMBER = 6


class BankAccount(Struct, frozen=True, forbid_unknown_fields=True):
    """Either `iban`, or `sort_code` and `account_number`, without blanks."""

    holder: str
    iban: str = ""
    sort_code: str = ""
    account_number: str = ""

    @property
    def hint(self) -> str:
        """Its last four signs: all of it that is shown again."""
        return (self.iban or self.account_number)[-4:]


def has_sort_codes(country: str) -> bool:
    """Whether brands of this country (ISO 3166) pay by sort code and account number."""
    return country == "GB"


def iban_of(text: str) -> str:
    """An IBAN as it is kept: capitals without blanks. Raises ValueError (with a sentence for
    people) unless its length is its country's and its check digits hold (ISO 7064, mod 97)."""
    iban = text.translate(_LEFT_OUT).upper()
    if not _IBAN.fullmatch(iban):
        raise ValueError("An IBAN begins with two letters and two digits, such as DE89.")
    length = _LENGTHS.get(iban[:2])
    if length is None:
        raise ValueError(f"There are no IBANs of {iban[:2]}.")
    if len(iban) != length:
        raise ValueError(f"An IBAN of {iban[:2]} has {length} signs; this one has {len(iban)}.")
    digits = "".join(_VALUES.get(sign, sign) for sign in iban[4:] + iban[:4])
    if int(digits) % 97 != 1:
        raise ValueError("The check digits do not fit: please compare it with your bank's.")
    return iban


def sort_code_of(text: str) -> str:
    """Six digits. Raises ValueError (with a sentence for people)."""
    digits = _digits(text)
    if len(digits) != _SORT_CODE:
        raise ValueError("A sort code has six digits, such as 20-00-00.")
    return digits


def account_number_of(text: str) -> str:
    """Eight digits; of the old ones with six or seven, filled up with zeros as banks do. Raises
    ValueError (with a sentence for people)."""
    digits = _digits(text)
    if not _SHORT_ACCOUNT_NUMBER <= len(digits) <= _ACCOUNT_NUMBER:
        raise ValueError("An account number has eight digits.")
    return digits.zfill(_ACCOUNT_NUMBER)


def _digits(text: str) -> str:
    """The digits of a number that is written with blanks and dashes; "" where it holds more."""
    number = text.translate(_LEFT_OUT)
    return number if number.isascii() and number.isdecimal() else ""
