"""Members follow data, time and rules; nothing is lost, whatever crashes or competes."""

import logging
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from config.kit import ids
from config.kit.clock import day_in
from customers.models.customers import Customer
from customers.models.segments import (
    DirtyCustomer,
    Segment,
    SegmentChange,
    SegmentFlip,
    SegmentMember,
)
from customers.services import membership
from customers.services.dirty import mark_dirty
from customers.services.facts import refresh_facts
from customers.services.membership import Cause
from customers.services.segments import (
    create_segment,
    delete_segment,
    renew_segments,
    update_segment,
)
from tests import factories

BUYERS = {"all": [{"kind": "rung", "op": "at_least", "value": 1}]}
LATE = {"all": [{"kind": "orders", "measure": "last", "op": "at_least", "value": 60}]}


def buy(customer: Customer, name: str, *, on: date | None = None) -> None:
    factories.order(customer, source_id=name, on=on or day_in("Europe/London"))
    refresh_facts(customer_ids=[customer.pk])
    mark_dirty([customer.pk])


def now_in(segment: Segment) -> set[int]:
    rows = SegmentMember.objects.filter(segment=segment, left_at=None)
    return set(rows.values_list("customer_id", flat=True))


def evaluated(name: str, rule: dict) -> Segment:
    segment = create_segment(name=name, rule=rule)
    membership.evaluate_segment(segment_id=segment.pk, cause=Cause.RULE)
    segment.refresh_from_db()
    return segment


def test_a_new_segment_gets_its_members_with_one_change_and_one_event(floral: Brand) -> None:
    ann, bob = factories.customer(email="ann@example.com"), factories.customer()
    buy(ann, "A1")
    buy(bob, "B1")

    segment = evaluated("Buyers", BUYERS)

    assert now_in(segment) == {ann.pk, bob.pk}
    change = SegmentChange.objects.get()
    assert (change.entered, change.left, change.cause) == (2, 0, "rule")
    stay = SegmentMember.objects.get(customer_id=ann.pk)
    assert (stay.entered_change, stay.entered_by, stay.left_at) == (change.pk, "rule", None)
    event = DomainEvent.objects.get(type="segment.members_changed")
    assert event.subject_id == segment.pk
    assert event.payload == {"change_id": change.pk, "entered": 2, "left": 0, "cause": "rule"}
    assert (segment.members_count, segment.evaluated_generation) == (2, segment.generation)


def test_an_evaluation_that_moves_nobody_leaves_no_trace(floral: Brand) -> None:
    buy(factories.customer(), "A1")
    segment = evaluated("Buyers", BUYERS)
    stays = list(SegmentMember.objects.values())

    membership.evaluate_segment(segment_id=segment.pk, cause=Cause.AUDIT)

    assert list(SegmentMember.objects.values()) == stays
    assert SegmentChange.objects.count() == 1
    assert DomainEvent.objects.filter(type="segment.members_changed").count() == 1


def test_who_bought_enters_by_a_look_at_that_customer_alone(floral: Brand, cast) -> None:
    segment = evaluated("Buyers", BUYERS)
    unseen = factories.customer()
    factories.order(unseen, source_id="U1", on=day_in("Europe/London"))
    refresh_facts(customer_ids=[unseen.pk])
    DirtyCustomer.objects.all().delete()
    buy(cast.rae, "R1")

    assert membership.evaluate_dirty() is False

    assert now_in(segment) == {cast.rae.pk}
    assert SegmentMember.objects.get().entered_by == "data"
    assert not DirtyCustomer.objects.exists()
    segment.refresh_from_db()
    assert segment.members_count == 1


def test_who_leaves_and_comes_back_has_two_intervals_that_do_not_overlap(
    floral: Brand, cast
) -> None:
    buy(cast.rae, "R1")
    segment = evaluated(
        "Named Rae",
        {"all": [{"kind": "attribute", "field": "country", "op": "is", "values": ["France"]}]},
    )
    for country in ("France", "Spain", "France"):
        Customer.objects.filter(pk=cast.rae.pk).update(country=country)
        mark_dirty([cast.rae.pk])
        membership.evaluate_dirty()

    first, second = SegmentMember.objects.order_by("entered_at", "id")
    assert (first.left_by, second.left_at) == ("data", None)
    assert first.entered_at <= first.left_at <= second.entered_at
    assert now_in(segment) == {cast.rae.pk}
    causes = SegmentChange.objects.order_by("id").values_list("entered", "left")
    assert list(causes) == [(1, 0), (0, 1), (1, 0)]


def test_the_queue_is_claimed_from_both_ends(floral: Brand) -> None:
    people = [factories.customer() for _ in range(7)]
    for at, who in enumerate(people):
        DirtyCustomer.objects.create(
            customer_id=who.pk, at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=at)
        )
    assert membership.evaluate_dirty(batch=2) is True
    left = DirtyCustomer.objects.order_by("at").values_list("customer_id", flat=True)
    assert list(left) == [who.pk for who in people[2:5]]
    assert membership.evaluate_dirty(batch=2) is True
    assert membership.evaluate_dirty(batch=2) is False
    assert not DirtyCustomer.objects.exists()


def test_a_customer_flips_when_the_brands_day_changes(
    floral: Brand, cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """London is an hour ahead of UTC on 1 June: its day begins at 23:00 the day before."""
    noon = datetime(2026, 5, 31, 11, tzinfo=UTC)
    set_clock(monkeypatch, noon)
    buy(cast.rae, "R1", on=date(2026, 4, 2))
    segment = evaluated("Late", LATE)
    assert now_in(segment) == set()
    flip = SegmentFlip.objects.get()
    assert flip.at == datetime(2026, 5, 31, 23, tzinfo=UTC)
    membership.evaluate_dirty()
    assert membership.seconds_to_next(brand=floral) == 12 * 3600

    set_clock(monkeypatch, flip.at - timedelta(seconds=1))
    membership.evaluate_flips()
    assert now_in(segment) == set()

    set_clock(monkeypatch, flip.at)
    membership.evaluate_flips()
    assert now_in(segment) == {cast.rae.pk}
    assert SegmentMember.objects.get().entered_by == "time"
    assert not SegmentFlip.objects.exists()


def test_a_day_that_moves_too_many_is_met_by_a_look_at_everybody(
    floral: Brand, cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership, "MOST_FLIPS", 2)
    set_clock(monkeypatch, datetime(2026, 5, 31, 11, tzinfo=UTC))
    people = [factories.customer() for _ in range(4)]
    buy(people[0], "O0", on=date(2026, 4, 2))
    for at, who in enumerate(people[1:]):
        buy(who, f"O{at + 1}", on=date(2026, 4, 3))
    segment = evaluated("Late", LATE)

    assert SegmentFlip.objects.get().customer_id == people[0].pk
    assert segment.flips_until == date(2026, 6, 2)
    membership.evaluate_dirty()

    set_clock(monkeypatch, datetime(2026, 6, 1, 23, tzinfo=UTC))
    assert membership.seconds_to_next(brand=floral) == 0
    membership.evaluate_flips()
    assert membership.evaluate_beyond(brand=floral) is True
    assert membership.evaluate_beyond(brand=floral) is False
    assert now_in(segment) == {who.pk for who in people}


def test_a_brand_shown_as_of_a_day_has_that_days_members_and_no_flips(floral: Brand, cast) -> None:
    floral.as_of = date(2026, 1, 31)
    floral.save()
    buy(cast.rae, "R1", on=date(2025, 12, 2))
    segment = evaluated("Late", LATE)
    assert now_in(segment) == {cast.rae.pk}
    assert not SegmentFlip.objects.exists()
    assert segment.flips_until is None
    assert membership.seconds_to_next(brand=floral) is None


def test_a_rule_that_changed_is_not_evaluated_bit_by_bit(floral: Brand, cast) -> None:
    """Between the change and the look at everybody, single customers are left alone."""
    segment = evaluated("Buyers", BUYERS)
    update_segment(
        segment=segment,
        name="Buyers",
        rule={"all": [{"kind": "rung", "op": "exactly", "value": 0}]},
    )
    mark_dirty([cast.rae.pk])

    membership.evaluate_dirty()
    assert now_in(segment) == set()

    membership.evaluate_segment(segment_id=segment.pk, cause=Cause.RULE)
    assert now_in(segment) == {cast.rae.pk}
    assert (segment.generation, segment.evaluated_generation) == (2, 1)


def test_a_parent_is_evaluated_anew_when_the_rule_of_its_child_changes(
    floral: Brand, cast, run_due_work
) -> None:
    buy(cast.rae, "R1")
    child = create_segment(name="Child", rule=BUYERS)
    middle = create_segment(name="Middle", rule={"all": [within(child)]})
    parent = create_segment(name="Parent", rule={"none": [within(middle)]})
    run_due_work()
    assert (now_in(middle), now_in(parent)) == ({cast.rae.pk}, set())

    update_segment(
        segment=child, name="Child", rule={"all": [{"kind": "rung", "op": "at_least", "value": 2}]}
    )
    run_due_work()

    assert (now_in(child), now_in(middle), now_in(parent)) == (set(), set(), {cast.rae.pk})
    assert [s.generation for s in Segment.objects.order_by("id")] == [2, 2, 2]


def test_a_new_name_alone_changes_nothing(floral: Brand, run_due_work) -> None:
    segment = create_segment(name="Buyers", rule=BUYERS)
    run_due_work()
    update_segment(segment=segment, name="Who bought", rule=BUYERS)
    segment.refresh_from_db()
    assert (segment.generation, segment.evaluated_generation) == (1, 1)
    assert DomainEvent.objects.filter(type="segment.rule_changed").count() == 1


def test_a_rule_that_cannot_be_run_is_put_aside_and_the_others_go_on(
    floral: Brand, cast, caplog: pytest.LogCaptureFixture
) -> None:
    broken = evaluated("Broken", BUYERS)
    Segment.objects.filter(pk=broken.pk).update(rule={"all": [{"kind": "moon"}]})
    good = evaluated("Good", BUYERS)
    buy(cast.rae, "R1")

    membership.evaluate_dirty()

    assert now_in(good) == {cast.rae.pk}
    assert now_in(broken) == set()
    broken.refresh_from_db()
    assert broken.evaluated_generation == 0
    assert "is put aside" in caplog.text


def test_the_audit_is_silent_when_all_agrees_and_loud_when_not(
    floral: Brand, cast, caplog: pytest.LogCaptureFixture
) -> None:
    segment = evaluated("Buyers", BUYERS)
    with caplog.at_level(logging.ERROR):
        buy(cast.rae, "R1")
        # Rae waits to be looked at: that she is found first is no drift.
        membership.audit_segment(segment_id=segment.pk)
        membership.evaluate_dirty()
        membership.audit_segment(segment_id=segment.pk)
    assert caplog.text == ""
    assert now_in(segment) == {cast.rae.pk}

    SegmentMember.objects.update(customer_id=factories.customer().pk)
    moved = membership.audit_segment(segment_id=segment.pk)

    assert (moved.entered, moved.left, moved.unexplained) == (1, 1, 2)
    assert "had drifted: 2 members" in caplog.text
    assert now_in(segment) == {cast.rae.pk}
    assert SegmentMember.objects.get(left_at=None).entered_by == "audit"


def test_a_merged_customer_leaves(floral: Brand, cast) -> None:
    other = factories.customer()
    buy(other, "O1")
    segment = evaluated("Buyers", BUYERS)
    Customer.objects.filter(pk=other.pk).update(merged_into=cast.rae)
    mark_dirty([other.pk])
    membership.evaluate_dirty()
    assert now_in(segment) == set()


def test_a_deleted_segment_takes_its_records_with_it(floral: Brand, cast) -> None:
    buy(cast.rae, "R1", on=day_in("Europe/London") - timedelta(days=58))
    segment = evaluated("Late", LATE)
    evaluated("Buyers", BUYERS)
    assert SegmentFlip.objects.filter(segment=segment).exists()
    delete_segment(segment=segment)
    assert not SegmentFlip.objects.exists()
    assert SegmentMember.objects.count() == SegmentChange.objects.count() == 1


def within(segment: Segment) -> dict:
    return {"kind": "segment", "id": ids.encode("seg", segment.uid)}


def set_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """Let the whole house believe that it is `at`."""
    for module in ("config.kit.clock", "customers.services.membership"):
        monkeypatch.setattr(f"{module}.now", lambda: at)


def test_nobody_sees_the_members_of_another_brand(floral: Brand, cast) -> None:
    buy(cast.rae, "R1")
    evaluated("Buyers", BUYERS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.brands', %s, true)", [str(cast.other_brand.pk)])
        for table in ("segmentmember", "segmentchange", "segmentflip", "dirtycustomer"):
            cursor.execute(f"SELECT count(*) FROM customers_{table}")
            assert cursor.fetchone() == (0,)
        cursor.execute("SELECT set_config('app.brands', %s, true)", [str(floral.pk)])


def test_segments_that_ask_about_what_changed_for_all_are_looked_at_again(floral: Brand) -> None:
    french = {"kind": "attribute", "field": "country", "op": "is", "values": ["France"]}
    plain = create_segment(name="French", rule={"all": [french]})
    wine = {"kind": "orders", "measure": "count", "op": "at_least", "value": 1, "category": "wine"}
    drinkers = create_segment(name="Drinkers", rule={"all": [{"any": [wine, french]}]})
    parent = create_segment(name="No drinkers", rule={"none": [within(drinkers)]})
    before = DomainEvent.objects.latest("id").pk

    renew_segments(asking={"category", "product", "tag"})

    for segment, generation in ((plain, 1), (drinkers, 2), (parent, 2)):
        segment.refresh_from_db()
        assert segment.generation == generation
    asked = DomainEvent.objects.filter(type="segment.rule_changed", pk__gt=before)
    assert {event.subject_id for event in asked} == {drinkers.pk, parent.pk}
