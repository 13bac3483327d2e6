"""Being in another segment: its rule is put in place of this one when the tree is read."""

from typing import Annotated, Literal

from msgspec import Meta
from psycopg.sql import Composed

from config.kit import ids
from customers.models.segments import Segment
from customers.segments.base import Binder, Control, LeafBase, Subject, Words

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
