"""What customers were sent, and whether they clicked."""

from datetime import date, timedelta
from typing import Annotated, Literal

from msgspec import Meta
from psycopg.sql import SQL, Composed

from campaigns.models.campaigns import Campaign
from config.kit import ids
from customers.segments.base import LOOKUP, Control, LeafBase, Subject, Words, days
from customers.segments.binder import Binder
from customers.segments.phrases import Phrase, Wording

PREFIX = "cmp"
_OPS = (
    ("sent", "was sent a mail"),
    ("not_sent", "was not sent any mail"),
    ("clicked", "clicked"),
    ("not_clicked", "was sent a mail and did not click"),
)


class Message(LeafBase, frozen=True, kw_only=True, tag="message"):
    """`days` looks back from the as-of day, which counts as the first; without it, ever.
    `campaign` is a public id, `cmp_...`; without it, any.

    `not_clicked`: a mail of the window was sent, and no link was clicked in the window."""

    subjects = (
        Subject(
            "message",
            "Mails",
            "Mails",
            {},
            (
                Control("op", "What", "choice", choices=_OPS, start="clicked"),
                Control(
                    "days", "Days", "number", before="in the last", after="days", optional=True
                ),
                Control("campaign", "Of this campaign", "text", suggest="campaign", optional=True),
            ),
        ),
    )

    @classmethod
    def wordings(cls) -> tuple[Wording, ...]:
        parts = (
            Phrase("in last {days:number} days"),
            Phrase("of campaign {campaign:text}"),
        )
        return (Wording(Phrase("message.{op:word}"), parts),)

    op: Literal["sent", "not_sent", "clicked", "not_clicked"]
    days: Annotated[int, Meta(ge=1, le=36_500)] | None = None
    campaign: Annotated[str, Meta(max_length=40)] = ""

    def __post_init__(self) -> None:
        if self.campaign and ids.decode(PREFIX, self.campaign) is None:
            raise ValueError('"campaign" is a public id, such as cmp_...')

    def cost(self) -> int:
        return LOOKUP

    def predicate(self, binder: Binder) -> Composed:
        sent = SQL("EXISTS (SELECT{})").format(self._sent(binder))
        clicked = SQL("EXISTS (SELECT{})").format(self._clicked(binder))
        match self.op:
            case "sent":
                return sent
            case "not_sent":
                return SQL("NOT {}").format(sent)
            case "clicked":
                return clicked
        return SQL("({} AND NOT {})").format(sent, clicked)

    def _sent(self, binder: Binder) -> Composed:
        return SQL(
            " FROM campaigns_delivery message WHERE message.brand_id = %(brand_id)s"
            " AND message.outcome = 'sent' AND {}"
        ).format(self._limits(binder))

    def _clicked(self, binder: Binder) -> Composed:
        return SQL(
            " FROM campaigns_feedback message WHERE message.brand_id = %(brand_id)s"
            " AND message.kind = 'click' AND NOT message.is_machine AND {}"
        ).format(self._limits(binder))

    def _limits(self, binder: Binder) -> Composed:
        where = binder.of_customer("message.customer_id")
        if self.days:
            first = binder.as_of - timedelta(days=self.days - 1)
            start = binder.bind(binder.start_of(first), "timestamptz")
            where += SQL(" AND message.at >= {}").format(start)
        if self.days or binder.is_past:
            end = binder.bind(binder.end_of(binder.as_of), "timestamptz")
            where += SQL(" AND message.at < {}").format(end)
        if self.campaign:
            # "" is no id at all: __post_init__ has refused it.
            uid = ids.decode(PREFIX, self.campaign) or ""
            found = Campaign.objects.filter(uid=uid)
            where += SQL(" AND message.campaign_id = {}").format(
                binder.bind(found.values_list("pk", flat=True).first(), "bigint")
            )
        return where

    def figure(self, binder: Binder) -> Composed:
        """The last mail or click that counts."""
        rows = self._clicked(binder) if self.op == "clicked" else self._sent(binder)
        return SQL("(SELECT (max(message.at) AT TIME ZONE {})::date{})").format(
            binder.bind(binder.zone, "text"), rows
        )

    def next_flip(self, binder: Binder) -> Composed | None:
        """The day the first mail, or the first click, leaves the window."""
        if not self.days:
            return None
        leaves = [
            SQL("(SELECT (min(message.at) AT TIME ZONE {})::date + {}{})").format(
                binder.bind(binder.zone, "text"), binder.bind(self.days, "integer"), rows
            )
            for rows in (self._sent(binder), self._clicked(binder))
        ]
        return SQL("LEAST({})").format(SQL(", ").join(leaves))

    def shown(self, figure: object, words: Words) -> str:
        return words.day(figure) if isinstance(figure, date) else ""

    def compared(self, words: Words) -> tuple[str, str]:
        return dict(_OPS)[self.op], f"in the last {days(self.days)}" if self.days else ""

    def sentence(self, words: Words) -> str:
        of = " of one campaign" if self.campaign else ""
        when = f" in the last {days(self.days)}" if self.days else ""
        return {
            "sent": f"were sent a mail{of}{when}",
            "not_sent": f"were not sent any mail{of}{when}",
            "clicked": f"clicked in a mail{of}{when}",
            "not_clicked": f"were sent a mail{of} but did not click{when}",
        }[self.op]
