"""By what a customer is known: e-mail addresses, phones, ids in other systems."""

from typing import Annotated, Literal

from msgspec import Meta
from psycopg.sql import SQL, Composed

from customers.segments.base import LOOKUP, Control, LeafBase, Subject, Words
from customers.segments.binder import Binder
from customers.segments.phrases import Phrase, Wording

_WHAT = (("email", "an e-mail address"), ("phone", "a phone number"), ("external", "a shop's id"))
_SEVERAL = {"email": "e-mail addresses", "phone": "phone numbers", "external": "shops' ids"}
_OPS = (("has", "has"), ("has_not", "does not have"), ("several", "has several of"))


class Known(LeafBase, frozen=True, kw_only=True, tag="identity"):
    """`source` limits external ids to those of one system ("shopify")."""

    subjects = (
        Subject(
            "identity",
            "Known by",
            "Profile",
            {},
            (
                Control("op", "Comparison", "choice", choices=_OPS, start="has"),
                Control("what", "What", "choice", choices=_WHAT, start="phone"),
                Control("source", "Only of this shop or system", "text", optional=True),
            ),
        ),
    )

    @classmethod
    def wordings(cls) -> tuple[Wording, ...]:
        ops = (("has", "has"), ("has no", "has_not"), ("has several", "several"))
        return tuple(
            Wording(Phrase(f"{words} {{what:word}}", op=op), (Phrase("of source {source:text}"),))
            for words, op in ops
        )

    what: Literal["email", "phone", "external"]
    op: Literal["has", "has_not", "several"] = "has"
    source: Annotated[str, Meta(max_length=30)] = ""

    def __post_init__(self) -> None:
        if self.source and self.what != "external":
            raise ValueError('"source" only fits "external"')

    def cost(self) -> int:
        return LOOKUP

    def predicate(self, binder: Binder) -> Composed:
        if self.op == "several":
            return SQL("{} >= 2").format(self.figure(binder))
        found = SQL("EXISTS (SELECT{})").format(self._rows(binder))
        return SQL("NOT {}").format(found) if self.op == "has_not" else found

    def figure(self, binder: Binder) -> Composed:
        return SQL("(SELECT count(*){})").format(self._rows(binder))

    def _rows(self, binder: Binder) -> Composed:
        rows = SQL(
            " FROM customers_identity known WHERE known.brand_id = %(brand_id)s"
            " AND known.customer_id = customer.id AND known.kind = {}"
        ).format(binder.bind(self.what, "text"))
        if self.source:
            rows += SQL(" AND known.source = {}").format(binder.bind(self.source, "text"))
        return rows

    def next_flip(self, binder: Binder) -> Composed | None:
        return None

    def compared(self, words: Words) -> tuple[str, str]:
        return {
            "has": ("at least", "1"),
            "has_not": ("exactly", "0"),
            "several": ("at least", "2"),
        }[self.op]

    def sentence(self, words: Words) -> str:
        of = f" of “{self.source}”" if self.source else ""
        if self.op == "several":
            return f"have several {_SEVERAL[self.what]}{of}"
        what = dict(_WHAT)[self.what] + of
        return f"have {what}" if self.op == "has" else f"do not have {what}"
