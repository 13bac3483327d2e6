"""What customers allowed, by purpose and channel."""

from typing import Annotated, Literal

from msgspec import Meta
from psycopg.sql import SQL, Composed

from customers.models.consents import Channel, Purpose, purpose_label
from customers.segments.base import FACT, LOOKUP, Control, LeafBase, Subject, Words
from customers.segments.binder import Binder
from customers.segments.phrases import Phrase, Wording

_STATUSES = (
    ("granted", "is allowed"),
    ("withdrawn", "was withdrawn"),
    ("unknown", "was never asked"),
)


class Permission(LeafBase, frozen=True, kw_only=True, tag="consent"):
    """`status` "unknown": neither granted nor withdrawn, ever. Offers of one named partner have
    the purpose `partner:<id>`."""

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

    @classmethod
    def wordings(cls) -> tuple[Wording, ...]:
        return (
            Wording(
                Phrase("permission is {status:word}"),
                (Phrase("for {purpose:text}"), Phrase("by {channel:word}")),
            ),
        )

    purpose: Annotated[
        str,
        Meta(max_length=20, pattern="^(marketing|partner_offers|surveys|(partner|offers):.+)$"),
    ] = "marketing"
    channel: Literal["email", "sms", "post", "phone"] = "email"
    status: Literal["granted", "withdrawn", "unknown"] = "granted"

    def predicate(self, binder: Binder) -> Composed:
        if binder.is_past:
            return SQL("COALESCE({}, 'unknown') = {}").format(
                self.figure(binder), binder.bind(self.status, "text")
            )
        if self._is_on_facts(binder):
            return SQL("facts.mail_permission = {}").format(
                binder.bind("" if self.status == "unknown" else self.status, "text")
            )
        found = SQL(
            "EXISTS (SELECT FROM customers_consentstate state"
            " WHERE state.brand_id = %(brand_id)s AND state.customer_id = customer.id"
            " AND state.purpose = {} AND state.channel = {}"
        ).format(binder.bind(self.purpose, "text"), binder.bind(self.channel, "text"))
        if self.status == "unknown":
            return SQL("NOT {})").format(found)
        return SQL("{} AND state.status = {})").format(found, binder.bind(self.status, "text"))

    @property
    def _is_for_mail(self) -> bool:
        return self.purpose == "marketing" and self.channel == "email"

    def _is_on_facts(self, binder: Binder) -> bool:
        return self._is_for_mail and not binder.is_past

    def figure(self, binder: Binder) -> Composed:
        if self._is_on_facts(binder):
            return SQL("NULLIF(facts.mail_permission, '')").format()
        purpose, channel = binder.bind(self.purpose, "text"), binder.bind(self.channel, "text")
        if not binder.is_past:
            return SQL(
                "(SELECT state.status FROM customers_consentstate state"
                " WHERE state.brand_id = %(brand_id)s AND state.customer_id = customer.id"
                " AND state.purpose = {} AND state.channel = {})"
            ).format(purpose, channel)
        # The fold of sql/consent_restate.sql over the acts until then.
        return SQL(
            "(SELECT act.status FROM (SELECT consent.*, max(consent.at)"
            " FILTER (WHERE consent.status = 'withdrawn') OVER () AS withdrawn_at"
            " FROM customers_consent consent LEFT JOIN customers_import import"
            " ON import.brand_id = %(brand_id)s AND import.id = consent.import_id"
            " WHERE consent.brand_id = %(brand_id)s AND import.undo_requested_at IS NULL AND {}"
            " AND consent.purpose = {} AND consent.channel = {} AND consent.at < {}) act"
            " ORDER BY CASE WHEN act.status = 'granted' AND act.basis = 'consent'"
            " AND (act.withdrawn_at < act.at) IS NOT FALSE THEN 0"
            " WHEN act.status = 'withdrawn' THEN 1 ELSE 2 END, act.at DESC, act.id DESC LIMIT 1)"
        ).format(
            binder.of_customer("consent.customer_id"),
            purpose,
            channel,
            binder.bind(binder.end_of(binder.as_of), "timestamptz"),
        )

    def cost(self) -> int:
        return FACT if self._is_for_mail else LOOKUP

    def next_flip(self, binder: Binder) -> Composed | None:
        return None

    def shown(self, figure: object, words: Words) -> str:
        return dict(_STATUSES)[str(figure or "unknown")]

    def compared(self, words: Words) -> tuple[str, str]:
        return "", dict(_STATUSES)[self.status]

    def sentence(self, words: Words) -> str:
        what = f"{purpose_label(self.purpose).lower()} by {Channel(self.channel).label.lower()}"
        return {
            "granted": f"allow {what}",
            "withdrawn": f"have withdrawn {what}",
            "unknown": f"never said yes or no to {what}",
        }[self.status]
