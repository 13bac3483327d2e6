"""Our own merge language, because a customer's template must never become a program.

    {{ first_name }}    {{ first_name | default: "there" | upper }}    {{ total_spent | money }}

Text is parsed once into constants and variables. Names come from an allow-list, values from a plain
dict of strings; a value is escaped for the place it stands in and never looked at again.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from urllib.parse import quote

from config.kit.errors import Invalid
from config.kit.money import format_money

MAX_TEXT = 200_000
MAX_TAGS = 500
MAX_VALUE = 2_000

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_TAG = re.compile(
    r"""\{\{\s*(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*
        (?P<filters>(?:\|\s*[a-z]+\s*(?::\s*(?:"[^"{}]*"|'[^'{}]*')\s*)?)*)\}\}""",
    re.VERBOSE,
)
_FILTER = re.compile(r"""\|\s*([a-z]+)\s*(?::\s*("[^"{}]*"|'[^'{}]*'))?""")


class MergeError(Invalid):
    """The text cannot be compiled; the message names line and column."""

    code = "merge_syntax"


class UnsafeValue(Invalid):
    """A value holds what its place cannot take, such as a line break in a subject."""

    code = "unsafe_value"


class Place(Enum):
    """Where a value will stand, which decides how it is escaped."""

    HTML = "html"  # text and quoted attributes alike
    URL = "url"
    TEXT = "text"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class Formats:
    """How the brand writes money."""

    currency: str = "GBP"


@dataclass(frozen=True, slots=True)
class Variable:
    """One merge tag: `{{ name | filter: "argument" }}`."""

    name: str
    filters: tuple[tuple[str, str], ...] = ()

    @property
    def has_fallback(self) -> bool:
        return any(name == "default" for name, _ in self.filters)

    def value(self, values: Mapping[str, str], formats: Formats) -> str:
        """The filtered value, not yet escaped; a missing one is the empty string."""
        value = values.get(self.name, "")
        for name, argument in self.filters:
            value = FILTERS[name](value, argument, formats)
        return value[:MAX_VALUE]


@dataclass(frozen=True, slots=True)
class Template:
    """Constants and variables in reading order."""

    parts: tuple[str | Variable, ...]

    @property
    def variables(self) -> tuple[Variable, ...]:
        return tuple(part for part in self.parts if isinstance(part, Variable))

    def render(
        self, values: Mapping[str, str], place: Place, formats: Formats | None = None
    ) -> str:
        """The text for one person. Constants are kept as they are, values are escaped.

        Raises UnsafeValue where `escape` does."""
        shapes = formats or Formats()
        return "".join(
            part if isinstance(part, str) else escape(part.value(values, shapes), place)
            for part in self.parts
        )

    def missing(self, values: Mapping[str, str]) -> list[str]:
        """Names that have no value here and no fallback either, sorted."""
        return sorted(
            {
                variable.name
                for variable in self.variables
                if not variable.has_fallback and not values.get(variable.name, "").strip()
            }
        )


def compile_text(text: str, allowed: Collection[str]) -> Template:
    """Parse text with merge tags; raises MergeError with line and column."""
    if len(text) > MAX_TEXT:
        raise MergeError(f"This text is too long: at most {MAX_TEXT:,} characters.")
    parts: list[str | Variable] = []
    start = 0
    while (opening := text.find("{{", start)) != -1:
        match = _TAG.match(text, opening)
        if match is None:
            raise _error(
                text, opening, 'a personal field looks like {{ first_name | default: "there" }}'
            )
        if opening > start:
            parts.append(text[start:opening])
        parts.append(_variable(text, match, allowed))
        start = match.end()
        if len(parts) > 2 * MAX_TAGS:
            raise MergeError(f"There are too many personal fields: at most {MAX_TAGS}.")
    if start < len(text):
        parts.append(text[start:])
    return Template(tuple(parts))


def escape(value: str, place: Place) -> str:
    """The value as it may stand in that place.

    Raises UnsafeValue for control characters in a header; elsewhere they are dropped."""
    if place is Place.HEADER:
        return clean_header(value)
    printable = "".join(
        character
        for character in value
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs", "Co"}
    )
    if place is Place.HTML:
        return html.escape(printable, quote=True)
    if place is Place.URL:
        return quote(printable, safe="")
    return printable


def clean_header(value: str) -> str:
    """The one gate for anything that becomes part of a mail header (trust rule 20)."""
    if any(unicodedata.category(c) in {"Cc", "Cs", "Co", "Zl", "Zp"} for c in value):
        raise UnsafeValue("A subject, name or address cannot hold line breaks or control codes.")
    return value


def _variable(text: str, match: re.Match[str], allowed: Collection[str]) -> Variable:
    name = match["name"]
    if name not in allowed:
        known = ", ".join(sorted(allowed)) or "none"
        raise _error(
            text, match.start(), f'there is no personal field "{name}"; known are: {known}'
        )
    filters = []
    for filter_name, argument in _FILTER.findall(match["filters"]):
        if filter_name not in FILTERS:
            known = ", ".join(sorted(FILTERS))
            raise _error(
                text, match.start(), f'there is no filter "{filter_name}"; known are: {known}'
            )
        if (filter_name in _NEEDS_ARGUMENT) != bool(argument):
            needs = "needs" if filter_name in _NEEDS_ARGUMENT else "takes no"
            raise _error(text, match.start(), f'the filter "{filter_name}" {needs} value in quotes')
        filters.append((filter_name, argument[1:-1]))
    return Variable(name, tuple(filters))


def _error(text: str, position: int, problem: str) -> MergeError:
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    return MergeError(f"Line {line}, column {column}: {problem}.")


def _date(value: str, _argument: str, _formats: Formats) -> str:
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return value
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _money(value: str, _argument: str, formats: Formats) -> str:
    """Minor units as digits ("1234") to the brand's currency; anything else stays as it is."""
    if not re.fullmatch(r"-?\d{1,16}", value, re.ASCII):
        return value
    return format_money(int(value), formats.currency)


FILTERS: dict[str, Callable[[str, str, Formats], str]] = {
    "default": lambda value, argument, _formats: value if value.strip() else argument,
    "upper": lambda value, _argument, _formats: value.upper(),
    "lower": lambda value, _argument, _formats: value.lower(),
    "capitalize": lambda value, _argument, _formats: value[:1].upper() + value[1:],
    "date": _date,
    "money": _money,
}
_NEEDS_ARGUMENT = frozenset({"default"})
