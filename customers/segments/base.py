"""What every kind of segment rule has: a checked schema, SQL, a sentence, a row in the builder.

A new kind is a new folder with a `leaf.py`, and one line in registry.py."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, ClassVar, Literal, LiteralString, cast

import msgspec
from psycopg.sql import Composed

from config.kit.formats import day, money, number
from customers.segments.binder import Binder
from customers.segments.phrases import Wording

Compare = Literal["at_least", "at_most", "exactly", "between"]
COMPARISONS: dict[str, tuple[LiteralString, str]] = {
    "at_least": (">=", "at least"),
    "at_most": ("<=", "at most"),
    "exactly": ("=", "exactly"),
    "between": ("BETWEEN", "between"),
}
COMPARE_CHOICES = tuple((op, words) for op, (_, words) in COMPARISONS.items())


# What it costs to look, for one customer; children of a group are tried in this order.
FACT = 1  # a column of the fact row
PROFILE = 2  # a column of the customer
HISTORY = 4  # a history on the fact row
DOCUMENT = 8  # a JSON column
LOOKUP = 30  # another table, by index
GROUPED = 100  # another table, added up


@dataclass(frozen=True, slots=True)
class Words:
    """How a brand writes money, for sentences; and the names of segments, by public id."""

    currency: str = "GBP"
    locale: str = "en-gb"
    segments: dict[str, str] = field(default_factory=dict)

    def money(self, minor: int) -> str:
        return money(minor, self.currency, self.locale)

    def number(self, value: float) -> str:
        return number(value, self.locale, places=0 if value == int(value) else 2)

    def day(self, value: date) -> str:
        return day(value, self.locale)


@dataclass(frozen=True, slots=True)
class Control:
    """One input of a builder row. `shows` limits it to some values of the row's `op`.

    `kind`: choice, number (whole), decimal, money (major units in the form, minor in the rule),
    date (2026-11-22), text, list (comma separated), segment. `suggest` names a list of known
    values."""

    name: str
    label: str
    kind: Literal["choice", "number", "decimal", "money", "date", "text", "list", "segment"]
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
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="kind",
):
    """A rule as it is stored: {"kind": "rung", "op": "exactly", "value": 1}."""

    subjects: ClassVar[tuple[Subject, ...]]

    @classmethod
    def wordings(cls) -> tuple[Wording, ...]:
        """How such rules are typed: the first whose head fits is taken."""
        raise NotImplementedError

    def as_json(self) -> dict[str, Any]:
        """What `parse_rule` reads it from."""
        return cast(dict[str, Any], msgspec.to_builtins(self))

    def predicate(self, binder: Binder) -> Composed:
        """A condition on `customer` and `facts`; unknown (NULL) counts as not matching."""
        raise NotImplementedError

    def sentence(self, words: Words) -> str:
        """What follows "Customers who ..."."""
        raise NotImplementedError

    def cost(self) -> int:
        """About what `predicate` costs for one customer: FACT up to GROUPED."""
        return LOOKUP

    def next_flip(self, binder: Binder) -> Composed | None:
        """A date: the first day after `binder.as_of` on which time alone may change the verdict;
        NULL for a customer for whom it cannot, None when it never can for anybody.

        Too early is only work, too late is a wrong segment: whoever does not know says
        tomorrow."""
        return binder.bind(binder.as_of + timedelta(days=1), "date")

    def figure(self, binder: Binder) -> Composed | None:
        """What the predicate looks at, to explain a verdict; None: there is nothing to show."""
        return None

    def shown(self, figure: object, words: Words) -> str:
        """A figure as the brand writes it; "" stands for one that is not known."""
        return "" if figure is None else str(figure)

    def compared(self, words: Words) -> tuple[str, str]:
        """The comparison and what it compares with: `("at least", "2")`."""
        return "", ""


def either(values: tuple[str, ...]) -> str:
    """`France`, `France or Spain`, `France, Spain or Italy`."""
    return " or ".join(filter(None, [", ".join(values[:-1]), values[-1]]))


def days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"
