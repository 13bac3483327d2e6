"""What customers allowed, by purpose and channel, as it stands now."""

from typing import Literal

from psycopg.sql import SQL, Composed

from customers.models.consents import Channel, Purpose
from customers.segments.base import Binder, Control, LeafBase, Subject, Words

_STATUSES = (
    ("granted", "is allowed"),
    ("withdrawn", "was withdrawn"),
    ("unknown", "was never asked"),
)


class Permission(LeafBase, frozen=True, kw_only=True, tag="consent"):
    """`status` "unknown": neither granted nor withdrawn, ever."""

    subjects = (
        Subject(
            "consent",
            "Permission",
            "Permission",
            {},
            (
                Control(
                    "purpose",
                    "Purpose",
                    "choice",
                    choices=tuple(Purpose.choices),
                    start="marketing",
                ),
                Control(
                    "channel", "Channel", "choice", choices=tuple(Channel.choices), start="email"
                ),
                Control("status", "State", "choice", choices=_STATUSES, start="granted"),
            ),
        ),
    )

    purpose: Literal["marketing"] = "marketing"
    channel: Literal["email"] = "email"
    status: Literal["granted", "withdrawn", "unknown"] = "granted"

    def predicate(self, binder: Binder) -> Composed:
        found = SQL(
            "EXISTS (SELECT FROM customers_consentstate state"
            " WHERE state.brand_id = %(brand_id)s AND state.customer_id = customer.id"
            " AND state.purpose = {} AND state.channel = {}"
        ).format(binder.bind(self.purpose, "text"), binder.bind(self.channel, "text"))
        if self.status == "unknown":
            return SQL("NOT {})").format(found)
        return SQL("{} AND state.status = {})").format(found, binder.bind(self.status, "text"))

    def sentence(self, words: Words) -> str:
        what = f"{Purpose(self.purpose).label.lower()} by {Channel(self.channel).label.lower()}"
        return {
            "granted": f"allow {what}",
            "withdrawn": f"have withdrawn {what}",
            "unknown": f"never said yes or no to {what}",
        }[self.status]
