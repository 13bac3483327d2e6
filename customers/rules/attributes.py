"""Custom attributes: from what people and programs write to a value of the attribute's kind."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from config.kit.money import digits, to_decimal, to_minor
from config.kit.text import clean_text

# As a customer's JSON holds it: text and choice as text, number as a number, date as
# "2026-11-22", boolean as true or false, money as whole minor units.
Value = str | int | float | bool

TEXT: Final = "text"
NUMBER: Final = "number"
DATE: Final = "date"
BOOLEAN: Final = "boolean"
CHOICE: Final = "choice"
MONEY: Final = "money"

MAX_TEXT = 500
MAX_NUMBER = 10**15
_YEARS = range(1800, 2201)
_YES = frozenset({"yes", "y", "true", "t", "1", "on"})
_NO = frozenset({"no", "n", "false", "f", "0", "off"})
_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f\u2009'\u2019"))
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_GROUPED = {
    ".": re.compile(r"[+-]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?", re.ASCII),
    ",": re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d*)?", re.ASCII),
}
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ].*)?", re.ASCII | re.DOTALL)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shape:
    """What values of an attribute look like: its kind and, of a choice, what can be chosen."""

    kind: str = TEXT
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How a brand writes: its currency, its decimal mark, whether the day goes before the month."""

    currency: str = "GBP"
    decimal_mark: str = "."
    is_day_first: bool = True


def is_of(value: Value, kind: str) -> bool:
    """Whether a value, as it is stored, can be one of this kind."""
    if kind in {NUMBER, MONEY}:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == BOOLEAN:
        return isinstance(value, bool)
    return isinstance(value, str) and (kind != DATE or _ISO.fullmatch(value) is not None)


def read_value(written: object, shape: Shape, reading: Reading) -> Value | None:
    """The value; None for nothing ("" or null), which takes an attribute away.

    Text is read as people write it, money in major units (12.50). Of JSON, numbers, true and
    false are read as they are, money as whole minor units, as everywhere in the API. Raises
    ValueError with a sentence that says what to write."""
    if written is None:
        return None
    if isinstance(written, str):
        text = clean_text(written, max_length=MAX_TEXT)
        return _read_text(text, shape, reading) if text else None
    if isinstance(written, bool):
        return _read_boolean(written, shape)
    if isinstance(written, int | float):
        return _read_number(written, shape, reading)
    raise ValueError("Write one text, number, true or false.")


def write_value(value: Value, shape: Shape, reading: Reading) -> str:
    """The value as text that `read_value` reads back: ISO dates, a point in numbers."""
    if shape.kind == BOOLEAN:
        return "yes" if value else "no"
    if shape.kind == MONEY and isinstance(value, int):
        return str(to_decimal(value, reading.currency))
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return str(value)


def merged(known: Mapping[str, Value], said: Mapping[str, Value | None]) -> dict[str, Value]:
    """What is known after this was said: by name, None takes a value away."""
    return {name: value for name, value in {**known, **said}.items() if value is not None}


def _read_text(text: str, shape: Shape, reading: Reading) -> Value:
    match shape.kind:
        case "number":
            return _whole_if_so(_decimal(text, reading))
        case "money":
            return _minor(_decimal(_without_currency(text, reading), reading), reading)
        case "date":
            return _day(text, reading).isoformat()
        case "boolean":
            return _yes_or_no(text)
        case "choice":
            return _choice(text, shape)
        case _:
            return text


def _read_boolean(value: bool, shape: Shape) -> Value:
    if shape.kind == BOOLEAN:
        return value
    raise ValueError(f"Write {_EXPECTED[shape.kind]}, not true or false.")


def _read_number(value: float, shape: Shape, reading: Reading) -> Value:
    if shape.kind in {NUMBER, MONEY} and abs(value) > MAX_NUMBER:
        raise ValueError("This number is too large.")
    if shape.kind == NUMBER:
        return _whole_if_so(Decimal(repr(value)))
    if shape.kind == MONEY and isinstance(value, int):
        return value
    if shape.kind == MONEY:
        raise ValueError('Write whole minor units (1250), or the amount in quotes ("12.50").')
    raise ValueError(f"Write {_EXPECTED[shape.kind]} in quotes, not a number.")


_EXPECTED = {
    TEXT: "text",
    CHOICE: "one of the choices",
    DATE: "a date such as 2026-11-22",
    BOOLEAN: "true or false",
    NUMBER: "a number",
    MONEY: "an amount",
}


def _decimal(text: str, reading: Reading) -> Decimal:
    packed = text.replace("\N{MINUS SIGN}", "-").translate(_SPACES)
    other = "," if reading.decimal_mark == "." else "."
    if _GROUPED[reading.decimal_mark].fullmatch(packed):
        return Decimal(packed.replace(other, "").replace(reading.decimal_mark, "."))
    # A program's number (1234.5) is understood everywhere.
    if _PLAIN.fullmatch(packed):
        return Decimal(packed)
    example = "1234.5" if reading.decimal_mark == "." else "1234,5"
    raise ValueError(f"Write a number such as {example}.")


def _whole_if_so(number: Decimal) -> int | float:
    if not number.is_finite() or abs(number) > MAX_NUMBER:
        raise ValueError("This number is too large.")
    return int(number) if number == number.to_integral_value() else float(number)


def _minor(amount: Decimal, reading: Reading) -> int:
    places = digits(reading.currency)
    if amount != round(amount, places):
        raise ValueError(f"An amount in {reading.currency} has at most {places} decimals.")
    try:
        return to_minor(amount, reading.currency)
    except ValueError as error:
        raise ValueError("This amount is too large.") from error


def _without_currency(text: str, reading: Reading) -> str:
    """ "£12.50", "12,50 €" and "GBP 12.50" are amounts; in another currency they are refused."""
    symbols = {"£": "GBP", "$": "USD", "€": "EUR", "¥": "JPY"}
    bare = re.sub(r"\A[A-Z]{3}\b|\b[A-Z]{3}\Z|[£$€¥]", "", text).strip()
    for named in re.findall(r"\A[A-Z]{3}\b|\b[A-Z]{3}\Z|[£$€¥]", text):
        is_some_dollar = named == "$" and reading.currency.endswith("D")
        if symbols.get(named, named) != reading.currency and not is_some_dollar:
            raise ValueError(f"Write the amount in {reading.currency}.")
    return bare


def _day(text: str, reading: Reading) -> date:
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(match[part]) for part in (1, 3, 4))
    elif match := _YEAR_LAST.fullmatch(text):
        first, second, year = (int(match[part]) for part in (1, 3, 4))
        day, month = (first, second) if reading.is_day_first else (second, first)
    else:
        raise ValueError(f"Write a date such as 2026-11-22 or {_day_example(reading)}.")
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise ValueError(
            f"There is no such day; write it as 2026-11-22 or {_day_example(reading)}."
        ) from error
    if found.year not in _YEARS:
        raise ValueError("Write a year between 1800 and 2200.")
    return found


def _day_example(reading: Reading) -> str:
    return "22/11/2026" if reading.is_day_first else "11/22/2026"


def _yes_or_no(text: str) -> bool:
    key = text.casefold()
    if key in _YES or key in _NO:
        return key in _YES
    raise ValueError("Write yes or no.")


def _choice(text: str, shape: Shape) -> str:
    key = text.casefold()
    for choice in shape.choices:
        if choice.casefold() == key:
            return choice
    shown = ", ".join(shape.choices[:8]) + (", ..." if len(shape.choices) > 8 else "")
    raise ValueError(f"Write one of: {shown}.")
