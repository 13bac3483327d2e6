"""What customers did: how often, how long ago, with which properties."""

import re
from datetime import date, timedelta
from typing import Annotated, Literal, LiteralString

from msgspec import Meta
from psycopg.sql import SQL, Composed

from customers.segments.base import DOCUMENT, LOOKUP, Control, Subject, Words, days
from customers.segments.binder import Binder
from customers.segments.measure import (
    COMPARE_CONTROL,
    WINDOW_CONTROLS,
    WINDOW_PHRASES,
    Span,
    Windowed,
    as_date,
)
from customers.segments.phrases import Phrase, Wording, comparison

Measure = Literal["count", "last", "first"]
PropertyOp = Literal["is", "is_not", "at_least", "at_most"]
_PROPERTY_OPS = (
    ("is", "is"),
    ("is_not", "is not"),
    ("at_least", "is at least"),
    ("at_most", "is at most"),
)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
_BY_NUMBER: dict[str, LiteralString] = {"at_least": ">=", "at_most": "<="}
# The fact row holds name -> [how often, first, last], in seconds since 1970.
_PLACES: dict[Measure, LiteralString] = {"count": "0", "first": "1", "last": "2"}
_FIGURES: dict[Measure, LiteralString] = {
    "count": "count(*)",
    "first": "min(event.at)",
    "last": "max(event.at)",
}


def _subject(measure: Measure, label: str, *, start: str, after: str = "") -> Subject:
    return Subject(
        f"event.{measure}",
        label,
        "Events",
        {"measure": measure},
        (
            Control("name", "Event", "text", suggest="event"),
            COMPARE_CONTROL,
            Control("value", label, "number", start=start, after=after),
            Control("to", "and", "number", before="and", shows=frozenset({"between"}), after=after),
            *WINDOW_CONTROLS,
            Control("where", "Only where the property", "text", optional=True),
            Control("where_op", "Comparison", "choice", choices=_PROPERTY_OPS, start="is"),
            Control("where_value", "Value", "text", optional=True),
        ),
    )


class Event(Windowed, frozen=True, kw_only=True, tag="event"):
    """`value`: times, or (last, first) days ago. With `where`, the name of a property, only events
    that have it and whose value compares so with `where_value`: as text (is, is_not) or as a
    number.

    Somebody without such an event in the window matches no rule about the last or first."""

    subjects = (
        _subject("count", "Number of events", start="1"),
        _subject("last", "Last event", start="30", after="days ago"),
        _subject("first", "First event", start="30", after="days ago"),
    )

    @classmethod
    def wordings(cls) -> tuple[Wording, ...]:
        where = (
            Phrase("where {where:text} is {where_value:text}", where_op="is"),
            Phrase("where {where:text} is not {where_value:text}", where_op="is_not"),
            Phrase("where {where:text} >= {where_value:digits}", where_op="at_least"),
            Phrase("where {where:text} <= {where_value:digits}", where_op="at_most"),
        )
        parts = (*comparison(), *WINDOW_PHRASES, *where)
        return (
            Wording(Phrase("event {name:text} count", measure="count"), parts),
            Wording(Phrase("event {name:text} last days ago", measure="last"), parts),
            Wording(Phrase("event {name:text} first days ago", measure="first"), parts),
        )

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    measure: Measure = "count"
    where: Annotated[str, Meta(max_length=60)] = ""
    where_op: PropertyOp = "is"
    where_value: Annotated[str, Meta(max_length=200)] = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if bool(self.where) != bool(self.where_value):
            raise ValueError('"where" and "where_value" belong together')
        if self.where and self.where_op in _BY_NUMBER and self._number is None:
            raise ValueError('"where_value" has to be a number here, such as 12.5')
        if self.value < 0 or (self.is_about_days and (self.to or self.value) > 36_500):
            raise ValueError("give a number from 0 on, and of days at most 36,500")

    @property
    def is_about_days(self) -> bool:
        return self.measure != "count"

    @property
    def _number(self) -> float | None:
        return float(self.where_value) if _NUMBER.fullmatch(self.where_value) else None

    def cost(self) -> int:
        if self.where or not (self.is_all_time or self._is_decided_by_last):
            return LOOKUP
        return DOCUMENT

    def predicate(self, binder: Binder) -> Composed:
        if self.is_about_days:
            return self.holds_since(self._day(binder), binder)
        if self._is_on_facts(binder):
            return self.holds_for(self._count(binder), binder)
        return self._quickly(binder)

    @property
    def _is_decided_by_last(self) -> bool:
        """Whether the question is only if there was any: then the last event answers it."""
        is_any = self.op == "at_least" and self.value == 1
        is_none = self.op != "at_least" and (self.to or self.value) == 0
        return not self.where and not self.is_about_days and (is_any or is_none)

    def _is_on_facts(self, binder: Binder) -> bool:
        return self.is_all_time and not self.where and not binder.is_past

    def _quickly(self, binder: Binder) -> Composed:
        """The fact row says of most customers that they did it too long ago or never."""
        span = self.span(binder)
        last = self._known("last", binder)
        if self._is_decided_by_last and span.first and span.last and not binder.is_past:
            # Before, within or after the window: the document is opened once, and last of all.
            end = _second(binder, span.last + timedelta(days=1))
            times = SQL("customers_events_between(%(brand_id)s, customer.id, {}, {}, {})").format(
                binder.bind(self.name, "text"),
                binder.bind(binder.start_of(span.first), "timestamptz"),
                binder.bind(binder.end_of(span.last), "timestamptz"),
            )
            where = SQL("width_bucket({}, ARRAY[{}, {}])").format(
                last, _second(binder, span.first), end
            )
            within = SQL("true" if self.is_above_zero else "false")
            outside = SQL("false" if self.is_above_zero else "true")
            return SQL("(CASE {} WHEN 1 THEN {} WHEN 2 THEN {} ELSE {} END)").format(
                where, within, self.holds_for(times, binder), outside
            )
        holds = self.holds_for(self._count(binder), binder)
        maybe = (
            SQL("COALESCE({} >= {}, false)").format(last, _second(binder, span.first))
            if span.first
            else SQL("{} IS NOT NULL").format(last)
        )
        if self.is_above_zero:
            return SQL("({} AND {})").format(maybe, holds)
        if self.op != "at_least" and (self.to or self.value) == 0:
            return SQL("(({}) IS NOT TRUE OR {})").format(maybe, holds)
        return holds

    def figure(self, binder: Binder) -> Composed:
        if not self.is_about_days:
            return self._count(binder)
        return SQL("({} - {})").format(binder.day(binder.as_of), self._day(binder))

    def _count(self, binder: Binder) -> Composed:
        if self._is_on_facts(binder):
            return SQL("COALESCE({}, 0)").format(self._known("count", binder))
        return self._looked_up(binder)

    def _day(self, binder: Binder) -> Composed:
        """The brand's day of the last or first event, as the histories count days."""
        if self._is_on_facts(binder):
            at = SQL("to_timestamp({})").format(self._known(self.measure, binder))
        else:
            at = self._looked_up(binder)
        return _day_of(at, binder)

    def _known(self, measure: Measure, binder: Binder) -> Composed:
        return SQL("(facts.events -> {} -> " + _PLACES[measure] + ")::bigint").format(
            binder.bind(self.name, "text")
        )

    def _looked_up(self, binder: Binder) -> Composed:
        return SQL("(SELECT " + _FIGURES[self.measure] + "{})").format(
            self._rows(self.span(binder), binder)
        )

    def _rows(self, span: Span, binder: Binder) -> Composed:
        rows = SQL(
            " FROM customers_customerevent event WHERE event.brand_id = %(brand_id)s"
            " AND {} AND event.name = {}"
        ).format(binder.of_customer("event.customer_id"), binder.bind(self.name, "text"))
        if span.first:
            first = binder.bind(binder.start_of(span.first), "timestamptz")
            rows += SQL(" AND event.at >= {}").format(first)
        if span.last:
            end = binder.bind(binder.end_of(span.last), "timestamptz")
            rows += SQL(" AND event.at < {}").format(end)
        if self.where:
            rows += SQL(" AND {}").format(self._has_property(binder))
        return rows

    def _has_property(self, binder: Binder) -> Composed:
        held = SQL("(event.properties -> {})").format(binder.bind(self.where, "text"))
        if self.where_op in _BY_NUMBER:
            sign = SQL(_BY_NUMBER[self.where_op])
            # JSON has numbers that are too large, or too small, for any column.
            return SQL(
                "CASE WHEN jsonb_typeof({0}) = 'number'"
                " AND pg_input_is_valid({0} #>> '{{}}', 'double precision')"
                " THEN ({0})::double precision {1} {2} END"
            ).format(held, sign, binder.bind(self._number, "double precision"))
        sign = SQL("=" if self.where_op == "is" else "<>")
        return SQL("{} #>> '{{}}' {} {}").format(held, sign, binder.bind(self.where_value, "text"))

    def next_flip(self, binder: Binder) -> Composed | None:
        """By all events of the name, whatever their properties: at times early, never late."""
        tomorrow = binder.bind(binder.as_of + timedelta(days=1), "date")
        last = self._known("last", binder)
        end = _second(binder, binder.as_of + timedelta(days=1))
        # Clocks run ahead: what is told of tomorrow is looked at tomorrow.
        flips = [SQL("CASE WHEN {} >= {} THEN {} END").format(last, end, tomorrow)]
        if self.days and self._is_decided_by_last:
            leaves = SQL("({} + {})").format(
                _day_of(SQL("to_timestamp({})").format(last), binder),
                binder.bind(self.days, "integer"),
            )
            flips.append(
                SQL("CASE WHEN {0} > {1} THEN {2} END").format(
                    leaves, binder.day(binder.as_of), as_date(leaves)
                )
            )
        elif self.days:
            start = binder.as_of - timedelta(days=self.days - 1)
            span = Span(start, binder.as_of)
            first = SQL("(SELECT min(event.at){})").format(self._rows(span, binder))
            leaves = SQL("(({} AT TIME ZONE {})::date + {})").format(
                first, binder.bind(binder.zone, "text"), binder.bind(self.days, "integer")
            )
            flips.append(
                SQL("CASE WHEN {} >= {} THEN {} END").format(last, _second(binder, start), leaves)
            )
        elif turn := self.moves_on(binder):
            flips.append(
                SQL("CASE WHEN {} IS NOT NULL THEN {} END").format(last, binder.bind(turn, "date"))
            )
        if self.is_about_days:
            flips.append(self.flips_since(self._day(binder), binder))
        return SQL("LEAST({})").format(SQL(", ").join(flips))

    def shown(self, figure: object, words: Words) -> str:
        return "" if figure is None else self._in_words(int(str(figure)), words)

    def compared(self, words: Words) -> tuple[str, str]:
        return self.in_short(lambda value: self._in_words(value, words))

    def _in_words(self, value: int, words: Words) -> str:
        return f"{days(value)} ago" if self.is_about_days else words.number(value)

    def sentence(self, words: Words) -> str:
        than = self.comparison(words.number)
        where = ""
        if self.where:
            op = dict(_PROPERTY_OPS)[self.where_op]
            where = f" with {self.where} that {op} “{self.where_value}”"
        if self.is_about_days:
            text = f"did “{self.name}”{where} {self.measure} {than} days ago"
        else:
            times = "time" if (self.to or self.value) == 1 else "times"
            text = f"did “{self.name}”{where} {than} {times}"
        return text + self.when(words)


def _second(binder: Binder, day: date) -> Composed:
    """The second at which a brand's day begins; no zone has a fraction of one."""
    return binder.bind(int(binder.start_of(day).timestamp()), "bigint")


def _day_of(at: Composed, binder: Binder) -> Composed:
    return SQL("(({} AT TIME ZONE {})::date - DATE '1970-01-01')").format(
        at, binder.bind(binder.zone, "text")
    )
