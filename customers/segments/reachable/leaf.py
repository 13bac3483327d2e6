"""Whether a customer may be written to now, by the same judgement that sending asks."""

from typing import Annotated, Literal

from msgspec import Meta
from psycopg.sql import SQL, Composed

from customers.models.consents import Channel, Purpose, purpose_label
from customers.rules.permissions import REASONS
from customers.segments.base import GROUPED, Control, LeafBase, Subject, Words
from customers.segments.binder import Binder
from customers.segments.phrases import Phrase, Wording


class Reachable(LeafBase, frozen=True, kw_only=True, tag="reachable"):
    """`reason` limits "cannot" to one reason. Judged by what is known now, on the as-of day."""

    subjects = (
        Subject(
            "reachable",
            "May be written to",
            "Permission",
            {},
            (
                Control(
                    "op",
                    "Comparison",
                    "choice",
                    choices=(("can", "may be written to"), ("cannot", "may not")),
                    start="can",
                ),
                Control(
                    "purpose", "With", "choice", choices=tuple(Purpose.choices), start="marketing"
                ),
                Control("channel", "By", "choice", choices=tuple(Channel.choices), start="email"),
                Control(
                    "reason",
                    "Because",
                    "choice",
                    choices=(("", "whatever the reason"), *REASONS.items()),
                    optional=True,
                    shows=frozenset({"cannot"}),
                ),
            ),
        ),
    )

    @classmethod
    def wordings(cls) -> tuple[Wording, ...]:
        parts = (
            Phrase("for {purpose:text}"),
            Phrase("by {channel:word}"),
            Phrase("because {reason:word}"),
        )
        return (
            Wording(Phrase("reachable", op="can"), parts),
            Wording(Phrase("not reachable", op="cannot"), parts),
        )

    op: Literal["can", "cannot"] = "can"
    purpose: Annotated[
        str,
        Meta(max_length=20, pattern="^(marketing|partner_offers|surveys|(partner|offers):.+)$"),
    ] = "marketing"
    channel: Literal["email", "sms", "post", "phone"] = "email"
    reason: Annotated[str, Meta(max_length=40)] = ""

    def __post_init__(self) -> None:
        if self.reason and (self.op == "can" or self.reason not in REASONS):
            raise ValueError(f'"reason" only fits "cannot", and is one of {", ".join(REASONS)}')

    def cost(self) -> int:
        return GROUPED

    def predicate(self, binder: Binder) -> Composed:
        if self.reason:
            return SQL("{} = {}").format(self.figure(binder), binder.bind(self.reason, "text"))
        return SQL("{} {} ''").format(self.figure(binder), SQL("=" if self.op == "can" else "<>"))

    def figure(self, binder: Binder) -> Composed:
        judged = SQL(
            "SELECT judged.customer_id, judged.reason"
            " FROM customers_permission(%(brand_id)s, {}, {}, {}) judged WHERE true{}"
        ).format(
            binder.bind(self.purpose, "text"),
            binder.bind(self.channel, "text"),
            binder.bind(binder.as_of, "date"),
            binder.among("judged.customer_id"),
        )
        return SQL("{}.reason").format(
            binder.joined(("permission", self.purpose, self.channel), judged)
        )

    def next_flip(self, binder: Binder) -> Composed | None:
        """The day after a permission that ends."""
        return SQL(
            "(SELECT state.expires_on + 1 FROM customers_consentstate state"
            " WHERE state.brand_id = %(brand_id)s AND state.customer_id = customer.id"
            " AND state.purpose = {} AND state.channel = {} AND state.expires_on >= {})"
        ).format(
            binder.bind(self.purpose, "text"),
            binder.bind(self.channel, "text"),
            binder.bind(binder.as_of, "date"),
        )

    def shown(self, figure: object, words: Words) -> str:
        return REASONS.get(str(figure), "") if figure else "may be written to"

    def compared(self, words: Words) -> tuple[str, str]:
        if self.reason:
            return "is", REASONS[self.reason]
        return "", "may be written to" if self.op == "can" else "may not be written to"

    def sentence(self, words: Words) -> str:
        what = f"{purpose_label(self.purpose).lower()} by {Channel(self.channel).label.lower()}"
        because = f" ({REASONS[self.reason].lower()})" if self.reason else ""
        may = "may" if self.op == "can" else "may not"
        return f"{may} be sent {what}{because}"
