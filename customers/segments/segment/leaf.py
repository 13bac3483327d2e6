"""Being in another segment (its rule takes this one's place when the tree is read), or on a
list of people."""

from typing import Annotated, Any, Literal

from msgspec import Meta
from psycopg.sql import SQL, Composed

from config.kit import ids
from customers.models.segments import Segment
from customers.segments.base import LOOKUP, Control, LeafBase, Subject, Words
from customers.segments.binder import Binder
from customers.segments.phrases import Phrase, Wording

PREFIX = "seg"


class InSegment(LeafBase, frozen=True, kw_only=True, tag="segment"):
    """`id` is the other segment's public id, `seg_...`."""

    subjects = (
        Subject(
            "segment",
            "Segment",
            "Segment",
            {},
            (
                Control(
                    "op",
                    "Comparison",
                    "choice",
                    choices=(("in", "is in"), ("not_in", "is not in")),
                    start="in",
                ),
                Control("id", "Segment", "segment"),
            ),
        ),
    )

    @classmethod
    def wordings(cls) -> tuple[Wording, ...]:
        return (
            Wording(Phrase("in segment {id:text}", op="in")),
            Wording(Phrase("not in segment {id:text}", op="not_in")),
        )

    id: Annotated[str, Meta(min_length=1, max_length=40)]
    op: Literal["in", "not_in"] = "in"

    def find(self) -> Segment | None:
        """The segment it names, when the brand in scope has it."""
        uid = ids.decode(PREFIX, self.id)
        return Segment.objects.filter(uid=uid).first() if uid else None

    def predicate(self, binder: Binder) -> Composed:
        raise AssertionError("tree.parse_rule() puts the named segment's rule in place of this")

    def sentence(self, words: Words) -> str:
        name = words.segments.get(self.id, "a segment that was deleted")
        return f"are{' not' if self.op == 'not_in' else ''} in “{name}”"

    def compared(self, words: Words) -> tuple[str, str]:
        return self.op.replace("_", " "), words.segments.get(self.id, "")


class OnList(InSegment, frozen=True, kw_only=True):
    """The same for a segment that is a list: who is on it is looked up. Only `parse_rule` makes
    it; its JSON is that of InSegment."""

    list_id: int

    def as_json(self) -> dict[str, Any]:
        return {"kind": "segment", "id": self.id, "op": self.op}

    def predicate(self, binder: Binder) -> Composed:
        when = SQL("member.left_at IS NULL").format()
        if binder.is_past:
            end = binder.bind(binder.end_of(binder.as_of), "timestamptz")
            when = SQL(
                "member.entered_at < {0} AND (member.left_at IS NULL OR member.left_at >= {0})"
            ).format(end)
        found = SQL(
            "EXISTS (SELECT FROM customers_segmentmember member"
            " WHERE member.brand_id = %(brand_id)s AND member.segment_id = {}"
            " AND member.customer_id = customer.id AND {})"
        ).format(binder.bind(self.list_id, "bigint"), when)
        return SQL("NOT {}").format(found) if self.op == "not_in" else found

    def cost(self) -> int:
        return LOOKUP

    def next_flip(self, binder: Binder) -> Composed | None:
        return None
