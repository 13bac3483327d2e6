"""Figures of a customer that come from elsewhere: the ladder, lifecycle, RFM, predictions.

Whoever keeps such a figure registers it; rules name it, and only it is looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta
from psycopg.sql import SQL, Composed

from customers.segments.base import (
    COMPARE_CHOICES,
    COMPARISONS,
    HISTORY,
    Control,
    LeafBase,
    Subject,
    Words,
    days,
    either,
)
from customers.segments.binder import Binder
from customers.segments.measure import Amount
from customers.segments.phrases import Phrase, Wording, comparison

_HAS_VALUES = frozenset({"is", "is_not"})


@dataclass(frozen=True, slots=True)
class Figure:
    """`read`: its SQL for one customer (on `customer` and `facts`), NULL when it is not known; a
    number, minor units of money, days, or for a choice one of `choices`' keys. `next_flip`: the
    first day after the as-of day on which time alone may change it; None: time never does."""

    name: str
    label: str
    group: str
    kind: Literal["number", "money", "days", "choice"]
    read: Callable[[Binder], Composed]
    next_flip: Callable[[Binder], Composed | None]
    choices: tuple[tuple[str, str], ...] = ()
    cost: int = HISTORY

    def subject(self) -> Subject:
        return Subject(
            f"figure.{self.name}", self.label, self.group, {"name": self.name}, self._controls()
        )

    def phrases(self) -> tuple[Phrase, ...]:
        if self.kind == "choice":
            return (
                Phrase("is {values:texts}", op="is"),
                Phrase("is not {values:texts}", op="is_not"),
            )
        return comparison("money" if self.kind == "money" else "number")

    def _controls(self) -> tuple[Control, ...]:
        if self.kind == "choice":
            ops = (("is", "is"), ("is_not", "is not"))
            return (
                Control("op", "Comparison", "choice", choices=ops, start="is"),
                Control("values", "Values, separated by commas", "list"),
            )
        kind: Literal["number", "money"] = "money" if self.kind == "money" else "number"
        after = "days" if self.kind == "days" else ""
        return (
            Control("op", "Comparison", "choice", choices=COMPARE_CHOICES, start="at_least"),
            Control("value", self.label, kind, start="1", after=after),
            Control("to", "and", kind, before="and", after=after, shows=frozenset({"between"})),
        )


FIGURES: dict[str, Figure] = {}


class FigureRule(LeafBase, frozen=True, kw_only=True, tag="figure"):
    """`name` is a registered figure; `value` (and `to`) for numbers, `values` for a choice."""

    subjects = ()

    @classmethod
    def wordings(cls) -> tuple[Wording, ...]:
        return tuple(
            Wording(Phrase(f"figure.{figure.name}", name=figure.name), figure.phrases())
            for figure in FIGURES.values()
        )

    name: Annotated[str, Meta(max_length=60)]
    op: Literal["at_least", "at_most", "exactly", "between", "is", "is_not"]
    value: Amount | None = None
    to: Amount | None = None
    values: Annotated[tuple[Annotated[str, Meta(max_length=60)], ...], Meta(max_length=50)] = ()

    def __post_init__(self) -> None:
        figure = FIGURES.get(self.name)
        if figure is None:
            raise ValueError(f"the figures are {', '.join(FIGURES)}")
        if (figure.kind == "choice") != (self.op in _HAS_VALUES):
            raise ValueError(f'"{self.op}" does not fit “{figure.label}”')
        if (self.op in _HAS_VALUES) != bool(self.values) or not set(self.values) <= set(
            dict(figure.choices)
        ):
            raise ValueError(f"the values are {', '.join(dict(figure.choices)) or 'numbers'}")
        if (self.op in COMPARISONS) != (self.value is not None):
            raise ValueError('give a "value"' if self.value is None else "give no number here")
        if (self.op == "between") != (self.to is not None):
            raise ValueError('"between" takes "value" and "to", nothing else does')
        if self.to is not None and self.value is not None and self.to < self.value:
            raise ValueError('"to" cannot be less than "value"')

    @property
    def of(self) -> Figure:
        return FIGURES[self.name]

    def cost(self) -> int:
        return self.of.cost

    def predicate(self, binder: Binder) -> Composed:
        figure = self.of.read(binder)
        if self.op in _HAS_VALUES:
            sign = SQL("= ANY" if self.op == "is" else "<> ALL")
            return SQL("{} {}({})").format(figure, sign, binder.bind(list(self.values), "text[]"))
        low = binder.bind(self.value, "bigint")
        if self.to is not None:
            return SQL("{} BETWEEN {} AND {}").format(figure, low, binder.bind(self.to, "bigint"))
        return SQL("{} {} {}").format(figure, SQL(COMPARISONS[self.op][0]), low)

    def figure(self, binder: Binder) -> Composed:
        return self.of.read(binder)

    def next_flip(self, binder: Binder) -> Composed | None:
        return self.of.next_flip(binder)

    def shown(self, figure: object, words: Words) -> str:
        return "" if figure is None else self._in_words(figure, words)

    def compared(self, words: Words) -> tuple[str, str]:
        if self.op in _HAS_VALUES:
            chosen = tuple(self._in_words(value, words) for value in self.values)
            return "is" if self.op == "is" else "is not", either(chosen)
        to = "" if self.to is None else f" and {self._in_words(self.to, words)}"
        return COMPARISONS[self.op][1], self._in_words(self.value, words) + to

    def _in_words(self, value: object, words: Words) -> str:
        if self.of.kind == "choice":
            return dict(self.of.choices).get(str(value), str(value))
        number = round(float(str(value)))
        return {"money": words.money, "days": days}.get(self.of.kind, words.number)(number)

    def sentence(self, words: Words) -> str:
        return f"whose {self.of.label[:1].lower()}{self.of.label[1:]} is " + " ".join(
            self.compared(words)
        )
