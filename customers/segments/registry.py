"""The kinds of rule there are, and what the builder's menu offers."""

from customers.segments.attribute.leaf import Attribute
from customers.segments.base import LeafBase, Subject
from customers.segments.consent.leaf import Permission
from customers.segments.orders.leaf import Orders
from customers.segments.rung.leaf import Rung
from customers.segments.segment.leaf import InSegment

KINDS: dict[str, type[LeafBase]] = {}
SUBJECTS: dict[str, Subject] = {}


def register(kind: type[LeafBase]) -> None:
    """A kind of rule; apps above add theirs in config/wiring.py."""
    KINDS[str(kind.__struct_config__.tag)] = kind
    SUBJECTS.update({subject.key: subject for subject in kind.subjects})


for _kind in (Attribute, Orders, Rung, Permission, InSegment):
    register(_kind)


def fixed_part(subject: Subject) -> dict[str, str]:
    """The part of the JSON that choosing the subject decides."""
    return {"kind": subject.key.partition(".")[0], **subject.fixed}


def subject_of(leaf: dict[str, object]) -> Subject | None:
    """The builder's entry for a stored rule; None when the rule is not one we know."""
    return next(
        (s for s in SUBJECTS.values() if fixed_part(s).items() <= leaf.items()),
        None,
    )
