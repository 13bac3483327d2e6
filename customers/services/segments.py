"""Saving and deleting segments."""

from typing import Any

from django.db import IntegrityError, transaction

from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from config.kit.text import clean_text
from customers.events import SegmentDeleted, SegmentSaved
from customers.models.segments import Segment
from customers.segments.tree import parse_rule
from customers.selectors.segments import users_of


def create_segment(*, name: str, rule: dict[str, Any]) -> Segment:
    """Raises BadRule, or Invalid when the name is missing or taken."""
    return _save(Segment(), name=name, rule=rule)


def update_segment(*, segment: Segment, name: str, rule: dict[str, Any]) -> Segment:
    """Campaigns that were launched keep the rule they froze."""
    return _save(segment, name=name, rule=rule)


def _save(segment: Segment, *, name: str, rule: dict[str, Any]) -> Segment:
    parse_rule(rule, own_id=segment.pk)
    segment.name = _clean_name(name)
    segment.rule = rule
    segment.updated_at = now()
    try:
        with transaction.atomic():
            segment.save()
    except IntegrityError as error:
        if "segment_name" not in str(error):
            raise
        message = f"There is a segment “{segment.name}” already."
        raise Invalid(message, code="name_taken", fields={"name": message}) from error
    segment.refresh_from_db()
    record(SegmentSaved(subject_id=segment.pk))
    return segment


def _clean_name(name: str) -> str:
    try:
        cleaned = clean_text(name, max_length=120)
    except ValueError as error:
        raise Invalid(str(error), fields={"name": str(error)}) from error
    if not cleaned:
        message = "Give the segment a name."
        raise Invalid(message, fields={"name": message})
    return cleaned


def delete_segment(*, segment: Segment) -> None:
    """Raises Conflict when another segment or a campaign uses it."""
    if users := users_of(segment):
        raise Conflict(f"The segment “{users[0].name}” uses this one. Change that one first.")
    pk = segment.pk
    try:
        with transaction.atomic():
            segment.delete()
    except IntegrityError as error:
        # The campaigns' key to this row; which rows those are is not this app's business.
        raise Conflict("A campaign uses this segment, so it has to stay.") from error
    record(SegmentDeleted(subject_id=pk))
