"""The kinds of rule there are, and what the builder's menu offers."""

from customers.segments.attribute.leaf import Attribute
from customers.segments.base import LeafBase, Subject
from customers.segments.consent.leaf import Permission
from customers.segments.orders.leaf import Orders
from customers.segments.rung.leaf import Rung
from customers.segments.segment.leaf import InSegment

AnyLeaf = Attribute | Orders | Rung | Permission | InSegment
KINDS: dict[str, type[LeafBase]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (Attribute, Orders, Rung, Permission, InSegment)
}
SUBJECTS: dict[str, Subject] = {
    subject.key: subject for kind in KINDS.values() for subject in kind.subjects
}


def fixed_part(subject: Subject) -> dict[str, str]:
    """The part of the JSON that choosing the subject decides."""
    return {"kind": subject.key.partition(".")[0], **subject.fixed}


def subject_of(leaf: dict[str, object]) -> Subject | None:
    """The builder's entry for a stored rule; None when the rule is not one we know."""
    return next(
        (s for s in SUBJECTS.values() if fixed_part(s).items() <= leaf.items()),
        None,
    )
