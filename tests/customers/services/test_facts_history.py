"""Histories on the fact row: whatever happens, in whatever order, they equal a full recompute."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models.brands import Brand
from customers.models.customer_events import CustomerEvent
from customers.models.customers import Customer, CustomerFacts
from customers.models.merges import Merge
from customers.models.orders import Order, Refund
from customers.models.segments import DirtyCustomer
from customers.services.facts import Written, audit_facts, refresh_facts
from customers.services.merges import merge_customers, undo_merge
from customers.services.orders import cancel_order, record_order
from customers.services.refunds import record_refund
from tests import factories

EPOCH = date(1970, 1, 1)
_order = st.integers(0, 4)
_person = st.integers(0, 2)
_days = st.integers(0, 40)
_acts = st.lists(
    st.one_of(
        st.tuples(st.just("order"), _order, _person, _days, st.sampled_from([0, 100, 250])),
        st.tuples(st.just("cancel"), _order),
        st.tuples(st.just("refund"), _order, _days, st.sampled_from([50, 100])),
        st.tuples(st.just("event"), _person, st.sampled_from(["seen", "asked"]), _days),
        st.tuples(st.just("merge"), _person, _person),
        st.tuples(st.just("undo")),
    ),
    min_size=1,
    max_size=14,
)


def at(days: int, seconds: float = 0) -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=days, seconds=seconds)


def order(
    people: list[Customer], number: int, place: int, person: int, days: int, minor: int
) -> None:
    who = people[person]
    while who.merged_into_id:
        who = Customer.objects.get(pk=who.merged_into_id)
    record_order(
        source="test",
        source_id=f"o{place}",
        placed_at=at(days, place),
        customer=who,
        gross_minor=minor,
    )


def cancel(people: list[Customer], number: int, place: int) -> None:
    cancel_order(source="test", source_id=f"o{place}", cancelled_at=at(50))


def refund(people: list[Customer], number: int, place: int, days: int, minor: int) -> None:
    record_refund(
        source="test",
        source_id=f"r{place}",
        refunded_at=at(days),
        order_ref=f"o{place}",
        amount_minor=minor,
    )


def event(people: list[Customer], number: int, person: int, name: str, days: int) -> None:
    CustomerEvent.objects.create(
        customer_id=people[person].pk,
        name=name,
        at=at(days, 0.7),
        source="test",
        source_id=str(number),
    )
    refresh_facts(customer_ids=[people[person].pk])


def merge(people: list[Customer], number: int, kept: int, gone: int) -> None:
    rows = [people[kept], people[gone]]
    takes_part = Customer.objects.filter(merged_into__in=rows).exists()
    if kept != gone and not takes_part and not any(row.merged_into_id for row in rows):
        merge_customers(kept=rows[0], gone=rows[1])


def undo(people: list[Customer], number: int) -> None:
    if last := Merge.objects.filter(undone_at=None).last():
        undo_merge(merge=last)


ACTS = {
    "order": order,
    "cancel": cancel,
    "refund": refund,
    "event": event,
    "merge": merge,
    "undo": undo,
}


def do(act: tuple[Any, ...], people: list[Customer], number: int) -> None:
    ACTS[act[0]](people, number, *act[1:])
    for person in people:
        person.refresh_from_db()


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=_acts)
def test_any_order_of_events_gives_what_a_full_recompute_gives(
    floral: Brand, acts: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        people = [factories.customer(first_name=name) for name in "ABC"]
        refresh_facts(customer_ids=None)
        for number, act in enumerate(acts):
            do(act, people, number)
        assert audit_facts() == Written(0, 0)
        for person in people:
            check(person)
        transaction.set_rollback(True)


def check(person: Customer) -> None:
    """The row against a plain reading of what is in the database."""
    facts = CustomerFacts.objects.get(customer=person)
    orders = Order.objects.filter(customer=person, is_counted=True)
    placed = list(orders.order_by("placed_on", "placed_at", "pk"))
    assert facts.orders_count == len(placed)
    assert facts.order_days == [(order.placed_on - EPOCH).days for order in placed]
    assert facts.order_gross == so_far([order.gross_minor for order in placed])
    refunds = Refund.objects.filter(customer=person, is_counted=True)
    returned = list(refunds.order_by("refunded_on", "refunded_at", "pk"))
    assert facts.refund_days == [(refund.refunded_on - EPOCH).days for refund in returned]
    assert facts.refund_minor == so_far([refund.amount_minor for refund in returned])
    spent, back = sum(o.gross_minor for o in placed), sum(r.amount_minor for r in returned)
    assert (facts.gross_minor, facts.refunded_minor, facts.net_minor) == (spent, back, spent - back)
    assert facts.events == events_of(person)
    rungs = orders.order_by("placed_at", "pk").values_list("rung", flat=True)
    assert list(rungs) == list(range(1, len(placed) + 1))
    assert not Order.objects.filter(is_counted=False, rung__isnull=False).exists()


def so_far(amounts: list[int]) -> list[int]:
    return [sum(amounts[: place + 1]) for place in range(len(amounts))]


def events_of(person: Customer) -> dict[str, list[int]]:
    if person.merged_into_id:
        return {}
    mine = Customer.objects.filter(pk=person.pk) | Customer.objects.filter(merged_into=person)
    found: dict[str, list[int]] = {}
    rows = CustomerEvent.objects.filter(customer_id__in=mine.values("pk")).order_by("at")
    for name, moment in rows.values_list("name", "at"):
        second = int(moment.timestamp())
        held = found.setdefault(name, [0, second, second])
        held[0] += 1
        held[2] = second
    return found


@pytest.mark.django_db
def test_whose_facts_changed_is_looked_at_again(floral: Brand) -> None:
    person = factories.customer(first_name="A")
    refresh_facts(customer_ids=None)
    DirtyCustomer.objects.all().delete()
    factories.order(person, source_id="1", on=date(2026, 3, 1))
    refresh_facts(customer_ids=[person.pk])
    assert list(DirtyCustomer.objects.values_list("customer_id", flat=True)) == [person.pk]
    refresh_facts(customer_ids=[person.pk])
    assert DirtyCustomer.objects.count() == 1


@pytest.mark.django_db
def test_a_customer_has_at_most_a_hundred_names_of_events(floral: Brand) -> None:
    person = factories.customer(first_name="A")
    CustomerEvent.objects.bulk_create(
        CustomerEvent(
            customer_id=person.pk,
            name=f"event_{number}",
            at=at(number),
            source="test",
            source_id=str(number),
        )
        for number in range(101)
    )
    refresh_facts(customer_ids=[person.pk])
    events = CustomerFacts.objects.get(customer=person).events
    assert len(events) == 100
    assert "event_0" not in events
