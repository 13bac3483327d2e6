"""Lists: segments whose members are put there, and taken off, by hand.

A list's rule is "is on this list", so that counts, campaigns and other segments read it like any
other rule. Its members are kept as intervals like everybody's; whoever moves is dirty, because
other segments may ask about the list."""

from collections.abc import Collection
from typing import Any, LiteralString

from django.db import connection
from psycopg.sql import SQL, Composed

from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit import ids
from config.kit.errors import Conflict
from config.kit.sql import load
from customers.events.segments import SegmentSaved
from customers.models.segments import Segment
from customers.segments.compiler import compile_rule
from customers.segments.segment.leaf import PREFIX
from customers.selectors.segments import today
from customers.services.dirty import ring_after_commit
from customers.services.membership import Cause, Moved, lock_memberships, write_moves
from customers.services.segments import clean_name, save_named

_CHOSEN: LiteralString = (
    "SELECT customer.id FROM customers_customer AS customer"
    " WHERE customer.brand_id = %(brand_id)s AND customer.id = ANY(%(only_ids)s::bigint[])"
    " AND customer.merged_into_id IS NULL AND customer.erased_at IS NULL"
)
_NOBODY: LiteralString = "SELECT NULL::bigint AS id WHERE false"
_LISTED: LiteralString = (
    "SELECT customer_id AS id FROM customers_segmentmember"
    " WHERE brand_id = %(brand_id)s AND segment_id = %(segment_id)s AND left_at IS NULL"
)
_MARK_MOVED = """
INSERT INTO customers_dirtycustomer (brand_id, customer_id)
SELECT brand_id, customer_id
FROM customers_segmentmember
WHERE brand_id = %(brand_id)s
    AND (entered_change = %(change_id)s OR left_change = %(change_id)s)
"""


def create_list(*, name: str) -> Segment:
    """An empty list. Raises Invalid when the name is missing or taken."""
    segment = Segment(name=clean_name(name), kind=Segment.Kind.LIST, rule={})
    # There is nothing to work out: what is on it is what was put there.
    segment.evaluated_generation = segment.generation
    save_named(segment)
    segment.rule = {"all": [{"kind": "segment", "id": ids.encode(PREFIX, segment.uid)}]}
    segment.save(update_fields=["rule"])
    record(SegmentSaved(subject_id=segment.pk))
    return segment


def add_to_list(*, segment: Segment, customer_ids: Collection[int]) -> Moved:
    """Who is on it already, or is no customer (any more), is left out."""
    return _move(segment, Composed([SQL(_CHOSEN)]), {}, only=customer_ids)


def remove_from_list(*, segment: Segment, customer_ids: Collection[int]) -> Moved:
    return _move(segment, Composed([SQL(_NOBODY)]), {}, only=customer_ids)


def add_matching(*, segment: Segment, rule: object) -> Moved:
    """Put everybody on the list whom the rule matches now. Raises BadRule."""
    compiled = compile_rule(rule, as_of=today())
    members = SQL("{} UNION {}").format(compiled.sql, SQL(_LISTED))
    return _move(segment, members, compiled.params)


def _move(
    segment: Segment,
    members: Composed,
    params: dict[str, Any],
    *,
    only: Collection[int] | None = None,
) -> Moved:
    """Make `members` those of the list, as far as `only` reaches. Raises Conflict for a segment
    that has a rule."""
    if segment.kind != Segment.Kind.LIST:
        raise Conflict("Only a list takes people by hand: this segment has a rule.")
    lock_memberships()
    segment.refresh_from_db()
    statement = SQL(load("customers", "membership_diff")).format(members=members)
    only_ids = None if only is None else sorted(set(only))
    moved = write_moves(segment, statement, {**params, "only_ids": only_ids}, cause=Cause.HAND)
    if moved.change_id is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                _MARK_MOVED, {"brand_id": current_brand_id(), "change_id": moved.change_id}
            )
        ring_after_commit()
    segment.refresh_from_db()
    return moved
