"""Advocates' codes: easy to say and to type, and telling no more than a first name."""

import unicodedata
from collections.abc import Callable

# None of these is taken for another when it is read aloud or typed.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
MAX_NAME = 12
MAX_CODE = 40
_HALF = 4
# Beginnings nobody should have to read out in a shop.
_UNSAID = ("FUCK", "SHIT", "CUNT", "NAZI", "RAPE", "SEX", "KILL", "ADMIN", "NULL", "TEST", "VOID")


def normal_code(text: str) -> str:
    """How codes are compared: without regard to capitals, blanks and hyphens."""
    return "".join(text.split()).replace("-", "").upper()[:MAX_CODE]


def name_part(first_name: str) -> str:
    """The first of somebody's names in plain capitals, or "" when it cannot stand in a code."""
    words = first_name.split()
    if not words:
        return ""
    plain = unicodedata.normalize("NFKD", words[0]).encode("ascii", "ignore").decode()
    letters = plain.replace("-", "").replace("'", "").upper()
    if not letters.isalpha() or any(word in letters for word in _UNSAID):
        return ""
    if not 2 <= len(letters) <= MAX_NAME:
        return ""
    return letters


def draw_code(first_name: str, *, draw: Callable[[str], str]) -> str:
    """A new code, such as ANNA-7K3Q, or 8WXM-D4RT where the name does not serve. `draw` picks one
    of the letters it is given."""
    name = name_part(first_name)
    tail = "".join(draw(LETTERS) for _ in range(_HALF))
    head = name or "".join(draw(LETTERS) for _ in range(_HALF))
    return f"{head}-{tail}"
