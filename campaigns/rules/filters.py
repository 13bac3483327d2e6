"""What a merge tag can do to a value: text in, text out, and nothing else."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from config.kit.money import format_money

MAX_VALUE = 2_000

_ENGLISH = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTHS = {
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
    "it": (
        *("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno"),
        *("luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"),
    ),
    "nl": (
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    ),
}
_DAYS = {"de": "{day}. {month} {year}", "es": "{day} de {month} de {year}"}
_WHOLE = re.compile(r"-?\d{1,16}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,16}(?:\.\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Formats:
    """How the brand writes money, and the language its days are named in."""

    currency: str = "GBP"
    language: str = "en"


def as_number(text: str) -> Decimal | None:
    """A plain decimal number, or None for anything else."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _date(value: str, _argument: str, formats: Formats) -> str:
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return value
    month = _MONTHS.get(formats.language, _ENGLISH)[day.month - 1]
    shape = _DAYS.get(formats.language, "{day} {month} {year}")
    return shape.format(day=day.day, month=month, year=day.year)


def _money(value: str, _argument: str, formats: Formats) -> str:
    """Minor units as digits ("1234") to the brand's currency; anything else stays as it is."""
    return format_money(int(value), formats.currency) if _WHOLE.fullmatch(value) else value


def _number(value: str, _argument: str, _formats: Formats) -> str:
    """Thousands set apart, and no noughts behind the point."""
    number = as_number(value)
    if number is None:
        return value
    return f"{number:,f}".rstrip("0").rstrip(".") if "." in value else f"{number:,f}"


def _plural(value: str, argument: str, _formats: Formats) -> str:
    """ "order, orders": the first word for one, the second for any other number."""
    one, _, many = argument.partition(",")
    return (one if as_number(value) == 1 else many or one).strip()


def _shorten(value: str, argument: str, _formats: Formats) -> str:
    most = int(argument) if _WHOLE.fullmatch(argument) else MAX_VALUE
    return value if len(value) <= most else f"{value[: max(most - 1, 0)]}…"


FILTERS: dict[str, Callable[[str, str, Formats], str]] = {
    "default": lambda value, argument, _formats: value if value.strip() else argument,
    "upper": lambda value, _argument, _formats: value.upper(),
    "lower": lambda value, _argument, _formats: value.lower(),
    "capitalize": lambda value, _argument, _formats: value[:1].upper() + value[1:],
    "title": lambda value, _argument, _formats: " ".join(
        word[:1].upper() + word[1:].lower() for word in value.split(" ")
    ),
    "date": _date,
    "money": _money,
    "number": _number,
    "plural": _plural,
    "shorten": _shorten,
}
NEEDS_ARGUMENT = frozenset({"default", "plural", "shorten"})
