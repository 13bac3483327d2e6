"""Our own merge language, because a customer's template must never become a program.

    {{ first_name }}    {{ first_name | default: "there" | upper }}    {{ total_spent | money }}
    {% if orders_count >= 3 %} ... {% elif city %} ... {% else %} ... {% endif %}
    {% for item in last_order %} {{ item.title }} {% endfor %}
    {{ data.order_number }}    {% for item in data.lines %} {{ item.title }} {% endfor %}

`data` is what a program sends along with one mail. Text is parsed once into constants, variables,
choices and loops. Names come from an allow-list, values from plain dicts of strings; a value is
escaped for the place it stands in and never looked at again. A loop goes over at most MAX_ITEMS
rows and holds no other loop, so the work for one person is bounded by the length of the text.
"""

import html
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import quote

from campaigns.rules.conditions import (
    NAME,
    SPACES,
    Condition,
    Lists,
    Values,
    parse_condition,
)
from campaigns.rules.filters import FILTERS, MAX_VALUE, NEEDS_ARGUMENT, Formats
from config.kit.errors import Invalid

MAX_TEXT = 200_000
MAX_TAGS = 500
MAX_DEPTH = 4
MAX_BRANCHES = 20
MAX_ITEMS = 20
NO_LISTS: Lists = {}

_TAG = re.compile(
    rf"""\{{\{{\s*(?P<name>{NAME})\s*
        (?P<filters>(?:\|\s*[a-z]+\s*(?::\s*(?:"[^"{{}}]*"|'[^'{{}}]*')\s*)?)*)\}}\}}""",
    re.VERBOSE,
)
_FILTER = re.compile(r"""\|\s*([a-z]+)\s*(?::\s*("[^"{}]*"|'[^'{}]*'))?""")
# `rest` takes its blanks along: three runs of them side by side would be tried in every division.
_STEP = re.compile(r"\{%\s*(?P<word>if|elif|else|endif|for|endfor)\b(?P<rest>[^{}%]*)%\}")
_LOOP = re.compile(r"item\s+in\s+((?:data\.)?[A-Za-z_][A-Za-z0-9_]*)")
_OPENING = re.compile(r"\{[{%]")


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
class Variable:
    """One merge tag: `{{ name | filter: "argument" }}`."""

    name: str
    filters: tuple[tuple[str, str], ...] = ()

    @property
    def has_fallback(self) -> bool:
        return any(name == "default" for name, _ in self.filters)

    def value(self, values: Values, formats: Formats) -> str:
        """The filtered value, not yet escaped; a missing one is the empty string."""
        value = values.get(self.name, "")
        for name, argument in self.filters:
            value = FILTERS[name](value, argument, formats)
        return value[:MAX_VALUE]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of two runs of parts; what a part is, is up to whoever built the tree."""

    condition: Condition
    then: tuple[Any, ...]
    otherwise: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeat:
    """Parts written once for each row of a list; a row's values are named `item.title`."""

    name: str
    body: tuple[Any, ...]


def spread(parts: Sequence[Any], values: Values, lists: Lists) -> Iterator[tuple[Any, Values]]:
    """The parts that one person reads, in order, each with the values that hold there."""
    for part in parts:
        if isinstance(part, Choice):
            taken = part.then if part.condition.holds(values, lists) else part.otherwise
            yield from spread(taken, values, lists)
        elif isinstance(part, Repeat):
            for row in lists.get(part.name, ())[:MAX_ITEMS]:
                yield from spread(part.body, {**values, **row}, lists)
        else:
            yield part, values


def leaves(parts: Sequence[Any]) -> Iterator[Any]:
    """All parts, whoever may read them."""
    for part in parts:
        if isinstance(part, Choice):
            yield from leaves((*part.then, *part.otherwise))
        elif isinstance(part, Repeat):
            yield from leaves(part.body)
        else:
            yield part


@dataclass(frozen=True, slots=True)
class Template:
    """Constants, variables, choices and loops in reading order."""

    parts: tuple[str | Variable | Choice | Repeat, ...]

    @property
    def variables(self) -> tuple[Variable, ...]:
        return tuple(part for part in leaves(self.parts) if isinstance(part, Variable))

    def render(
        self,
        values: Values,
        place: Place,
        formats: Formats | None = None,
        lists: Lists = NO_LISTS,
    ) -> str:
        """The text for one person. Constants are kept as they are, values are escaped.

        Raises UnsafeValue where `escape` does."""
        shapes = formats or Formats()
        text: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                text.append(part)
            elif isinstance(part, Variable):
                text.append(escape(part.value(values, shapes), place))
            else:
                text += (
                    each if isinstance(each, str) else escape(each.value(said, shapes), place)
                    for each, said in spread([part], values, lists)
                )
        return "".join(text)

    def missing(self, values: Values, lists: Lists = NO_LISTS) -> list[str]:
        """Names that this person would read, have no value and no fallback either, sorted."""
        return sorted(
            {
                part.name
                for part, said in spread(self.parts, values, lists)
                if isinstance(part, Variable)
                and not part.has_fallback
                and not said.get(part.name, "").strip()
            }
        )


def compile_text(text: str, allowed: Collection[str]) -> Template:
    """Parse text with merge tags; raises MergeError with line and column.

    `allowed` names fields ("city", "data.order_number") and the columns of lists
    ("last_order.title", "data.lines.title")."""
    if len(text) > MAX_TEXT:
        raise MergeError(f"This text is too long: at most {MAX_TEXT:,} characters.")
    reader = _Reader(text, allowed)
    start = 0
    while (opening := _OPENING.search(text, start)) is not None:
        reader.add(text[start : opening.start()])
        start = reader.read(opening.start())
    reader.add(text[start:])
    return Template(reader.finished())


@dataclass(slots=True)
class _Open:
    """A choice or loop whose end has not been read yet."""

    at: int
    before: list[Any]
    condition: Condition | None = None
    then: tuple[Any, ...] | None = None
    name: str = ""
    is_elif: bool = False


class _Reader:
    """Reads tags one after the other; `open` are the choices and loops we are in."""

    def __init__(self, text: str, allowed: Collection[str]) -> None:
        self.text, self.allowed = text, allowed
        self.parts: list[Any] = []
        self.open: list[_Open] = []
        self.tags = 0

    def add(self, part: str | Variable | Choice | Repeat) -> None:
        if part != "":
            self.parts.append(part)

    def read(self, at: int) -> int:
        """The tag at this place; returns where it ends."""
        self.tags += 1
        if self.tags > MAX_TAGS:
            raise MergeError(f"There are too many personal fields: at most {MAX_TAGS}.")
        if self.text.startswith("{{", at):
            match = _TAG.match(self.text, at)
            if match is None:
                raise self.error(
                    at, 'a personal field looks like {{ first_name | default: "there" }}'
                )
            self.add(self._variable(match))
            return match.end()
        match = _STEP.match(self.text, at)
        if match is None:
            raise self.error(at, "a condition looks like {% if city %} ... {% endif %}")
        steps = {
            "if": self._if,
            "elif": self._elif,
            "else": self._else,
            "endif": self._endif,
            "for": self._for,
            "endfor": self._endfor,
        }
        steps[match["word"]](at, match["rest"].strip())
        return match.end()

    def finished(self) -> tuple[Any, ...]:
        if self.open:
            word = "endfor" if self.open[-1].name else "endif"
            raise self.error(self.open[-1].at, f"this has no {{% {word} %}}")
        return tuple(self.parts)

    def error(self, position: int, problem: str) -> MergeError:
        line = self.text.count("\n", 0, position) + 1
        column = position - (self.text.rfind("\n", 0, position) + 1) + 1
        return MergeError(f"Line {line}, column {column}: {problem}.")

    def _if(self, at: int, rest: str, *, is_elif: bool = False) -> None:
        try:
            condition = parse_condition(rest)
        except ValueError as error:
            raise self.error(at, str(error)) from error
        for term in condition.terms:
            if term.op or term.name not in self._lists():
                self._check_name(at, term.name)
        self._begin(_Open(at, self.parts, condition, is_elif=is_elif))

    def _elif(self, at: int, rest: str) -> None:
        self._else(at, "")
        self._if(at, rest, is_elif=True)

    def _else(self, at: int, rest: str) -> None:
        last = self.open[-1] if self.open else None
        if rest or last is None or last.condition is None or last.then is not None:
            raise self.error(at, "there is no {% if ... %} that this belongs to")
        last.then, self.parts = tuple(self.parts), []

    def _endif(self, at: int, rest: str) -> None:
        is_elif = True
        while is_elif:
            last = self.open.pop() if self.open else None
            if rest or last is None or last.condition is None:
                raise self.error(at, "there is no {% if ... %} that this ends")
            then, otherwise = (last.then, self.parts) if last.then is not None else (self.parts, [])
            self.parts = last.before
            self.add(Choice(last.condition, tuple(then), tuple(otherwise)))
            is_elif = last.is_elif

    def _for(self, at: int, rest: str) -> None:
        match = _LOOP.fullmatch(rest)
        if match is None or match[1] not in self._lists():
            known = ", ".join(sorted(self._lists())) or "none"
            raise self.error(at, f"a loop looks like {{% for item in ... %}}; lists are: {known}")
        if any(each.name for each in self.open):
            raise self.error(at, "a loop cannot stand inside another loop")
        self._begin(_Open(at, self.parts, name=match[1]))

    def _endfor(self, at: int, rest: str) -> None:
        last = self.open.pop() if self.open else None
        if rest or last is None or not last.name:
            raise self.error(at, "there is no {% for ... %} that this ends")
        body, self.parts = tuple(self.parts), last.before
        self.add(Repeat(last.name, body))

    def _begin(self, opened: _Open) -> None:
        inside = [each for each in self.open if not each.is_elif]
        if len(inside) >= MAX_DEPTH + opened.is_elif or len(self.open) >= MAX_BRANCHES:
            raise self.error(opened.at, f"at most {MAX_DEPTH} conditions can stand in each other")
        self.open.append(opened)
        self.parts = []

    def _lists(self) -> set[str]:
        return {_list_of(name) for name in self.allowed} - {""}

    def _check_name(self, at: int, name: str) -> None:
        loop = next((each.name for each in self.open if each.name), "")
        if name.startswith("item."):
            if f"{loop}.{name[5:]}" in self.allowed:
                return
            columns = sorted(
                each[len(loop) :] for each in self.allowed if each.startswith(f"{loop}.")
            )
            fields = ", ".join(f"item{each}" for each in columns) if loop else "none outside a loop"
            raise self.error(at, f'there is no "{name}" here; known are: {fields}')
        if name not in self.allowed:
            known = ", ".join(sorted(each for each in self.allowed if not _list_of(each))) or "none"
            raise self.error(at, f'there is no personal field "{name}"; known are: {known}')

    def _variable(self, match: re.Match[str]) -> Variable:
        self._check_name(match.start(), match["name"])
        filters = []
        for name, argument in _FILTER.findall(match["filters"]):
            if name not in FILTERS:
                known = ", ".join(sorted(FILTERS))
                raise self.error(match.start(), f'there is no filter "{name}"; known are: {known}')
            if (name in NEEDS_ARGUMENT) != bool(argument):
                needs = "needs" if name in NEEDS_ARGUMENT else "takes no"
                raise self.error(match.start(), f'the filter "{name}" {needs} value in quotes')
            filters.append((name, argument[1:-1]))
        return Variable(match["name"], tuple(filters))


def _list_of(name: str) -> str:
    """The list whose column an allowed name is; "" for a field."""
    start = name.rpartition(".")[0]
    return "" if start in SPACES else start


def escape(value: str, place: Place) -> str:
    """The value as it may stand in that place.

    Raises UnsafeValue for control characters in a header; elsewhere they are dropped."""
    if value.isascii() and value.isalnum():  # most are, and stand for themselves everywhere
        return value
    if place is Place.HEADER:
        return clean_header(value)
    printable = value if value.isprintable() else _without_controls(value)
    if place is Place.HTML:
        return html.escape(printable, quote=True)
    if place is Place.URL:
        return quote(printable, safe="")
    return printable


def clean_header(value: str) -> str:
    """The one gate for anything that becomes part of a mail header (trust rule 20)."""
    if not value.isprintable() and any(
        unicodedata.category(c) in {"Cc", "Cs", "Co", "Zl", "Zp"} for c in value
    ):
        raise UnsafeValue("A subject, name or address cannot hold line breaks or control codes.")
    return value


def _without_controls(value: str) -> str:
    return "".join(
        character
        for character in value
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs", "Co"}
    )
