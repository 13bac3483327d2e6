"""Who is in which segment, and since when: kept up as data, time and rules change.

One program at a time evaluates a brand (an advisory lock until its commit). So each evaluation sees
what the one before it wrote, and, its statements' snapshots being younger than its claim, every
change whose customer it claimed. A rule that changes meanwhile leaves `generation` ahead of
`evaluated_generation`, and the segment is evaluated once more."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

from django.db import DataError, ProgrammingError, connection, transaction
from django.db.models import F, QuerySet
from psycopg.sql import SQL

from accounts.models.brands import Brand
from accounts.scope import brand_scope, current_brand_id
from accounts.services.events import record
from config.kit.clock import day_start, now
from config.kit.sql import load
from customers.events.segments import SegmentMembersChanged
from customers.models.segments import DirtyCustomer, Segment, SegmentFlip, SegmentMember
from customers.segments.compiler import Ground, compile_flips, compile_tree, ground
from customers.segments.tree import BadRule, Branch, parse_rule
from customers.services.locks import BrandLock, lock_brand

logger = logging.getLogger(__name__)

Cause = SegmentMember.Cause
# Claimed from each end of the queue, or of due flips, in one transaction.
BATCH = 2_000
# For how many days flips are written down, and of how many customers of one segment; a day that
# moves more is met by a look at everybody.
FORESEEN_DAYS = 3
MOST_FLIPS = 20_000


@dataclass(frozen=True, slots=True)
class Moved:
    """What one evaluation did. `members`: how many of those looked at are in the segment now;
    `unexplained`: how many moved without a change or a due flip that was still to be looked at;
    `change_id`: the SegmentChange, None when nobody moved."""

    entered: int
    left: int
    members: int
    unexplained: int
    change_id: int | None


@dataclass(frozen=True, slots=True)
class _Look:
    """What an evaluation has in common for all segments. `only`: the customers who are looked at,
    None: everybody. `is_still`: the brand is shown as of a day, so time moves nobody."""

    cause: Cause
    only: list[int] | None
    ground: Ground
    is_still: bool

    @property
    def day(self) -> date:
        return self.ground.today


def lock_memberships() -> None:
    """Until the transaction ends nobody else evaluates segments of the brand in scope."""
    lock_brand(BrandLock.MEMBERSHIPS)


def take_turn(*, brand_id: int) -> float | None:
    """Do what is due for a brand, each kind in a transaction of its own. In how many seconds the
    next turn is due; None when nothing is foreseen."""
    with brand_scope(brand_id):
        is_more = evaluate_dirty()
    with brand_scope(brand_id):
        is_more = evaluate_flips() or is_more
    with brand_scope(brand_id):
        brand = Brand.objects.get(pk=brand_id)
        is_more = evaluate_beyond(brand=brand) or is_more
        return 0 if is_more else seconds_to_next(brand=brand)


def evaluate_segment(*, segment_id: int, cause: Cause) -> Moved | None:
    """Compare everybody with the rule; None when the segment is gone or cannot be evaluated."""
    lock_memberships()
    segment = _with_rule().filter(pk=segment_id).first()
    return _evaluate(segment, _look(cause)) if segment else None


def evaluate_dirty(*, batch: int = BATCH) -> bool:
    """Evaluate customers about whom something changed; whether there may be more of them."""
    lock_memberships()
    params = {"brand_id": current_brand_id(), "batch": batch}
    claimed = [row[0] for row in _rows(load("customers", "membership_dirty"), params)]
    if claimed:
        look = _look(Cause.DATA, only=claimed)
        for segment in _with_rule().filter(evaluated_generation=F("generation")):
            _evaluate(segment, look)
    return len(claimed) >= batch


def evaluate_flips(*, batch: int = BATCH) -> bool:
    """Evaluate customers whose day has come; whether there may be more of them."""
    lock_memberships()
    params = {"brand_id": current_brand_id(), "now": now(), "batch": batch}
    claimed = sorted(_rows(load("customers", "membership_due_flips"), params))
    due = {pk: [who for _, who in rows] for pk, rows in groupby(claimed, key=itemgetter(0))}
    for segment in _with_rule().filter(pk__in=due, evaluated_generation=F("generation")):
        _evaluate(segment, _look(Cause.TIME, only=due[segment.pk]))
    return len(claimed) >= batch


def evaluate_beyond(*, brand: Brand) -> bool:
    """Evaluate everybody of one segment whose written flips have come to an end; whether there
    was one."""
    lock_memberships()
    ended = Segment.objects.filter(flips_until__lte=brand.today).order_by("flips_until").first()
    if ended is None:
        return False
    _evaluate(ended, _look(Cause.TIME))
    return True


def audit_segment(*, segment_id: int) -> Moved | None:
    """The nightly look at everybody: it must find what the evaluations in between have kept."""
    lock_memberships()
    segment = _with_rule().filter(pk=segment_id).first()
    if segment is None:
        return None
    is_current = segment.evaluated_generation == segment.generation
    moved = _evaluate(segment, _look(Cause.AUDIT if is_current else Cause.RULE))
    if moved and moved.unexplained and is_current:
        logger.error(
            "segment %s of brand %s had drifted: %s members; repaired",
            segment_id,
            segment.brand_id,
            moved.unexplained,
        )
    return moved


def next_segment_id(*, after: int) -> int | None:
    """The segment that the audit looks at next."""
    rest = _with_rule().filter(pk__gt=after).order_by("pk")
    return rest.values_list("pk", flat=True).first()


def has_waiting() -> bool:
    """Whether somebody of the brand in scope waits for a turn."""
    brand = Brand.objects.get(pk=current_brand_id())
    return DirtyCustomer.objects.exists() or seconds_to_next(brand=brand) == 0


def seconds_to_next(*, brand: Brand) -> float | None:
    """How long until time alone may move somebody; None when nothing is foreseen."""
    flip = SegmentFlip.objects.order_by("at").values_list("at", flat=True).first()
    ended = (
        Segment.objects.filter(flips_until__isnull=False)
        .order_by("flips_until")
        .values_list("flips_until", flat=True)
        .first()
    )
    instants = [flip] if flip else []
    if ended and brand.as_of is None:
        instants.append(day_start(ended, brand.time_zone))
    return max((min(instants) - now()).total_seconds(), 0) if instants else None


def write_moves(segment: Segment, statement: Any, params: dict[str, Any], *, cause: Cause) -> Moved:
    """Run a statement that answers as membership_diff.sql does, and say what it moved."""
    # Never before the former evaluation, whatever the clock does: intervals must not overlap.
    at = max(now(), segment.evaluated_at or now())
    own = {"segment_id": segment.pk, "brand_id": segment.brand_id, "at": at, "cause": cause}
    ((change_id, entered, left, members, unexplained),) = _rows(statement, params | own)
    if change_id is not None:
        Segment.objects.filter(pk=segment.pk).update(
            evaluated_at=at, members_count=F("members_count") + entered - left
        )
        record(
            SegmentMembersChanged(
                subject_id=segment.pk,
                change_id=change_id,
                entered=entered,
                left=left,
                cause=cause.value,
            )
        )
    return Moved(entered, left, members, unexplained, change_id)


def _look(cause: Cause, *, only: Collection[int] | None = None) -> _Look:
    brand = Brand.objects.get(pk=current_brand_id())
    asked = None if only is None else sorted(set(only))
    return _Look(cause, asked, ground(), is_still=brand.as_of is not None)


def _evaluate(segment: Segment, look: _Look) -> Moved | None:
    """A rule that cannot be read or run is put aside, so that it does not stop the others."""
    try:
        with transaction.atomic():
            tree = parse_rule(segment.rule, own_id=segment.pk)
            moved = _compare(segment, tree, look)
            until = _foresee(segment, tree, look)
            if look.only is None:
                Segment.objects.filter(pk=segment.pk).update(
                    evaluated_generation=segment.generation,
                    members_count=moved.members,
                    flips_until=until,
                )
            return moved
    except (BadRule, DataError, ProgrammingError):
        logger.exception("segment %s of brand %s is put aside", segment.pk, segment.brand_id)
        Segment.objects.filter(pk=segment.pk).update(evaluated_generation=0, flips_until=None)
        return None


def _compare(segment: Segment, tree: Branch, look: _Look) -> Moved:
    members = compile_tree(tree, as_of=look.day, only=look.only, on=look.ground)
    statement = SQL(load("customers", "membership_diff")).format(members=members.sql)
    params = {**members.params, "only_ids": look.only}
    return write_moves(segment, statement, params, cause=look.cause)


def _foresee(segment: Segment, tree: Branch, look: _Look) -> date | None:
    """Write down the flips of the next days; the first day that was not, None where time stands
    still."""
    first = look.day + timedelta(days=1)
    beyond = first + timedelta(days=FORESEEN_DAYS)
    if look.only is not None:
        beyond = min(beyond, segment.flips_until or first)
    if look.is_still or beyond <= first:
        return None
    days = [first + timedelta(days=n) for n in range((beyond - first).days)]
    flips = compile_flips(tree, as_of=look.day, only=look.only, on=look.ground)
    params = {
        **flips.params,
        "segment_id": segment.pk,
        "only_ids": look.only,
        "most": MOST_FLIPS if look.only is None else len(look.only),
        "days": days,
        "instants": [day_start(day, look.ground.zone) for day in days],
        "beyond": beyond,
    }
    statement = SQL(load("customers", "membership_flips")).format(flips=flips.sql)
    ((until,),) = _rows(statement, params)
    return cast(date, until)


def _with_rule() -> QuerySet[Segment]:
    """Lists are kept by hand."""
    return Segment.objects.filter(kind=Segment.Kind.RULE)


def _rows(statement: Any, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
