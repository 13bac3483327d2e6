"""Background work: a WorkItem in PostgreSQL is the truth, the Celery message only the doorbell."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event as Signal
from threading import Thread
from typing import Any

from celery import shared_task
from django.db import connection, transaction
from django.db.models import F, Q
from kombu.exceptions import OperationalError

from accounts.events import Event
from accounts.models.brands import Brand
from accounts.models.work import WorkItem
from accounts.scope import brand_scope, current_brand_id
from config.kit.clock import now

logger = logging.getLogger(__name__)

# Longer than Celery's hard time limit (120 s): a claim outlives every run that could hold it.
LEASE = timedelta(seconds=150)
# What takes longer renews its claim so often, and is stopped by Celery after this many seconds.
RENEW_SECONDS = 50.0
LONGEST_SECONDS = 3_600
MAX_ATTEMPTS = 12
# Later than that the sweeper rings: Celery hands a message with a far date out again and again.
RING_AHEAD = 60.0


@dataclass(frozen=True, slots=True)
class Again:
    """Not finished: continue after `seconds` (0: at once)."""

    seconds: float = 0


Work = Callable[[int, int], Again | None]


@dataclass(frozen=True, slots=True)
class Background:
    """A kind of background work: `run(brand_id, ref_id)`, rung through `task`."""

    kind: str
    run: Work
    task: Any
    queue: str
    is_long: bool = False


KINDS: dict[str, Background] = {}


def background(
    *, queue: str, is_in_turn: bool = False, is_long: bool = False
) -> Callable[[Work], Background]:
    """Make `def f(brand_id, ref_id) -> Again | None` a kind of work with a Celery doorbell.

    The function opens its own scope, takes at most 60 s, and may be run twice. `is_in_turn`: a bell
    calls up the next brand's work, not the item it was rung for, so that a brand with ten thousand
    of them does not hold up another's one. `is_long`: it may take LONGEST_SECONDS, because its work
    cannot be cut into pieces (a large file is read whole before its first row is judged)."""

    def decorate(function: Work) -> Background:
        kind = f"{function.__module__}.{function.__qualname__}"
        # Without any of its own a task has config/celery.py's.
        limits: dict[str, Any] = {}
        if is_long:
            limits = {"soft_time_limit": LONGEST_SECONDS, "time_limit": LONGEST_SECONDS + 20}

        @shared_task(name=kind, **limits)
        def ring(item_id: int) -> None:
            if is_in_turn:
                perform_in_turn(kind)
            else:
                perform(item_id)

        KINDS[kind] = Background(kind, function, ring, queue, is_long)
        return KINDS[kind]

    return decorate


def run(work: Background) -> Callable[[Event], None]:
    """A wiring handler that asks for `work` on the event's subject."""

    def enqueue_for(event: Event) -> None:
        enqueue(work.kind, ref_id=event.subject_id)

    enqueue_for.__module__ = "run"
    enqueue_for.__qualname__ = work.kind
    return enqueue_for


def run_for_other(work: Background) -> Callable[[Event], None]:
    """The same in another brand, which the event names as `other_brand_id`: two brands are never
    in scope at once."""

    def enqueue_for(event: Event) -> None:
        enqueue(work.kind, ref_id=event.subject_id, brand_id=event.payload()["other_brand_id"])

    enqueue_for.__module__ = "run_for_other"
    enqueue_for.__qualname__ = work.kind
    return enqueue_for


# One row per (kind, ref_id). Asked for again it is due again, also when it had failed for good; a
# run that has begun may have looked too early, so a change of `attempts` keeps it from ending the
# item, which is then due when it was asked for last. An upsert locks the row: the item cannot be
# finished between being found and this commit.
_ASK = """
INSERT INTO accounts_workitem AS item (brand_id, kind, ref_id, due_at)
VALUES (%(brand_id)s, %(kind)s, %(ref_id)s, %(due_at)s)
ON CONFLICT (brand_id, kind, ref_id) DO UPDATE
SET due_at = CASE WHEN item.claimed_until > %(now)s THEN excluded.due_at
                  ELSE least(item.due_at, excluded.due_at) END,
    attempts = CASE WHEN item.claimed_until > %(now)s THEN item.attempts + 1 ELSE 0 END,
    failed_at = NULL
RETURNING id
"""


def enqueue(kind: str, *, ref_id: int, delay: float = 0, brand_id: int | None = None) -> None:
    """Ask for work of the brand in scope, or of another: it is done at least once after this
    commit."""
    assert connection.in_atomic_block
    moment = now()
    with connection.cursor() as cursor:
        cursor.execute(
            _ASK,
            {
                "brand_id": brand_id or current_brand_id(),
                "kind": kind,
                "ref_id": ref_id,
                "due_at": moment + timedelta(seconds=delay),
                "now": moment,
            },
        )
        (item_id,) = cursor.fetchone()
    ring_after_commit(kind, item_id, seconds=delay)


def ring_after_commit(kind: str, item_id: int, *, seconds: float = 0) -> None:
    """Ring for an item that this transaction has written."""
    transaction.on_commit(lambda: _ring(kind, item_id, seconds=seconds))


def for_each_brand(act: Callable[[int], object]) -> None:
    """Act on each brand's id, in its scope: what beat starts is work of each brand's own."""
    for brand_id in Brand.objects.values_list("pk", flat=True):
        with brand_scope(brand_id):
            act(brand_id)


def enqueue_for_each_brand(work: Background, *, where: Callable[[], bool] = lambda: True) -> None:
    """Ask for work of each brand in whose scope `where` holds; `ref_id` is the brand again."""

    def enqueue_where(brand_id: int) -> None:
        if where():
            enqueue(work.kind, ref_id=brand_id)

    for_each_brand(enqueue_where)


# As text: it is asked after each order and each batch of events.
_IS_COMING = """
SELECT EXISTS (
    SELECT FROM accounts_workitem
    WHERE brand_id = %(brand_id)s AND kind = %(kind)s AND ref_id = %(ref_id)s
        AND due_at <= %(due_by)s AND failed_at IS NULL
        AND (claimed_until IS NULL OR claimed_until < %(now)s)
)
"""


def is_coming(kind: str, *, brand_id: int, ref_id: int, within: float) -> bool:
    """Whether this work has not begun and will in so many seconds: it will see all that is
    committed by now, so nobody need ask for it."""
    moment = now()
    with connection.cursor() as cursor:
        cursor.execute(
            _IS_COMING,
            {
                "brand_id": brand_id,
                "kind": kind,
                "ref_id": ref_id,
                "due_by": moment + timedelta(seconds=within),
                "now": moment,
            },
        )
        return bool(cursor.fetchone()[0])


def _is_free(moment: datetime) -> Q:
    """Nobody holds it, or no longer."""
    return Q(claimed_until__isnull=True) | Q(claimed_until__lt=moment)


def perform(item_id: int) -> bool:
    """Claim and run one item. False when it is not due, taken or gone."""
    moment = now()
    claimed = WorkItem.objects.filter(
        _is_free(moment), pk=item_id, kind__in=KINDS, due_at__lte=moment, failed_at__isnull=True
    ).update(claimed_until=moment + LEASE, attempts=F("attempts") + 1)
    if not claimed:
        return False
    item = WorkItem.objects.get(pk=item_id)
    work = KINDS[item.kind]
    try:
        with _claim_renewed(item) if work.is_long else nullcontext():
            outcome = work.run(item.brand_id, item.ref_id)
    except Exception:
        logger.exception("work %s %s of brand %s failed", item.kind, item.ref_id, item.brand_id)
        _put_back(item)
        raise
    wait = _settle(item, outcome)
    if wait is not None:
        _ring(item.kind, item.pk, seconds=wait)
    return True


@contextmanager
def _claim_renewed(item: WorkItem) -> Iterator[None]:
    """Hold the claim while the process lives, and no longer: LEASE after its death another may."""
    is_over = Signal()

    def renew() -> None:
        try:
            while not is_over.wait(RENEW_SECONDS):
                until = now() + LEASE
                mine = WorkItem.objects.filter(pk=item.pk, claimed_until=item.claimed_until)
                if not mine.update(claimed_until=until):
                    return
                item.claimed_until = until
        finally:
            connection.close()

    thread = Thread(target=renew, name=f"claim of work {item.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


# Whose work of a kind this process did last.
_last_brands: dict[str, int] = {}
_MOST_CONTESTED = 5


def perform_in_turn(kind: str) -> bool:
    """Claim and run one due item of the brand after the one served last. As many bells ring as
    there are items, so that all have their turn. False when nothing is due."""
    for _ in range(_MOST_CONTESTED):
        last = _last_brands.get(kind, 0)
        moment = now()
        due = WorkItem.objects.filter(
            _is_free(moment), kind=kind, due_at__lte=moment, failed_at__isnull=True
        ).order_by("brand_id", "kind", "ref_id")
        found = due.filter(brand_id__gt=last).first() or due.first()
        if found is None:
            return False
        _last_brands[kind] = found.brand_id
        if perform(found.pk):
            return True
    return False


def _settle(item: WorkItem, outcome: Again | None) -> float | None:
    """End the item or put it back; in how many seconds it is due again."""
    mine = WorkItem.objects.filter(pk=item.pk, attempts=item.attempts)
    if outcome is None:
        is_settled = bool(mine.delete()[0])
    else:
        due = now() + timedelta(seconds=outcome.seconds)
        is_settled = bool(mine.update(claimed_until=None, due_at=due, attempts=0))
    if is_settled:
        return outcome.seconds if outcome is not None else None
    # Asked for again while it ran. Another's claim, after ours had lapsed, is left alone.
    ours = WorkItem.objects.filter(pk=item.pk, claimed_until=item.claimed_until)
    if not ours.update(claimed_until=None):
        return None
    asked = WorkItem.objects.filter(pk=item.pk).values_list("due_at", flat=True).first()
    return max((asked - now()).total_seconds(), 0) if asked else None


def sweep(*, limit: int = 200) -> int:
    """Ring again for what is due and unclaimed (a lost doorbell, a delay that has passed)."""
    moment = now()
    due = list(
        WorkItem.objects.filter(
            _is_free(moment),
            kind__in=KINDS,
            due_at__lte=moment - timedelta(seconds=5),
            failed_at__isnull=True,
        )
        .order_by("due_at")
        .values_list("kind", "id")[:limit]
    )
    for kind, item_id in due:
        _ring(kind, item_id)
    return len(due)


def drain(*, limit: int = 1000) -> int:
    """Run what is due, here and now, without the broker: for tests and one-off commands."""
    done = 0
    while done < limit:
        item_id = (
            WorkItem.objects.filter(kind__in=KINDS, due_at__lte=now(), failed_at__isnull=True)
            .exclude(claimed_until__gte=now())
            .order_by("id")
            .values_list("id", flat=True)
            .first()
        )
        if item_id is None or not perform(item_id):
            return done
        done += 1
    return done


def _put_back(item: WorkItem) -> None:
    """Back off 2, 4, 8 ... seconds; after MAX_ATTEMPTS keep the item as failed, for doctor."""
    wait = timedelta(seconds=min(2**item.attempts, 600))
    # By the claim, not by `attempts`: who asked again while it ran must not wait for the lease.
    WorkItem.objects.filter(pk=item.pk, claimed_until=item.claimed_until).update(
        claimed_until=None,
        due_at=now() + wait,
        failed_at=now() if item.attempts >= MAX_ATTEMPTS else None,
    )


def _ring(kind: str, item_id: int, *, seconds: float = 0) -> None:
    if seconds > RING_AHEAD:
        return
    # A little late: early, it would find the item not due and leave it to the sweeper.
    delay = {"countdown": seconds + 0.05} if seconds else {}
    try:
        KINDS[kind].task.apply_async(args=[item_id], queue=KINDS[kind].queue, retry=False, **delay)
    except OperationalError:
        # The row stands in PostgreSQL; the sweeper rings again when the broker is back.
        logger.warning("the broker did not take %s %s; the sweeper will", kind, item_id)
