"""What is known of one customer, beside the timeline."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from accounts.selectors.members import names_of
from customers.models.consents import Channel, Suppression
from customers.models.customers import Customer, CustomerFacts, Note
from customers.models.identities import Identity
from customers.models.merges import Merge
from customers.models.orders import Order
from customers.models.segments import SegmentMember
from customers.selectors.consents import Standing, permission_at
from customers.selectors.customers import canonical_ids
from customers.selectors.membership import history

NOTES = 20


@dataclass(frozen=True, slots=True)
class WrittenNote:
    note: Note
    author: str


@dataclass(frozen=True, slots=True)
class Profile:
    """`usual_gap` is the median number of days between this customer's own orders, `gaps` are all
    of them in order of time; `standings` are as of the instant that was asked for."""

    customer: Customer
    facts: CustomerFacts
    identities: list[Identity]
    standings: list[Standing]
    suppression: Suppression | None
    gaps: list[int]
    segments: list[SegmentMember]
    merges: list[Merge]
    notes: list[WrittenNote]

    @property
    def usual_gap(self) -> float | None:
        return median(self.gaps) if self.gaps else None


def profile(customer: Customer, *, at: datetime) -> Profile:
    """Everything beside the timeline; what they allowed is as of `at`."""
    ids = canonical_ids(customer.pk)
    gaps = (
        Order.objects.filter(customer=customer, gap_days__isnull=False)
        .order_by("rung")
        .values_list("gap_days", flat=True)
    )
    suppression = Suppression.objects.filter(
        channel=Channel.EMAIL, address=customer.email_norm or "-"
    )
    merges = Merge.objects.filter(kept=customer, undone_at=None).select_related("gone")
    return Profile(
        customer=customer,
        facts=CustomerFacts.objects.filter(customer=customer).first()
        or CustomerFacts(customer=customer),
        identities=list(Identity.objects.filter(customer=customer).order_by("kind", "id")),
        standings=permission_at(customer, at),
        suppression=suppression.first(),
        gaps=[gap for gap in gaps if gap is not None],
        segments=list(history(ids).filter(left_at=None)),
        merges=list(merges.order_by("-at")),
        notes=_notes(ids),
    )


def _notes(customer_ids: list[int]) -> list[WrittenNote]:
    notes = list(Note.objects.filter(customer__in=customer_ids).order_by("-at", "-id")[:NOTES])
    names = names_of(note.author_id for note in notes)
    return [WrittenNote(note, names.get(note.author_id or 0, "")) for note in notes]
