"""Lists hold who was put there by hand, and whatever reads a segment can read them."""

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from config.kit import ids
from config.kit.clock import day_in
from config.kit.errors import Conflict, Invalid
from customers.models.customers import Customer
from customers.models.segments import DirtyCustomer, Segment, SegmentChange, SegmentMember
from customers.selectors.segments import count
from customers.services import membership
from customers.services.facts import refresh_facts
from customers.services.lists import (
    add_matching,
    add_to_list,
    create_list,
    remove_from_list,
)
from customers.services.segments import create_segment, delete_segment, update_segment
from tests import factories
from tests.customers.services.test_membership import BUYERS, evaluated, now_in


def within(segment: Segment) -> dict:
    return {"kind": "segment", "id": ids.encode("seg", segment.uid)}


def buyer(name: str) -> Customer:
    customer = factories.customer()
    factories.order(customer, source_id=name, on=day_in("Europe/London"))
    refresh_facts(customer_ids=[customer.pk])
    return customer


def test_people_are_put_on_a_list_once_and_taken_off(floral: Brand, cast) -> None:
    chosen = create_list(name="Friends")
    other = factories.customer()

    moved = add_to_list(segment=chosen, customer_ids=[cast.rae.pk, other.pk, other.pk])
    assert (moved.entered, moved.left) == (2, 0)
    assert add_to_list(segment=chosen, customer_ids=[other.pk]).change_id is None
    assert (now_in(chosen), chosen.members_count) == ({cast.rae.pk, other.pk}, 2)
    assert count(chosen.rule) == 2
    assert count({"none": [within(chosen)]}) == 0

    moved = remove_from_list(segment=chosen, customer_ids=[other.pk, 10**9])
    assert (moved.entered, moved.left) == (0, 1)
    assert (now_in(chosen), chosen.members_count) == ({cast.rae.pk}, 1)
    stay = SegmentMember.objects.get(customer_id=other.pk)
    assert (stay.entered_by, stay.left_by) == ("hand", "hand")
    assert DomainEvent.objects.filter(type="segment.members_changed").count() == 2


def test_nobody_else_gets_on_a_list(floral: Brand, cast) -> None:
    """Neither another brand's customer, nor one who was merged or erased, nor an odd number."""
    chosen = create_list(name="Friends")
    merged = factories.customer(merged_into=cast.rae)
    moved = add_to_list(segment=chosen, customer_ids=[merged.pk, 10**12])
    assert moved.entered == 0
    assert not SegmentMember.objects.exists()
    assert not SegmentChange.objects.exists()


def test_everybody_whom_a_rule_matches_is_put_on(floral: Brand, cast) -> None:
    chosen = create_list(name="Friends")
    ann, bob = buyer("A1"), buyer("B1")
    add_to_list(segment=chosen, customer_ids=[cast.rae.pk, ann.pk])

    assert add_matching(segment=chosen, rule=BUYERS).entered == 1
    assert now_in(chosen) == {cast.rae.pk, ann.pk, bob.pk}


def test_a_segment_with_a_rule_takes_nobody_by_hand(floral: Brand, cast) -> None:
    segment = evaluated("Buyers", BUYERS)
    with pytest.raises(Conflict, match="has a rule"):
        add_to_list(segment=segment, customer_ids=[cast.rae.pk])
    assert not SegmentMember.objects.exists()


def test_a_list_can_be_renamed_but_has_no_rule_to_change(floral: Brand) -> None:
    chosen = create_list(name="Friends")
    rule = chosen.rule
    update_segment(segment=chosen, name="Good friends", rule=rule)
    with pytest.raises(Conflict, match="has no rule"):
        update_segment(segment=chosen, name="Buyers", rule=BUYERS)
    with pytest.raises(Invalid):
        create_list(name="Good friends")
    stored = Segment.objects.get()
    assert (stored.name, stored.rule, stored.generation) == ("Good friends", rule, 1)


def test_a_segment_that_asks_about_a_list_follows_it(floral: Brand, cast, run_due_work) -> None:
    chosen = create_list(name="Friends")
    parent = create_segment(name="Not friends", rule={"none": [within(chosen)]})
    run_due_work()
    assert now_in(parent) == {cast.rae.pk}

    add_to_list(segment=chosen, customer_ids=[cast.rae.pk])
    assert DirtyCustomer.objects.get().customer_id == cast.rae.pk
    membership.evaluate_dirty()
    assert now_in(parent) == set()

    with pytest.raises(Conflict, match="“Not friends” uses this one"):
        delete_segment(segment=chosen)
    assert now_in(chosen) == {cast.rae.pk}


def test_no_evaluation_touches_a_list(floral: Brand, cast) -> None:
    chosen = create_list(name="Friends")
    add_to_list(segment=chosen, customer_ids=[cast.rae.pk])
    Customer.objects.filter(pk=cast.rae.pk).update(merged_into=factories.customer())
    membership.evaluate_dirty()
    assert membership.audit_segment(segment_id=chosen.pk) is None
    assert membership.next_segment_id(after=0) is None
    assert now_in(chosen) == {cast.rae.pk}
    assert count(chosen.rule) == 0
