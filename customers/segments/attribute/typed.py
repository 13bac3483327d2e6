"""The brand's own attributes that are numbers, amounts of money, days, or yes and no."""

from datetime import date, timedelta
from typing import Annotated, Literal

from msgspec import Meta
from psycopg.sql import SQL, Composed

from customers.segments.attribute.values import value_of
from customers.segments.base import (
    COMPARISONS,
    DOCUMENT,
    Compare,
    Control,
    LeafBase,
    Subject,
    Words,
    days,
)
from customers.segments.binder import Binder
from customers.segments.measure import COMPARE_CONTROL, as_date
from customers.segments.phrases import Phrase, Wording, comparison

Name = Annotated[str, Meta(min_length=1, max_length=60)]
Figure = Annotated[float, Meta(ge=-1e15, le=1e15)]
_NAME = Control("name", "Name of the attribute", "text", suggest="attribute")
_BETWEEN = frozenset({"between"})


class NumberAttribute(LeafBase, frozen=True, kw_only=True, tag="attribute_number"):
    """Numbers, and money in minor units. Who has none matches nothing."""

    subjects = (
        Subject(
            "attribute_number",
            "Own attribute: number",
            "Profile",
            {},
            (
                _NAME,
                COMPARE_CONTROL,
                Control("value", "Number", "decimal", start="1"),
                Control("to", "and", "decimal", before="and", shows=_BETWEEN),
            ),
        ),
    )

    @classmethod
    def wordings(cls) -> tuple[Wording, ...]:
        return (Wording(Phrase("number {name:text}"), comparison()),)

    name: Name
    op: Compare
    value: Figure
    to: Figure | None = None

    def __post_init__(self) -> None:
        if (self.op == "between") != (self.to is not None):
            raise ValueError('"between" takes "value" and "to", nothing else does')
        if self.to is not None and self.to < self.value:
            raise ValueError('"to" cannot be less than "value"')

    def cost(self) -> int:
        return DOCUMENT

    def predicate(self, binder: Binder) -> Composed:
        found = value_of(self.name, "number", binder)
        low = binder.bind(self.value, "double precision")
        if self.to is not None:
            high = binder.bind(self.to, "double precision")
            return found.where(SQL("{} BETWEEN {} AND {}").format(found.sql, low, high))
        sign = SQL(COMPARISONS[self.op][0])
        return found.where(SQL("{} {} {}").format(found.sql, sign, low))

    def figure(self, binder: Binder) -> Composed:
        found = value_of(self.name, "number", binder)
        return found.read(found.sql)

    def next_flip(self, binder: Binder) -> Composed | None:
        return None

    def shown(self, figure: object, words: Words) -> str:
        return "" if figure is None else words.number(float(str(figure)))

    def compared(self, words: Words) -> tuple[str, str]:
        to = "" if self.to is None else f" and {words.number(self.to)}"
        return COMPARISONS[self.op][1], words.number(self.value) + to

    def sentence(self, words: Words) -> str:
        return f"have “{self.name}” " + " ".join(self.compared(words))


_DATE_OPS = (
    ("on", "is"),
    ("before", "is before"),
    ("after", "is after"),
    ("between", "is between"),
    ("within_days", "is in the last"),
    ("over_days", "is more than"),
    ("next_days", "is in the next"),
)
_BY_DAY = frozenset({"on", "before", "after", "between"})
_BY_DAYS = frozenset({"within_days", "over_days", "next_days"})


class DateAttribute(LeafBase, frozen=True, kw_only=True, tag="attribute_date"):
    """`day` (and `to`, both included) are days of the calendar. `days` count from the as-of day:
    it is the first of the last n (within_days; over_days is before those), and the next n follow
    it (next_days, the as-of day included)."""

    subjects = (
        Subject(
            "attribute_date",
            "Own attribute: date",
            "Profile",
            {},
            (
                _NAME,
                Control("op", "Comparison", "choice", choices=_DATE_OPS, start="within_days"),
                Control("day", "Day", "date", shows=_BY_DAY),
                Control("to", "and", "date", before="and", shows=_BETWEEN),
                Control("days", "Days", "number", start="30", after="days (ago)", shows=_BY_DAYS),
            ),
        ),
    )

    @classmethod
    def wordings(cls) -> tuple[Wording, ...]:
        return (
            Wording(
                Phrase("date {name:text}"),
                (
                    Phrase("on {day:date}", op="on"),
                    Phrase("before {day:date}", op="before"),
                    Phrase("after {day:date}", op="after"),
                    Phrase("between {day:date} and {to:date}", op="between"),
                    Phrase("in last {days:number} days", op="within_days"),
                    Phrase("over {days:number} days ago", op="over_days"),
                    Phrase("in next {days:number} days", op="next_days"),
                ),
            ),
        )

    name: Name
    op: Literal["on", "before", "after", "between", "within_days", "over_days", "next_days"]
    day: date | None = None
    to: date | None = None
    days: Annotated[int, Meta(ge=1, le=36_500)] | None = None

    def __post_init__(self) -> None:
        if (self.op in _BY_DAYS) != (self.days is not None):
            raise ValueError("give a number of days" if not self.days else "give no days here")
        if (self.op in _BY_DAY) != (self.day is not None):
            raise ValueError("give a day" if not self.day else "give no day here")
        if (self.op == "between") != (self.to is not None):
            raise ValueError('"between" takes "day" and "to", nothing else does')
        if self.to and self.day and self.to < self.day:
            raise ValueError('"to" cannot lie before "day"')

    def cost(self) -> int:
        return DOCUMENT

    def predicate(self, binder: Binder) -> Composed:
        found = value_of(self.name, "date", binder)
        first, last = self._bounds(binder.as_of)
        parts = []
        if first is not None:
            parts.append(SQL("{} >= {}").format(found.sql, binder.day(first)))
        if last is not None:
            parts.append(SQL("{} <= {}").format(found.sql, binder.day(last)))
        return found.where(SQL("({})").format(SQL(" AND ").join(parts)))

    def _bounds(self, as_of: date) -> tuple[date | None, date | None]:
        """The first and the last day that match."""
        one, count = timedelta(days=1), timedelta(days=self.days or 0)
        day = self.day or as_of
        bounds: dict[str, tuple[date | None, date | None]] = {
            "on": (day, day),
            "before": (None, day - one),
            "after": (day + one, None),
            "between": (day, self.to),
            "within_days": (as_of - count + one, as_of),
            "over_days": (None, as_of - count),
            "next_days": (as_of, as_of + count),
        }
        return bounds[self.op]

    def figure(self, binder: Binder) -> Composed:
        found = value_of(self.name, "date", binder)
        return found.read(as_date(found.sql))

    def next_flip(self, binder: Binder) -> Composed | None:
        """`within_days` begins on the day and ends n later, `next_days` begins n before."""
        if self.days is None:
            return None
        turns = {
            "within_days": (0, self.days),
            "over_days": (self.days,),
            "next_days": (-self.days, 1),
        }[self.op]
        day, as_of = self.figure(binder), binder.bind(binder.as_of, "date")
        coming = [
            SQL("CASE WHEN {0} + {1} > {2} THEN {0} + {1} END").format(
                day, binder.bind(turn, "integer"), as_of
            )
            for turn in turns
        ]
        return SQL("LEAST({})").format(SQL(", ").join(coming))

    def shown(self, figure: object, words: Words) -> str:
        return words.day(figure) if isinstance(figure, date) else ""

    def compared(self, words: Words) -> tuple[str, str]:
        if self.days is not None:
            return dict(_DATE_OPS)[self.op], days(self.days) + (
                " ago" if self.op == "over_days" else ""
            )
        to = f" and {words.day(self.to)}" if self.to else ""
        return dict(_DATE_OPS)[self.op], (words.day(self.day) if self.day else "") + to

    def sentence(self, words: Words) -> str:
        return f"whose “{self.name}” " + " ".join(self.compared(words))


class BooleanAttribute(LeafBase, frozen=True, kw_only=True, tag="attribute_boolean"):
    """`op` "no" is a no that was said; somebody of whom nothing is known matches neither."""

    subjects = (
        Subject(
            "attribute_boolean",
            "Own attribute: yes or no",
            "Profile",
            {},
            (
                _NAME,
                Control(
                    "op",
                    "Value",
                    "choice",
                    choices=(("yes", "is yes"), ("no", "is no")),
                    start="yes",
                ),
            ),
        ),
    )

    @classmethod
    def wordings(cls) -> tuple[Wording, ...]:
        return (
            Wording(Phrase("{name:text} is yes", op="yes")),
            Wording(Phrase("{name:text} is no", op="no")),
        )

    name: Name
    op: Literal["yes", "no"] = "yes"

    def cost(self) -> int:
        return DOCUMENT

    def predicate(self, binder: Binder) -> Composed:
        found = value_of(self.name, "boolean", binder)
        return found.where(
            SQL("{} = {}").format(found.sql, binder.bind(self.op == "yes", "boolean"))
        )

    def figure(self, binder: Binder) -> Composed:
        found = value_of(self.name, "boolean", binder)
        return found.read(found.sql)

    def next_flip(self, binder: Binder) -> Composed | None:
        return None

    def shown(self, figure: object, words: Words) -> str:
        return "" if figure is None else "yes" if figure else "no"

    def compared(self, words: Words) -> tuple[str, str]:
        return "is", self.op

    def sentence(self, words: Words) -> str:
        return f"have said {self.op} to “{self.name}”"
