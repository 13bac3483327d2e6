"""How a kind of rule is typed: phrases of fixed words and {field:sort} places.

    Phrase("between {value:number} and {to:number}", op="between")

Sorts: number; money (major units in the text, minor in the rule); digits (a number that the rule
holds as text); text (in quotes); texts (quoted, joined by `or`); date (2026-11-22); word (one of a
few)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from config.kit.money import to_decimal, to_minor

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>"(?:[^"\\\n]|\\.)*")
      | (?P<date>\d{4}-\d\d-\d\d)
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<place>\{\w+:\w+\})
      | (?P<mark>>=|<=|=|[().,])""",
    re.VERBOSE,
)
_SORTS = {
    "number": "a number",
    "money": "an amount",
    "digits": "a number",
    "text": "text in quotes",
    "texts": "text in quotes",
    "date": "a day such as 2026-11-22",
    "word": "a word",
}


class Misread(Exception):
    """`at` is the offset of what was not expected, `wanted` what was."""

    def __init__(self, at: int, wanted: str) -> None:
        super().__init__(at, wanted)
        self.at = at
        self.wanted = wanted


@dataclass(frozen=True, slots=True)
class Token:
    """`sort` names the group of the pattern; "end" closes every text."""

    sort: str
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    """Raises Misread at a sign that begins nothing."""
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup == "place":
            raise Misread(at, "a rule: words, numbers, or text in straight quotes")
        if match.lastgroup != "space":
            found.append(Token(str(match.lastgroup), match[0], at))
        at = match.end()
    return [*found, Token("end", "", at)]


class Phrase:
    """One template, and what choosing it says of the rule."""

    def __init__(self, template: str, **says: Any) -> None:
        self.template = template
        self.says = says

    @cached_property
    def pieces(self) -> list[tuple[str, str]]:
        """(text, "") for a fixed word or mark, (field, sort) for a place."""
        found = []
        for match in _TOKEN.finditer(self.template):
            if match.lastgroup == "place":
                field, _, sort = match[0][1:-1].partition(":")
                found.append((field, sort))
            elif match.lastgroup != "space":
                found.append((match[0], ""))
        return found

    @property
    def fields(self) -> set[str]:
        return {name for name, sort in self.pieces if sort} | self.says.keys()

    def fits(self, rule: Mapping[str, Any]) -> bool:
        """Whether this is how to write (a part of) the rule; all its fields are given."""
        return all(rule[name] == said for name, said in self.says.items()) and all(
            rule[name] not in (None, "", [], ()) for name, sort in self.pieces if sort
        )

    def write(self, rule: Mapping[str, Any], currency: str) -> str:
        parts = [
            _written(rule[name], sort, currency) if sort else name for name, sort in self.pieces
        ]
        return " ".join(parts).replace(" . ", ".")

    def read(self, text: list[Token], at: int, currency: str) -> tuple[dict[str, Any], int]:
        """What the tokens from `at` on say, and the place behind them. Raises Misread."""
        said = dict(self.says)
        for name, sort in self.pieces:
            if not sort:
                if text[at].text != name:
                    raise Misread(text[at].at, f"“{name}”")
                at += 1
                continue
            said[name] = _value(text[at], sort, currency)
            at += 1
            while sort == "texts" and text[at].text == "or":
                said[name].append(_value(text[at + 1], "text", currency))
                at += 2
        return said, at


@dataclass(frozen=True)
class Wording:
    """How one sort of a kind's rules is typed: the head, then any of the parts in any order."""

    head: Phrase
    parts: tuple[Phrase, ...] = ()


def comparison(sort: str = "number") -> tuple[Phrase, ...]:
    return (
        Phrase(f">= {{value:{sort}}}", op="at_least"),
        Phrase(f"<= {{value:{sort}}}", op="at_most"),
        Phrase(f"= {{value:{sort}}}", op="exactly"),
        Phrase(f"between {{value:{sort}}} and {{to:{sort}}}", op="between"),
    )


def _value(token: Token, sort: str, currency: str) -> Any:
    wanted = {"money": "number", "digits": "number", "texts": "text"}.get(sort, sort)
    if token.sort != wanted:
        raise Misread(token.at, _SORTS[sort])
    match sort:
        case "number":
            return float(token.text) if "." in token.text else int(token.text)
        case "money":
            return _minor(token, currency)
        case "text":
            return _unquoted(token.text)
        case "texts":
            return [_unquoted(token.text)]
    return token.text


def _minor(token: Token, currency: str) -> int:
    """Nothing is rounded: 1.999 is no amount of a currency with two decimals."""
    try:
        minor = to_minor(token.text.lstrip("-"), currency)
    except ValueError as error:
        raise Misread(token.at, f"an amount of {currency}") from error
    if to_decimal(minor, currency) != Decimal(token.text.lstrip("-")):
        raise Misread(token.at, f"an amount of {currency}")
    return -minor if token.text.startswith("-") else minor


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _written(value: Any, sort: str, currency: str) -> str:
    match sort:
        case "number":
            return f"{Decimal(str(value)):f}"
        case "money":
            return str(to_decimal(value, currency))
        case "text":
            return _quoted(value)
        case "texts":
            return " or ".join(map(_quoted, value))
    return str(value)
