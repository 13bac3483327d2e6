"""Birthdays and other days that come round every year."""

from datetime import date, timedelta
from typing import Annotated, Literal

from msgspec import Meta
from psycopg.sql import SQL, Composed

from customers.segments.attribute.values import value_of
from customers.segments.base import DOCUMENT, Control, LeafBase, Subject, Words, days
from customers.segments.binder import EPOCH, Binder
from customers.segments.measure import as_date
from customers.segments.phrases import Phrase, Wording

_OF = (("first_order", "the first order"), ("attribute", "an own attribute"))
_OPS = (("next_days", "in the next"), ("last_days", "in the last"))
_FIRST_ORDER = SQL("(facts.first_order_on - DATE '1970-01-01')")


class Anniversary(LeafBase, frozen=True, kw_only=True, tag="anniversary"):
    """The day comes round within `days`: the as-of day and those after it (next_days) or before it
    (last_days); 1 is the as-of day alone. The year is ignored, but the day itself is no
    anniversary. Who was born on 29 February has their day on 28 February in other years.

    `of` "attribute": the date attribute `name`."""

    subjects = (
        Subject(
            "anniversary.first_order",
            "Anniversary of the first order",
            "Orders",
            {"of": "first_order"},
            (
                Control("op", "When", "choice", choices=_OPS, start="next_days"),
                Control("days", "Days", "number", start="7", after="days"),
            ),
        ),
        Subject(
            "anniversary.attribute",
            "Birthday or other anniversary",
            "Profile",
            {"of": "attribute"},
            (
                Control("name", "Name of the attribute", "text", suggest="attribute"),
                Control("op", "When", "choice", choices=_OPS, start="next_days"),
                Control("days", "Days", "number", start="7", after="days"),
            ),
        ),
    )

    @classmethod
    def wordings(cls) -> tuple[Wording, ...]:
        when = (
            Phrase("in next {days:number} days", op="next_days"),
            Phrase("in last {days:number} days", op="last_days"),
        )
        return (
            Wording(Phrase("anniversary of first_order", of="first_order"), when),
            Wording(Phrase("anniversary of {name:text}", of="attribute"), when),
        )

    of: Literal["first_order", "attribute"]
    op: Literal["next_days", "last_days"] = "next_days"
    days: Annotated[int, Meta(ge=1, le=180)]
    name: Annotated[str, Meta(max_length=60)] = ""

    def __post_init__(self) -> None:
        if (self.of == "attribute") != bool(self.name):
            raise ValueError(
                "give the attribute's name" if not self.name else '"name" does not fit here'
            )

    def cost(self) -> int:
        return DOCUMENT

    def predicate(self, binder: Binder) -> Composed:
        window = self._window(binder.as_of)
        own = value_of(self.name, "date", binder) if self.name else None
        day = own.sql if own else _FIRST_ORDER.format()
        places = sorted({place for each in window for place in _places(each)})
        # Before the window: a day within it is the day itself, not a year later.
        condition = SQL("({} < {} AND {} = ANY({}))").format(
            day, binder.day(window[0]), _place(day), binder.bind(places, "integer[]")
        )
        return own.where(condition) if own else condition

    def _window(self, as_of: date) -> list[date]:
        first = as_of if self.op == "next_days" else as_of - timedelta(days=self.days - 1)
        return [first + timedelta(days=ahead) for ahead in range(self.days)]

    def figure(self, binder: Binder) -> Composed:
        if not self.name:
            return as_date(_FIRST_ORDER.format())
        own = value_of(self.name, "date", binder)
        return own.read(as_date(own.sql))

    def next_flip(self, binder: Binder) -> Composed | None:
        """For each day of the year, by its place, the next day the window takes it in or lets go
        of it; the days since 1970 of those are one array, built here."""
        turns = [0] * 1232  # by month * 100 + day; arrays of PostgreSQL begin at 1
        for ahead in range(366 + self.days, 0, -1):
            day = binder.as_of + timedelta(days=ahead)
            gone, come = self._window(day - timedelta(days=1))[0], self._window(day)[-1]
            for place in (*_places(gone), *_places(come)):
                turns[place] = (day - EPOCH).days
        own = value_of(self.name, "date", binder) if self.name else None
        begun = own.sql if own else _FIRST_ORDER.format()
        turn = as_date(
            SQL("NULLIF(({})[{}], 0)").format(binder.bind(turns[1:], "integer[]"), _place(begun))
        )
        return own.read(turn) if own else turn

    def shown(self, figure: object, words: Words) -> str:
        return words.day(figure) if isinstance(figure, date) else ""

    def compared(self, words: Words) -> tuple[str, str]:
        return dict(_OPS)[self.op], days(self.days)

    def sentence(self, words: Words) -> str:
        what = "the anniversary of their first order" if not self.name else f"their “{self.name}”"
        comes = "have" if self.op == "next_days" else "had"
        return f"{comes} {what} {dict(_OPS)[self.op]} {days(self.days)} (whatever the year)"


def _places(day: date) -> tuple[int, ...]:
    """The places in the year whose anniversary is on this day: month * 100 + day."""
    place = day.month * 100 + day.day
    is_leap = day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
    return (228, 229) if place == 228 and not is_leap else (place,)


def _place(day: Composed) -> Composed:
    on = as_date(day)
    return SQL("(extract(month FROM {0}) * 100 + extract(day FROM {0}))::integer").format(on)
