"""The kinds of rule there are, and what the builder's menu offers."""

from customers.segments.anniversary.leaf import Anniversary
from customers.segments.attribute.leaf import Attribute
from customers.segments.attribute.typed import BooleanAttribute, DateAttribute, NumberAttribute
from customers.segments.base import LeafBase, Subject
from customers.segments.consent.leaf import Permission
from customers.segments.event.leaf import Event
from customers.segments.figure.buying import BUYING
from customers.segments.figure.ladder import LADDER
from customers.segments.figure.leaf import FIGURES, Figure, FigureRule
from customers.segments.identity.leaf import Known
from customers.segments.orders.leaf import Orders
from customers.segments.reachable.leaf import Reachable
from customers.segments.rung.leaf import Rung
from customers.segments.segment.leaf import InSegment

KINDS: dict[str, type[LeafBase]] = {}
SUBJECTS: dict[str, Subject] = {}


def register(kind: type[LeafBase]) -> None:
    """A kind of rule; apps above add theirs in config/registries.py."""
    KINDS[str(kind.__struct_config__.tag)] = kind
    SUBJECTS.update({subject.key: subject for subject in kind.subjects})


def register_figure(figure: Figure) -> None:
    """A figure that rules may name; whoever keeps it adds it (config/registries.py)."""
    FIGURES[figure.name] = figure
    SUBJECTS[f"figure.{figure.name}"] = figure.subject()


for _kind in (
    Attribute,
    NumberAttribute,
    DateAttribute,
    BooleanAttribute,
    Known,
    Orders,
    Rung,
    FigureRule,
    Anniversary,
    Event,
    Permission,
    Reachable,
    InSegment,
):
    register(_kind)
for _figure in (*LADDER, *BUYING):
    register_figure(_figure)


def fixed_part(subject: Subject) -> dict[str, str]:
    """The part of the JSON that choosing the subject decides."""
    return {"kind": subject.key.partition(".")[0], **subject.fixed}


def subject_of(leaf: dict[str, object]) -> Subject | None:
    """The builder's entry for a stored rule; None when the rule is not one we know."""
    return next(
        (s for s in SUBJECTS.values() if fixed_part(s).items() <= leaf.items()),
        None,
    )
