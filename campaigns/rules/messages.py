"""What a program sends along with one mail, and what may become of that mail."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from campaigns.rules.conditions import Lists, Values
from campaigns.rules.merge import MAX_ITEMS
from config.kit.errors import Invalid
from config.kit.text import clean_text

MAX_NAMES = 60
MAX_COLUMNS = 20
MAX_LENGTH = 2_000
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}", re.ASCII)
_KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", re.ASCII)
MAX_KEY = 60

# How long a mail is offered again to a server that says "later" or nothing at all.
GIVE_UP_AFTER = timedelta(hours=24)
_WAITS = (15, 60, 300, 900, 1800)
_LONGEST_WAIT = 3600

# Why a mail did not go, or came back, as screens say it.
REASONS = {
    "bounce": "The address does not exist",
    "erased": "The person was erased at their wish",
    "over_pace": "Your limit of mails a minute did not let it go within a day",
    "refused": "The mail server refused it",
    "unreachable": "The mail server did not take it within a day",
    "undecided": "The mail server did not say whether it took it; it may have arrived",
    "unsendable": "It could not be written",
}


@dataclass(frozen=True, slots=True)
class Data:
    """Values by "data.<name>" and lists by "data.<list>", whose rows are named "item.<column>"."""

    values: Values = field(default_factory=dict)
    lists: Lists = field(default_factory=dict)

    def names(self) -> frozenset[str]:
        """As the merge language wants to have them allowed."""
        columns = {
            f"{name}.{column.removeprefix('item.')}"
            for name, rows in self.lists.items()
            for row in rows
            for column in row
        }
        return frozenset({*self.values, *columns})


def read_data(given: object) -> Data:
    """A JSON object of texts, numbers, yes and no, and lists of such objects, as a mail says it.

    Raises Invalid with what is wrong where. A number is written as it came, true is "yes", false
    and null are nothing."""
    values: dict[str, str] = {}
    lists: dict[str, list[dict[str, str]]] = {}
    for name, value in _entries(given, "data", MAX_NAMES):
        place = f"data/{name}"
        if isinstance(value, list):
            lists[f"data.{name}"] = _rows(value, place)
        else:
            values[f"data.{name}"] = _said(value, place)
    return Data(values, lists)


def _rows(given: list[Any], place: str) -> list[dict[str, str]]:
    if len(given) > MAX_ITEMS:
        raise Invalid.at(place, f"A list has at most {MAX_ITEMS} rows. Send the first of them.")
    return [
        {
            f"item.{name}": _said(value, f"{place}/{at}/{name}")
            for name, value in _entries(row, f"{place}/{at}", MAX_COLUMNS)
        }
        for at, row in enumerate(given)
    ]


def _entries(given: object, place: str, most: int) -> Iterator[tuple[str, Any]]:
    if not isinstance(given, Mapping):
        raise Invalid.at(place, "Send an object of names and values here.")
    if len(given) > most:
        raise Invalid.at(place, f"At most {most} names, please.")
    for name, value in given.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            problem = "A name has up to 40 letters, digits and underscores, and begins with none."
            raise Invalid.at(f"{place}/{str(name)[:60]}", problem)
        yield name, value


def _said(value: object, place: str) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, int | float):
        return f"{Decimal(str(value)):f}"
    if not isinstance(value, str):
        problem = "Send one text, number, true or false; only lists of objects may lie deeper."
        raise Invalid.at(place, problem)
    try:
        return clean_text(value, max_length=MAX_LENGTH, multiline=True)
    except ValueError as error:
        raise Invalid.at(place, str(error)) from error


def loop_over(name: str, data: Data) -> str:
    """A loop of the merge language that writes all columns of a list."""
    columns = sorted({column for row in data.lists[name] for column in row})
    body = ", ".join(f"{{{{ {column} }}}}" for column in columns)
    return f"{{% for item in {name} %}}{body}{{% endfor %}}"


def missing_data(gaps: Collection[str]) -> dict[str, str]:
    """Of the names a reader would miss: those a program should have sent, by their place."""
    return {
        name.replace(".", "/"): "The mail needs it, and there is no default in its words."
        for name in sorted(gaps)
        if name.startswith("data.")
    }


def checked_key(text: str) -> str:
    """The name that programs use for a template. Raises Invalid."""
    if not _KEY.fullmatch(text) or len(text) > MAX_KEY:
        problem = "Small letters, digits and hyphens, such as order-confirmation."
        raise Invalid.at("key", problem)
    return text


def wait_after(attempts: int) -> float:
    """In how many seconds to offer a mail again after so many attempts."""
    return _WAITS[attempts - 1] if attempts <= len(_WAITS) else _LONGEST_WAIT
