"""Where on the repurchase ladder a customer stands: rung k means k orders so far."""

from typing import Annotated, Literal

from msgspec import Meta
from psycopg.sql import SQL, Composed

from customers.segments.base import (
    COMPARISONS,
    FACT,
    Control,
    LeafBase,
    Subject,
    Words,
)
from customers.segments.binder import Binder
from customers.segments.phrases import Phrase, Wording


class Rung(LeafBase, frozen=True, kw_only=True, tag="rung"):
    """`value` is the number of orders; 0 is somebody who has not bought yet."""

    subjects = (
        Subject(
            "rung",
            "Rung of the ladder",
            "Ladder",
            {},
            (
                Control(
                    "op",
                    "Comparison",
                    "choice",
                    choices=(("exactly", "exactly"), ("at_least", "at least")),
                    start="exactly",
                ),
                Control("value", "Rung", "number", start="1"),
            ),
        ),
    )

    @classmethod
    def wordings(cls) -> tuple[Wording, ...]:
        by_number = (
            Phrase("= {value:number}", op="exactly"),
            Phrase(">= {value:number}", op="at_least"),
        )
        return (Wording(Phrase("rung"), by_number),)

    op: Literal["exactly", "at_least"]
    value: Annotated[int, Meta(ge=0, le=1_000_000)]

    def predicate(self, binder: Binder) -> Composed:
        sign = SQL(COMPARISONS[self.op][0])
        return SQL("{} {} {}").format(self.figure(binder), sign, binder.bind(self.value, "bigint"))

    def figure(self, binder: Binder) -> Composed:
        if binder.is_past:
            return SQL("COALESCE(width_bucket({}, facts.order_days), 0)").format(
                binder.day(binder.as_of)
            )
        return SQL("facts.orders_count").format()

    def cost(self) -> int:
        return FACT

    def next_flip(self, binder: Binder) -> Composed | None:
        return None

    def compared(self, words: Words) -> tuple[str, str]:
        return COMPARISONS[self.op][1], words.number(self.value)

    def sentence(self, words: Words) -> str:
        if self.op == "exactly" and not self.value:
            return "have not bought yet"
        return f"bought {COMPARISONS[self.op][1]} {_times(self.value)}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")
