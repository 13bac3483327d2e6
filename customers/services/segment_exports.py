"""Taking a segment's people away as a file."""

from datetime import date

from django.db import transaction

from accounts.services.events import record
from customers.events.segments import SegmentExported
from customers.models.segments import Segment
from customers.selectors.members import member_ids


def export_segment(*, segment: Segment, as_of: date) -> list[int]:
    """The ids of who is in it, for the file; that somebody took it is recorded. Raises BadRule."""
    with transaction.atomic():
        chosen = member_ids(segment.rule, as_of=as_of)
        record(SegmentExported(subject_id=segment.pk, customers=len(chosen)))
    return chosen
