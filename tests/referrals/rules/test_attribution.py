"""Whose friend somebody is follows the stated priority, whatever order the evidence comes in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.rules.attribution import (
    STRENGTH,
    Evidence,
    Outcome,
    decide,
    evidence_in,
    receipt,
)
from referrals.rules.terms import Attribution

ORDERED = datetime(2026, 6, 1, 12, tzinfo=UTC)


def _touch(touch_id: int, advocate_id: int, kind: str, *, days: float = 1, **more: Any) -> Evidence:
    at = ORDERED - timedelta(days=days)
    return Evidence(touch_id=touch_id, advocate_id=advocate_id, kind=kind, at=at, **more)


def _winner(outcome: Outcome) -> int | None:
    return outcome.winner.evidence.advocate_id if outcome.winner else None


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [("staff", "code"), ("code", "claim"), ("claim", "visit"), ("visit", "name")],
)
def test_the_stronger_kind_wins_whoever_came_first(stronger: str, weaker: str) -> None:
    evidence = [_touch(1, 10, weaker, days=30), _touch(2, 20, stronger, days=1)]
    outcome = decide(evidence, Attribution(), at=ORDERED)
    assert _winner(outcome) == 20
    assert [(each.evidence.advocate_id, each.reason) for each in outcome.others] == [
        (10, "other_advocate")
    ]


@pytest.mark.parametrize(("model", "winner"), [("first", 10), ("last", 20), ("sticky", 10)])
def test_of_equals_the_first_or_the_last_wins(model: Any, winner: int) -> None:
    evidence = [_touch(1, 10, "visit", days=9), _touch(2, 20, "visit", days=3)]
    assert _winner(decide(evidence, Attribution(model=model), at=ORDERED)) == winner


def test_of_the_same_moment_the_number_decides() -> None:
    evidence = [_touch(2, 20, "visit"), _touch(1, 10, "visit")]
    assert _winner(decide(evidence, Attribution(model="first"), at=ORDERED)) == 10
    assert _winner(decide(evidence, Attribution(model="last"), at=ORDERED)) == 20


def test_where_the_programme_is_sticky_a_claim_beats_a_code_but_not_staff() -> None:
    evidence = [_touch(1, 10, "claim", is_standing=True), _touch(2, 20, "code", names_order=True)]
    assert _winner(decide(evidence, Attribution(model="sticky"), at=ORDERED)) == 10
    assert _winner(decide(evidence, Attribution(model="last"), at=ORDERED)) == 20
    evidence.append(_touch(3, 30, "staff"))
    assert _winner(decide(evidence, Attribution(model="sticky"), at=ORDERED)) == 30


def test_the_window_ends_with_its_last_instant() -> None:
    attribution = Attribution(window_days=30)
    inside = decide([_touch(1, 10, "visit", days=30)], attribution, at=ORDERED)
    outside = decide([_touch(1, 10, "visit", days=30.00001)], attribution, at=ORDERED)
    assert _winner(inside) == 10
    assert (_winner(outside), outside.reason) == (None, "window_passed")


def test_what_names_the_order_or_staff_say_is_never_too_old() -> None:
    attribution = Attribution(window_days=1)
    named = [_touch(1, 10, "visit", days=40, names_order=True)]
    said = [_touch(1, 10, "staff", days=40)]
    assert _winner(decide(named, attribution, at=ORDERED)) == 10
    assert _winner(decide(said, attribution, at=ORDERED)) == 10


def test_void_evidence_never_wins_and_gives_its_reason_when_nothing_else_is_there() -> None:
    own = _touch(1, 10, "code", void="own_link")
    visit = _touch(2, 20, "visit")
    assert _winner(decide([own, visit], Attribution(), at=ORDERED)) == 20
    alone = decide([own], Attribution(), at=ORDERED)
    assert (_winner(alone), alone.reason) == (None, "own_link")
    nothing = decide([], Attribution(), at=ORDERED)
    assert (nothing.winner, nothing.others, nothing.reason) == (None, (), "")


def test_more_evidence_for_the_winner_lost_nothing() -> None:
    outcome = decide([_touch(1, 10, "code"), _touch(2, 10, "claim")], Attribution(), at=ORDERED)
    assert [(each.evidence.touch_id, each.reason) for each in outcome.others] == [(2, "")]


_pieces = st.lists(
    st.builds(
        Evidence,
        touch_id=st.integers(1, 10_000),
        advocate_id=st.integers(1, 4),
        kind=st.sampled_from(sorted(set(STRENGTH) - {"standing"})),
        at=st.integers(0, 200).map(lambda days: ORDERED - timedelta(days=days)),
        is_standing=st.booleans(),
        names_order=st.booleans(),
        void=st.sampled_from(["", "", "", "own_link", "barred"]),
    ),
    max_size=8,
    unique_by=lambda each: each.touch_id,
)


@given(_pieces, st.sampled_from(["sticky", "first", "last"]), st.randoms(use_true_random=False))
def test_the_same_evidence_gives_the_same_receipt_in_any_order(
    pieces: list[Evidence], model: Any, chance: Any
) -> None:
    attribution = Attribution(model=model)
    outcome = decide(pieces, attribution, at=ORDERED)
    shuffled = list(pieces)
    chance.shuffle(shuffled)
    assert decide(shuffled, attribution, at=ORDERED) == outcome
    entries = receipt(outcome)
    assert len(entries) == len(pieces)
    assert decide(evidence_in(entries), attribution, at=ORDERED) == outcome
