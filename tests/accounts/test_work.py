"""Background work and events: done once, whatever is lost or repeated on the way."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts import routing, work
from accounts.events import Event
from accounts.models.events import DomainEvent, EventHandled
from accounts.models.work import WorkItem
from accounts.scope import Actor, acting, brand_scope
from accounts.services import events
from accounts.work import Again
from config.kit import clock
from tests.conftest import Cast


class BellRung(Event):
    type = "bell.rung"
    subject = "bell"


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """What the handlers of BellRung heard; the second one fails while `heard` holds a 13."""
    calls: list[int] = []

    def first(event: BellRung) -> None:
        calls.append(event.subject_id)

    def second(event: BellRung) -> None:
        if 13 in calls:
            raise RuntimeError("unlucky")
        calls.append(-event.subject_id)

    routing.on(BellRung, first, second)
    yield calls
    del routing._routes[BellRung]


def _record(cast: Cast, subject_id: int) -> DomainEvent:
    with brand_scope(cast.floral), acting(Actor("user", cast.ana.pk, request_id="r1")):
        return events.record(BellRung(subject_id=subject_id))


def test_each_handler_hears_an_event_once_even_when_it_is_dispatched_again(
    cast: Cast, heard: list[int]
) -> None:
    row = _record(cast, 7)

    assert work.drain() == 1
    events.dispatch(brand_id=cast.floral.pk, event_id=row.pk)

    assert heard == [7, -7]
    assert WorkItem.objects.count() == 0
    assert (row.actor_kind, row.actor_id, row.request_id) == ("user", cast.ana.pk, "r1")


def test_a_failing_handler_does_not_stop_the_others_and_is_tried_again(
    cast: Cast, heard: list[int]
) -> None:
    heard.append(13)
    row = _record(cast, 7)

    with pytest.raises(RuntimeError, match="unlucky"):
        work.drain()

    assert heard == [13, 7]
    item = WorkItem.objects.get()
    assert item.attempts == 1
    assert item.due_at > clock.now()
    heard.remove(13)
    WorkItem.objects.update(due_at=clock.now())
    assert work.drain() == 1
    assert heard == [7, -7]
    with brand_scope(cast.floral):
        assert EventHandled.objects.filter(event=row).count() == 2


def test_an_event_is_not_recorded_when_the_change_is_rolled_back(
    cast: Cast, heard: list[int]
) -> None:
    with brand_scope(cast.floral):
        events.record(BellRung(subject_id=7))
        transaction.set_rollback(True)

    assert WorkItem.objects.count() == 0
    assert work.drain() == 0
    assert heard == []


def test_an_event_without_a_wiring_line_is_refused(cast: Cast) -> None:
    with brand_scope(cast.floral), pytest.raises(AssertionError, match="wiring"):
        events.record(BellRung(subject_id=7))
    with brand_scope(cast.floral):
        assert DomainEvent.objects.count() == 0


@pytest.fixture
def counted() -> Iterator[tuple[str, list[int], list[Again | None]]]:
    """A kind of work that notes each run and answers as told (default: finished)."""
    runs: list[int] = []
    answers: list[Again | None] = []

    def count_run(brand_id: int, ref_id: int) -> Again | None:
        runs.append(ref_id)
        return answers.pop() if answers else None

    count_run.__qualname__ = f"count_run_{id(runs)}"
    made = work.background(queue="default")(count_run)
    yield made.kind, runs, answers
    del work.KINDS[made.kind]


def test_a_brand_with_much_to_do_does_not_hold_up_anothers_one(cast: Cast) -> None:
    runs: list[tuple[int, int]] = []

    def in_turn(brand_id: int, ref_id: int) -> None:
        runs.append((brand_id, ref_id))

    in_turn.__qualname__ = "in_turn"
    made = work.background(queue="default", is_in_turn=True)(in_turn)
    try:
        for brand, count in ((cast.floral, 4), (cast.grocer, 1), (cast.floral, 6)):
            with brand_scope(brand):
                for ref_id in range(count):
                    work.enqueue(made.kind, ref_id=ref_id)
        bells = list(WorkItem.objects.order_by("pk").values_list("pk", flat=True))
        for item_id in bells:
            made.task(item_id)
        made.task(bells[0])  # one too many
    finally:
        del work.KINDS[made.kind]
    first, second = cast.floral.pk, cast.grocer.pk
    in_order = [(first, 0), (second, 0), *((first, ref_id) for ref_id in range(1, 6))]
    assert (runs, WorkItem.objects.count()) == (in_order, 0)


def test_work_asked_for_twice_is_done_once(
    cast: Cast, counted: tuple[str, list[int], list[Again | None]]
) -> None:
    kind, runs, _ = counted
    with brand_scope(cast.floral):
        work.enqueue(kind, ref_id=5)
        work.enqueue(kind, ref_id=5)

    assert work.drain() == 1
    assert runs == [5]


def test_claimed_work_is_left_alone_until_the_claim_runs_out(
    cast: Cast, counted: tuple[str, list[int], list[Again | None]]
) -> None:
    kind, runs, _ = counted
    with brand_scope(cast.floral):
        work.enqueue(kind, ref_id=5)
    item = WorkItem.objects.get()
    WorkItem.objects.update(claimed_until=clock.now() + timedelta(minutes=1))

    assert not work.perform(item.pk)
    assert runs == []

    WorkItem.objects.update(claimed_until=clock.now() - timedelta(seconds=1))
    assert work.perform(item.pk)
    assert runs == [5]


def test_work_that_answers_again_goes_on_until_it_is_finished(
    cast: Cast, counted: tuple[str, list[int], list[Again | None]]
) -> None:
    kind, runs, answers = counted
    answers.extend([Again(), Again()])
    with brand_scope(cast.floral):
        work.enqueue(kind, ref_id=5)

    assert work.drain() == 3
    assert runs == [5, 5, 5]


def test_work_that_is_not_due_waits(
    cast: Cast, counted: tuple[str, list[int], list[Again | None]]
) -> None:
    kind, runs, _ = counted
    with brand_scope(cast.floral):
        work.enqueue(kind, ref_id=5, delay=60)

    assert work.drain() == 0
    assert work.sweep() == 0
    assert runs == []


def test_the_sweeper_rings_again_for_what_the_broker_lost(
    cast: Cast, counted: tuple[str, list[int], list[Again | None]]
) -> None:
    kind, runs, _ = counted
    with brand_scope(cast.floral):
        work.enqueue(kind, ref_id=5)
    WorkItem.objects.update(due_at=clock.now() - timedelta(seconds=40))

    assert work.sweep() == 1
    assert runs == []


def test_work_asked_for_again_while_it_runs_or_after_it_failed_is_done_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []

    def once_more(brand_id: int, ref_id: int) -> None:
        runs.append(ref_id)
        if len(runs) == 1:
            with brand_scope(brand_id):
                work.enqueue("bell.polish", ref_id=ref_id)

    kind = work.Background("bell.polish", once_more, work.KINDS[events.DISPATCH].task, "events")
    monkeypatch.setitem(work.KINDS, "bell.polish", kind)
    with brand_scope(cast.floral):
        work.enqueue("bell.polish", ref_id=5)

    assert work.drain() == 2
    assert (runs, WorkItem.objects.count()) == ([5, 5], 0)

    WorkItem.objects.create(
        brand_id=cast.floral.pk, kind="bell.polish", ref_id=5, attempts=12, failed_at=clock.now()
    )
    assert work.drain() == 0
    with brand_scope(cast.floral):
        work.enqueue("bell.polish", ref_id=5)
    assert work.drain() == 1
    assert (runs, WorkItem.objects.count()) == ([5, 5, 5], 0)


def test_work_is_rung_when_it_is_due_and_far_work_is_left_to_the_sweeper(
    cast: Cast,
    counted: tuple[str, list[int], list[Again | None]],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    kind, _, answers = counted
    rung: list[dict[str, Any]] = []
    monkeypatch.setattr(work.KINDS[kind].task, "apply_async", lambda **how: rung.append(how))
    with django_capture_on_commit_callbacks(execute=True), brand_scope(cast.floral):
        for delay in (0, 2, 3600):
            work.enqueue(kind, ref_id=5, delay=delay)
    assert [how.get("countdown") for how in rung] == [None, 2.05]

    rung.clear()
    answers.append(Again(30))
    assert work.drain() == 1
    assert [how["countdown"] for how in rung] == [30.05]


def test_work_asked_for_with_a_delay_while_it_runs_is_due_then(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def later(brand_id: int, ref_id: int) -> None:
        with brand_scope(brand_id):
            work.enqueue("bell.oil", ref_id=ref_id, delay=30)
            work.enqueue("bell.oil", ref_id=ref_id, delay=30)

    kind = work.Background("bell.oil", later, work.KINDS[events.DISPATCH].task, "events")
    monkeypatch.setitem(work.KINDS, "bell.oil", kind)
    with brand_scope(cast.floral):
        work.enqueue("bell.oil", ref_id=5)
    names = {"brand_id": cast.floral.pk, "ref_id": 5}
    assert work.is_coming("bell.oil", **names, within=0)

    assert work.drain() == 1

    item = WorkItem.objects.get()
    assert item.claimed_until is None
    assert clock.now() < item.due_at <= clock.now() + timedelta(seconds=30)
    assert not work.is_coming("bell.oil", **names, within=1)
    assert work.is_coming("bell.oil", **names, within=31)


def test_work_that_fails_after_it_was_asked_for_again_does_not_wait_for_its_lease(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask_and_fail(brand_id: int, ref_id: int) -> None:
        with brand_scope(brand_id):
            work.enqueue("bell.hang", ref_id=ref_id)
        raise RuntimeError("cracked")

    kind = work.Background("bell.hang", ask_and_fail, work.KINDS[events.DISPATCH].task, "events")
    monkeypatch.setitem(work.KINDS, "bell.hang", kind)
    with brand_scope(cast.floral):
        work.enqueue("bell.hang", ref_id=5)
    with pytest.raises(RuntimeError, match="cracked"):
        work.drain()

    item = WorkItem.objects.get()
    assert item.claimed_until is None
    assert item.due_at <= clock.now() + timedelta(seconds=10)


@pytest.mark.django_db(transaction=True)
def test_long_work_keeps_its_claim_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def long(brand_id: int, ref_id: int) -> None:
        for _ in range(400):
            seen.append(WorkItem.objects.get(ref_id=ref_id).claimed_until)
            if seen[-1] != seen[0]:
                return
            time.sleep(0.05)

    long.__qualname__ = "long"
    monkeypatch.setattr(work, "RENEW_SECONDS", 0.02)
    made = work.background(queue="default", is_long=True)(long)
    try:
        WorkItem.objects.create(brand_id=1, kind=made.kind, ref_id=3)
        assert work.drain() == 1
    finally:
        del work.KINDS[made.kind]
    assert seen[-1] > seen[0]
    assert WorkItem.objects.count() == 0
    assert made.task.soft_time_limit == work.LONGEST_SECONDS
