"""Intervals tell who was in a segment at any instant, and agree with the rule after anything."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models.brands import Brand
from customers.models.customers import Customer
from customers.models.segments import Segment, SegmentMember
from customers.segments.compiler import compile_rule
from customers.selectors import membership as members
from customers.selectors.timeline import Cursor, Source, add_source, timeline
from customers.services import membership
from customers.services.dirty import mark_dirty
from customers.services.facts import refresh_facts
from customers.services.membership import Cause
from customers.services.segments import create_segment
from tests import factories
from tests.customers.services.test_membership import LATE, evaluated, set_clock

FRENCH = {"all": [{"kind": "attribute", "field": "country", "op": "is", "values": ["France"]}]}
LATELY = {"all": [{"kind": "orders", "measure": "count", "op": "at_least", "value": 1, "days": 3}]}
RULES = [
    FRENCH,
    LATELY,
    {"none": [LATELY["all"][0], {"kind": "rung", "op": "at_least", "value": 3}]},
    {"any": [LATE["all"][0], {"kind": "orders", "measure": "last", "op": "exactly", "value": 2}]},
]
START = datetime(2026, 3, 27, 12, tzinfo=UTC)

# Somebody moves, buys, or hours pass; London's clocks change on 29 March.
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("country"), st.integers(0, 2), st.sampled_from(["France", "Spain"])),
        st.tuples(st.just("order"), st.integers(0, 2), st.integers(0, 4)),
        st.tuples(st.just("hours"), st.integers(0, 2), st.integers(1, 60)),
        st.tuples(st.just("turn"), st.just(0), st.just(0)),
    ),
    max_size=12,
)


def rule_says(segment: Segment, day: date) -> set[int]:
    compiled = compile_rule(segment.rule, as_of=day)
    with connection.cursor() as cursor:
        cursor.execute(compiled.sql, compiled.params)
        return {row[0] for row in cursor.fetchall()}


def intervals_say(segment: Segment, at: datetime) -> set[int]:
    return set(members.members_at(segment, at).values_list("customer_id", flat=True))


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
def test_whatever_happens_the_audit_finds_nothing_and_the_past_stays(
    floral: Brand, acts: list[tuple[str, int, object]]
) -> None:
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        clock = START
        set_clock(patch, clock)
        people = [factories.customer() for _ in range(3)]
        segments = [evaluated(f"Segment {n}", rule) for n, rule in enumerate(RULES)]
        seen: list[tuple[datetime, dict[int, set[int]]]] = []
        for number, (act, who, value) in enumerate(acts):
            if act == "hours":
                clock += timedelta(hours=int(str(value)))
                set_clock(patch, clock)
            elif act == "country":
                Customer.objects.filter(pk=people[who].pk).update(country=value)
                mark_dirty([people[who].pk])
            elif act == "order":
                on = clock.date() - timedelta(days=int(str(value)))
                factories.order(people[who], source_id=f"O{number}", on=on)
                refresh_facts(customer_ids=[people[who].pk])
            if act != "hours" and number % 2:
                continue
            take_turn(floral)
            now = {segment.pk: rule_says(segment, floral.today) for segment in segments}
            assert now == {s.pk: intervals_say(s, clock) for s in segments}
            seen.append((clock, now))
            clock += timedelta(seconds=1)
            set_clock(patch, clock)
        take_turn(floral)
        for segment in segments:
            moved = membership.audit_segment(segment_id=segment.pk)
            assert moved is not None
            assert (moved.entered, moved.left, moved.unexplained) == (0, 0, 0)
            segment.refresh_from_db()
            assert segment.members_count == len(intervals_say(segment, clock))
            for at, former in seen:
                assert intervals_say(segment, at) == former[segment.pk]
        assert_no_overlap()
        transaction.set_rollback(True)


def take_turn(brand: Brand) -> None:
    """As the worker does, without its transactions."""
    membership.evaluate_dirty()
    membership.evaluate_flips()
    while membership.evaluate_beyond(brand=brand):
        pass


def assert_no_overlap() -> None:
    rows = SegmentMember.objects.order_by("segment", "customer_id", "entered_at", "id")
    for earlier, later in pairwise(rows):
        if (earlier.segment_id, earlier.customer_id) == (later.segment_id, later.customer_id):
            assert earlier.left_at is not None
            assert earlier.entered_at <= earlier.left_at <= later.entered_at


def test_a_clock_that_goes_back_makes_no_interval_overlap(
    floral: Brand, cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, START)
    segment = evaluated("French", FRENCH)
    for minutes, country in ((0, "France"), (-5, "Spain"), (-10, "France")):
        set_clock(monkeypatch, START + timedelta(minutes=minutes))
        Customer.objects.filter(pk=cast.rae.pk).update(country=country)
        mark_dirty([cast.rae.pk])
        membership.evaluate_dirty()
    assert SegmentMember.objects.filter(segment=segment).count() == 2
    assert_no_overlap()


def test_a_customers_comings_and_goings_stand_on_their_timeline(
    floral: Brand, cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, START)
    segment = create_segment(name="French", rule=FRENCH)
    membership.evaluate_segment(segment_id=segment.pk, cause=Cause.RULE)
    for minutes, country in ((1, "France"), (2, "Spain"), (3, "France")):
        set_clock(monkeypatch, START + timedelta(minutes=minutes))
        Customer.objects.filter(pk=cast.rae.pk).update(country=country)
        mark_dirty([cast.rae.pk])
        membership.evaluate_dirty()
    add_source(Source("segment", "Segments", members.stays))

    found: list[tuple[str, datetime]] = []
    cursor: Cursor | None = None
    while True:
        page = timeline(cast.rae, kinds=["segment"], cursor=cursor, limit=1)
        found += [(entry.title, entry.at) for entry in page.entries]
        if page.next is None:
            break
        cursor = page.next
    assert found == [
        ("Came into the segment “French”", START + timedelta(minutes=3)),
        ("Left the segment “French”", START + timedelta(minutes=2)),
        ("Came into the segment “French”", START + timedelta(minutes=1)),
    ]
    assert [stay.left_by for stay in members.history([cast.rae.pk])] == ["", "data"]
