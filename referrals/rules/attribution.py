"""Whose friend somebody is, when there is more than one answer: the stated priority, nothing else.

Staff's word beats who referred them first (where the programme is sticky), which beats a code at
the checkout, which beats a claim by the friend's own address, which beats a visit that our script
saw, which beats a name that was named. Equals are told apart by time, then by number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from referrals.rules.terms import Attribution

STANDING = "standing"
STRENGTH = {"staff": 60, STANDING: 50, "code": 40, "claim": 30, "visit": 20, "name": 10}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One touch, as it is weighed. `void`: why it cannot count whatever else is said (a code of
    rules/reasons.py)."""

    touch_id: int
    advocate_id: int
    kind: str
    at: datetime
    # The friend stands in a referral by this touch already.
    is_standing: bool = False
    # It names the order itself, so that no window can have passed.
    names_order: bool = False
    void: str = ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A piece of evidence with its strength, and why it did not win ("": it speaks for the same
    advocate as the winner, or is the winner)."""

    evidence: Evidence
    strength: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The winner, if any, and everything else in order of strength; without a winner the reason
    why the strongest does not count ("" when there was nothing at all)."""

    winner: Weighed | None
    others: tuple[Weighed, ...]
    reason: str = ""


def decide(evidence: Sequence[Evidence], attribution: Attribution, *, at: datetime) -> Outcome:
    """Who brought somebody whose order was placed `at`; the order of the evidence is nothing."""
    since = at - timedelta(days=attribution.window_days)
    ranked = sorted(
        (_weighed(each, attribution, since) for each in evidence),
        key=lambda weighed: _rank(weighed, attribution),
    )
    winner = next((each for each in ranked if not each.reason), None)
    if winner is None:
        return Outcome(None, tuple(ranked), ranked[0].reason if ranked else "")
    others = tuple(_beside(each, winner) for each in ranked if each is not winner)
    return Outcome(winner, others)


def receipt(outcome: Outcome) -> list[dict[str, object]]:
    """The outcome as a Decision keeps it: all evidence, the winner first."""
    winner = [outcome.winner] if outcome.winner else []
    return [_entry(each) for each in (*winner, *outcome.others)]


def evidence_in(entries: Sequence[Mapping[str, Any]]) -> list[Evidence]:
    """What a receipt was decided from, to decide it again under another rule."""
    return [
        Evidence(
            touch_id=entry["touch"],
            advocate_id=entry["advocate"],
            kind=entry["kind"],
            at=datetime.fromisoformat(entry["at"]),
            is_standing=bool(entry.get("standing")),
            names_order=bool(entry.get("names_order")),
            void=entry.get("void", ""),
        )
        for entry in entries
    ]


def _entry(weighed: Weighed) -> dict[str, object]:
    evidence = weighed.evidence
    said = {
        "touch": evidence.touch_id,
        "advocate": evidence.advocate_id,
        "kind": evidence.kind,
        "at": evidence.at.isoformat(),
        "strength": weighed.strength,
    }
    marks = {
        "reason": weighed.reason,
        "standing": evidence.is_standing,
        "names_order": evidence.names_order,
        "void": evidence.void,
    }
    return said | {name: mark for name, mark in marks.items() if mark}


def _weighed(evidence: Evidence, attribution: Attribution, since: datetime) -> Weighed:
    strength = STRENGTH[evidence.kind]
    if evidence.is_standing and attribution.model == "sticky":
        strength = max(strength, STRENGTH[STANDING])
    is_late = evidence.at < since and not evidence.names_order and evidence.kind != "staff"
    return Weighed(evidence, strength, evidence.void or ("window_passed" if is_late else ""))


def _rank(weighed: Weighed, attribution: Attribution) -> tuple[int, float, int]:
    """Smallest first."""
    sign = -1 if attribution.model == "last" else 1
    evidence = weighed.evidence
    return -weighed.strength, sign * evidence.at.timestamp(), sign * evidence.touch_id


def _beside(weighed: Weighed, winner: Weighed) -> Weighed:
    is_same = weighed.evidence.advocate_id == winner.evidence.advocate_id
    if weighed.reason or is_same:
        return weighed
    return Weighed(weighed.evidence, weighed.strength, "other_advocate")
