"""What crashes, competes or comes meanwhile loses no change and doubles no member."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts import work
from accounts.models.brands import Brand
from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from customers import tasks
from customers.models.customers import Customer
from customers.models.segments import DirtyCustomer, Segment, SegmentChange, SegmentMember
from customers.services import dirty, membership
from customers.services.dirty import mark_dirty
from customers.services.membership import Cause
from customers.services.segments import create_segment, update_segment

pytestmark = pytest.mark.django_db(transaction=True)

FRENCH = {"all": [{"kind": "attribute", "field": "country", "op": "is", "values": ["France"]}]}
SPANISH = {"all": [{"kind": "attribute", "field": "country", "op": "is", "values": ["Spain"]}]}


@pytest.fixture
def french(cast) -> Segment:
    with brand_scope(cast.floral):
        segment = create_segment(name="French", rule=FRENCH)
        membership.evaluate_segment(segment_id=segment.pk, cause=Cause.RULE)
    return segment


def move_to(brand: Brand, customer: Customer, country: str) -> None:
    with brand_scope(brand):
        Customer.objects.filter(pk=customer.pk).update(country=country)
        mark_dirty([customer.pk])


def stays(brand: Brand) -> list[tuple[int, bool]]:
    with brand_scope(brand):
        rows = SegmentMember.objects.order_by("id").values_list("customer_id", "left_at")
        return [(who, left is None) for who, left in rows]


def waiting(brand: Brand) -> int:
    with brand_scope(brand):
        return DirtyCustomer.objects.count()


def in_thread(act: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def evaluate(brand: Brand) -> None:
    with brand_scope(brand):
        membership.evaluate_dirty()


def crash_after_evaluating(brand: Brand) -> None:
    with brand_scope(brand):
        membership.evaluate_dirty()
        raise KeyboardInterrupt


def test_a_crash_between_claim_and_commit_loses_nothing(cast, french: Segment) -> None:
    move_to(cast.floral, cast.rae, "France")
    with pytest.raises(KeyboardInterrupt):
        crash_after_evaluating(cast.floral)
    assert stays(cast.floral) == []
    assert waiting(cast.floral) == 1

    evaluate(cast.floral)
    assert stays(cast.floral) == [(cast.rae.pk, True)]
    assert waiting(cast.floral) == 0


def test_a_change_during_an_evaluation_is_seen_by_the_next(cast, french: Segment) -> None:
    move_to(cast.floral, cast.rae, "France")
    with brand_scope(cast.floral):
        membership.evaluate_dirty()
        in_thread(lambda: move_to(cast.floral, cast.rae, "Spain")).join()
    assert stays(cast.floral) == [(cast.rae.pk, True)]
    assert waiting(cast.floral) == 1

    evaluate(cast.floral)
    assert stays(cast.floral) == [(cast.rae.pk, False)]


def test_two_evaluators_of_a_brand_take_turns(cast, french: Segment) -> None:
    move_to(cast.floral, cast.rae, "France")
    with brand_scope(cast.floral):
        membership.evaluate_dirty()
        both = [in_thread(lambda: evaluate(cast.floral)), in_thread(lambda: audit(cast, french))]
        both[0].join(0.3)
        assert both[0].is_alive()
        assert both[1].is_alive()
    for thread in both:
        thread.join()
    assert stays(cast.floral) == [(cast.rae.pk, True)]
    with brand_scope(cast.floral):
        assert SegmentChange.objects.count() == 1


def audit(cast, segment: Segment) -> None:
    with brand_scope(cast.floral):
        membership.audit_segment(segment_id=segment.pk)


def test_a_rule_that_changes_during_an_evaluation_is_evaluated_again(
    cast, french: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_to(cast.floral, cast.rae, "Spain")
    compare = membership._compare

    def change_rule() -> None:
        with brand_scope(cast.floral):
            update_segment(segment=Segment.objects.get(pk=french.pk), name="Spanish", rule=SPANISH)

    def change_then_compare(*args, **options):
        in_thread(change_rule).join()
        monkeypatch.setattr(membership, "_compare", compare)
        return compare(*args, **options)

    monkeypatch.setattr(membership, "_compare", change_then_compare)
    with brand_scope(cast.floral):
        membership.evaluate_segment(segment_id=french.pk, cause=Cause.RULE)
    with brand_scope(cast.floral):
        french.refresh_from_db()
    assert (french.generation, french.evaluated_generation) == (2, 1)
    assert stays(cast.floral) == []

    assert work.drain() > 0
    with brand_scope(cast.floral):
        french.refresh_from_db()
    assert (french.generation, french.evaluated_generation) == (2, 2)
    assert stays(cast.floral) == [(cast.rae.pk, True)]


def test_a_change_asks_for_one_turn_a_second_later(cast, french: Segment) -> None:
    work.drain()
    WorkItem.objects.all().delete()
    move_to(cast.floral, cast.rae, "France")
    item = WorkItem.objects.get(kind=dirty.EVALUATE)
    assert (item.brand_id, item.ref_id) == (cast.floral.pk, cast.floral.pk)
    due = item.due_at

    move_to(cast.floral, cast.rae, "Spain")
    item.refresh_from_db()
    assert (item.due_at, item.attempts) == (due, 0)


def test_a_change_while_a_turn_runs_asks_for_another(
    cast, french: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.drain()
    WorkItem.objects.all().delete()
    move_to(cast.floral, cast.rae, "France")
    WorkItem.objects.update(due_at="2026-01-01T00:00Z")
    item = WorkItem.objects.get()
    turn = membership.take_turn

    def turn_and_change(*, brand_id: int) -> float | None:
        monkeypatch.setattr(membership, "take_turn", turn)
        wait = turn(brand_id=brand_id)
        move_to(cast.floral, cast.rae, "Spain")
        return wait

    monkeypatch.setattr(membership, "take_turn", turn_and_change)
    assert work.perform(item.pk)
    assert stays(cast.floral) == [(cast.rae.pk, True)]
    again = WorkItem.objects.get()
    assert again.claimed_until is None

    WorkItem.objects.update(due_at="2026-01-01T00:00Z")
    assert work.perform(again.pk)
    assert stays(cast.floral) == [(cast.rae.pk, False)]


def test_a_lost_ring_is_made_up_for(cast, french: Segment) -> None:
    work.drain()
    move_to(cast.floral, cast.rae, "France")
    WorkItem.objects.all().delete()

    tasks.look_for_dirty()
    assert WorkItem.objects.filter(kind=dirty.EVALUATE).count() == 1
    WorkItem.objects.update(due_at="2026-01-01T00:00Z")
    work.drain()
    assert stays(cast.floral) == [(cast.rae.pk, True)]
