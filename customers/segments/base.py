"""What every kind of segment rule has: a checked schema, SQL, a sentence, a row in the builder.

A new kind is a new folder with a `leaf.py`, and one line in registry.py."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Literal, LiteralString

import msgspec
from psycopg.sql import SQL, Composed, Placeholder

from config.kit.formats import money

Compare = Literal["at_least", "at_most", "exactly"]
COMPARISONS: dict[Compare, tuple[LiteralString, str]] = {
    "at_least": (">=", "at least"),
    "at_most": ("<=", "at most"),
    "exactly": ("=", "exactly"),
}
COMPARE_CHOICES = tuple((op, words) for op, (_, words) in COMPARISONS.items())


@dataclass(slots=True)
class Binder:
    """Collects the parameters of one statement; text from people reaches SQL only through it."""

    as_of: date
    params: dict[str, Any] = field(default_factory=dict)

    def bind(self, value: object, kind: LiteralString) -> Composed:
        """A placeholder for `value`, cast to the PostgreSQL type `kind`."""
        name = f"rule_{len(self.params)}"
        self.params[name] = value
        return SQL("{}::" + kind).format(Placeholder(name))


@dataclass(frozen=True, slots=True)
class Words:
    """How a brand writes money, for sentences; and the names of segments, by public id."""

    currency: str = "GBP"
    locale: str = "en-gb"
    segments: dict[str, str] = field(default_factory=dict)

    def money(self, minor: int) -> str:
        return money(minor, self.currency, self.locale)


@dataclass(frozen=True, slots=True)
class Control:
    """One input of a builder row. `shows` limits it to some values of the row's `op`.

    `kind`: choice, number, money (major units in the form, minor in the rule), text, list
    (comma separated), segment. `suggest` names a list of known values."""

    name: str
    label: str
    kind: Literal["choice", "number", "money", "text", "list", "segment"]
    choices: tuple[tuple[str, str], ...] = ()
    start: str = ""
    before: str = ""
    after: str = ""
    suggest: str = ""
    optional: bool = False
    shows: frozenset[str] = frozenset()

    def is_shown(self, op: str) -> bool:
        return not self.shows or op in self.shows


@dataclass(frozen=True, slots=True)
class Subject:
    """One entry of the builder's "what" menu: the fixed part of the JSON, then the inputs."""

    key: str
    label: str
    group: str
    fixed: dict[str, str]
    controls: tuple[Control, ...]


class LeafBase(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"
):
    """A rule as it is stored: {"kind": "rung", "op": "exactly", "value": 1}."""

    subjects: ClassVar[tuple[Subject, ...]]

    def predicate(self, binder: Binder) -> Composed:
        """A condition on `customer` and `facts`; unknown (NULL) counts as not matching."""
        raise NotImplementedError

    def sentence(self, words: Words) -> str:
        """What follows "Customers who ..."."""
        raise NotImplementedError


def either(values: tuple[str, ...]) -> str:
    """`France`, `France or Spain`, `France, Spain or Italy`."""
    return " or ".join(filter(None, [", ".join(values[:-1]), values[-1]]))


def days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"
