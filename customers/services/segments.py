"""Saving and deleting segments."""

from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.text import clean_text
from customers.events.segments import SegmentDeleted, SegmentRuleChanged, SegmentSaved
from customers.models.segments import Segment, SegmentChange, SegmentFlip, SegmentMember
from customers.segments.tree import parse_rule
from customers.selectors.membership import dependents_of, segments_asking, users_of
from customers.services.locks import BrandLock, lock_brand
from customers.services.membership import lock_memberships


def create_segment(*, name: str, rule: dict[str, Any]) -> Segment:
    """Raises BadRule, or Invalid when the name is missing or taken."""
    segment = Segment(name=clean_name(name), rule=rule)
    _lock_rules()
    parse_rule(rule)
    save_named(segment)
    record(SegmentSaved(subject_id=segment.pk))
    record(SegmentRuleChanged(subject_id=segment.pk))
    return segment


def update_segment(*, segment: Segment, name: str, rule: dict[str, Any]) -> Segment:
    """Campaigns that were launched keep the rule they froze. Raises BadRule, Invalid, and Conflict
    for a list, whose members are chosen by hand."""
    if segment.kind == Segment.Kind.LIST and rule != segment.rule:
        raise Conflict("A list has no rule: add people to it, or take them off.")
    _lock_rules()
    parse_rule(rule, own_id=segment.pk)
    is_changed = not Segment.objects.filter(pk=segment.pk, rule=rule).exists()
    segment.name = clean_name(name)
    segment.rule = rule
    segment.updated_at = now()
    save_named(segment, "name", "rule", "updated_at")
    record(SegmentSaved(subject_id=segment.pk))
    if is_changed:
        _raise_generation([segment])
    return segment


def renew_segments(*, asking: Collection[str]) -> None:
    """Have everybody looked at again in the segments with a rule of such a kind or field: what
    they look at was changed for many customers at once, without a word about each."""
    _lock_rules()
    _raise_generation(segments_asking(asking))


def save_named(segment: Segment, *fields: str) -> None:
    """Only these fields of a stored segment: the others belong to its evaluation. Raises Invalid
    when another one has its name."""
    try:
        with transaction.atomic():
            segment.save(update_fields=fields or None)
    except IntegrityError as error:
        if "segment_name" not in str(error):
            raise
        raise Invalid.at(
            "name", f"There is a segment “{segment.name}” already.", code="name_taken"
        ) from error
    segment.refresh_from_db()


def clean_name(name: str) -> str:
    """The name as it is kept. Raises Invalid."""
    with naming("name"):
        cleaned = clean_text(name, max_length=120)
    if not cleaned:
        raise Invalid.at("name", "Give the segment a name.")
    return cleaned


def delete_segment(*, segment: Segment) -> None:
    """With the record of who was in it. Raises Conflict when another segment or a campaign uses
    it."""
    _lock_rules()
    if users := users_of(segment):
        raise Conflict(f"The segment “{users[0].name}” uses this one. Change that one first.")
    # An evaluation that is under way would add members behind our back.
    lock_memberships()
    pk = segment.pk
    try:
        with transaction.atomic():
            for owned in (SegmentMember, SegmentFlip, SegmentChange):
                owned.objects.filter(segment=segment).delete()
            segment.delete()
    except IntegrityError as error:
        # The campaigns' key to this row; which rows those are is not this app's business.
        raise Conflict("A campaign uses this segment, so it has to stay.") from error
    record(SegmentDeleted(subject_id=pk))


def _raise_generation(segments: list[Segment]) -> None:
    """Of these and of all that contain them: their members are to be looked at again."""
    changed = {segment.pk for segment in segments} | dependents_of(*segments)
    Segment.objects.filter(pk__in=changed).update(generation=F("generation") + 1)
    for segment in segments:
        segment.refresh_from_db()
    for pk in sorted(changed):
        record(SegmentRuleChanged(subject_id=pk))


def _lock_rules() -> None:
    """Until the transaction ends no other rule of the brand is saved: two at once could each put
    the other segment into their own."""
    lock_brand(BrandLock.SEGMENT_RULES)
