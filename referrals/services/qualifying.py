"""Orders make referrals count: who brought the friend, whether the order is rewarded, and the
receipt of both.

Looking at an order again changes only what is otherwise now: twelve deliveries are one referral."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import msgspec
from django.db import connection, transaction

from accounts.scope import current_actor, current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.sql import joined_by_hashing, load, rows_of, rows_of_each
from customers.services.credits import claim_credits, withdraw_claims
from referrals.events import ReferralQualified, ReferralRefused
from referrals.models.referrals import Decision, Referral
from referrals.rules.attribution import Outcome, Weighed, decide, receipt
from referrals.rules.identity import friend_label
from referrals.rules.qualification import why_not
from referrals.rules.reasons import FINAL, OF_THE_ORDER
from referrals.selectors.cases import Book, Case, book, person_of
from referrals.selectors.promises import Earned
from referrals.selectors.ties import Tie, tie_params
from referrals.services.granting import grant_many

BATCH = 500
# Of the referral, by the columns of decide.sql and change_referrals.sql.
_DECIDED = (
    *("version_id", "friend_id", "friend_key", "friend_label", "state", "touch_id", "channel"),
    *("order_id", "qualified_at", "updated_at"),
)
_NEW = ("programme_id", "advocate_id", *_DECIDED)
_CHANGED = ("id", "reason", *_DECIDED)
State = Referral.State
_COUNTING = (State.QUALIFIED, State.REWARDED)
# What may come to be said later on, when an order has counted for long: it takes nothing back.
_TOO_LATE = frozenset({"paused", "ended", "barred", "erased", "other_advocate"})


@dataclass(frozen=True, slots=True)
class Qualified:
    """How many orders something tied to an advocate, and what came of them."""

    tied: int = 0
    qualified: int = 0
    refused: int = 0

    def __add__(self, other: "Qualified") -> "Qualified":
        return Qualified(
            self.tied + other.tied,
            self.qualified + other.qualified,
            self.refused + other.refused,
        )


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What is to be written about a case: its outcome, the reason why not, and the referral that
    qualified or was refused by it."""

    case: Case
    outcome: Outcome
    reason: str
    referral: Referral | None


@dataclass(slots=True)
class _Desk:
    """What a batch changes; written all at once."""

    book: Book
    note: str
    verdicts: list[_Verdict] = field(default_factory=list)
    new: list[Referral] = field(default_factory=list)
    changed: list[Referral] = field(default_factory=list)
    qualified: list[Referral] = field(default_factory=list)
    refused: dict[str, list[Referral]] = field(default_factory=lambda: defaultdict(list))

    def referrals_of(self, case: Case) -> list[Referral]:
        return self.book.referrals[person_of(case.order.customer), case.programme.pk]

    def counts(self, case: Case) -> bool:
        """Whether a referral of the one who ordered counts by this very order already."""
        own = self.book.of_order.get(case.key)
        return (
            own is not None
            and own.state in _COUNTING
            and person_of(own.friend) == person_of(case.order.customer)
        )


def qualify_orders(order_ids: Collection[int], *, note: str = "") -> Qualified:
    """Decide on those of these orders that anything ties to an advocate; idempotent, and all or
    nothing. `note`: why a person asked for it."""
    found = Qualified()
    ids = sorted(order_ids)
    with transaction.atomic(savepoint=False):
        for start in range(0, len(ids), BATCH):
            found += _qualify_batch(ids[start : start + BATCH], note)
    return found


def _qualify_batch(order_ids: Collection[int], note: str) -> Qualified:
    """Under the locks of the orders' customers: of two that look at once, the second one sees what
    the first decided."""
    if not _lock_buyers(order_ids):
        return Qualified()
    tied = _tied(order_ids)
    if not tied:
        return Qualified()
    desk = _Desk(book(tied, locked=True), note)
    for _, cases in groupby(desk.book.cases, key=lambda case: case.order.pk):
        _decide(desk, list(cases))
    _write(desk)
    tied_orders = {case.order.pk for case in desk.book.cases}
    refused = sum(len(rows) for rows in desk.refused.values())
    return Qualified(len(tied_orders), len(desk.qualified), refused)


def _lock_buyers(order_ids: Collection[int]) -> bool:
    """False when nobody could have brought any of them."""
    params = {"brand_id": current_brand_id(), "order_ids": list(order_ids)}
    return bool(rows_of(load("referrals", "buyers"), params))


def _tied(order_ids: Collection[int]) -> list[Tie]:
    """Codes on these orders are evidence from now on; with it, what ties them to advocates."""
    these = load("referrals", "these_orders")
    text = these + load("referrals", "code_touches") + ";" + these + load("referrals", "ties")
    _, rows = rows_of_each(text, tie_params(order_ids))
    return [Tie(*row) for row in rows]


def leave_code_touches(order_ids: Collection[int] = (), *, import_id: int | None = None) -> int:
    """Codes on these orders, or on all of a file, are evidence from now on; how many."""
    which = "these_orders" if import_id is None else "orders_of_file"
    with joined_by_hashing() if import_id is not None else connection.cursor() as cursor:
        cursor.execute(
            load("referrals", which) + load("referrals", "code_touches"),
            {
                "brand_id": current_brand_id(),
                "order_ids": list(order_ids),
                "import_id": import_id,
            },
        )
        return int(cursor.rowcount)


def _decide(desk: _Desk, cases: Collection[Case]) -> None:
    """One order, in each programme that claims it: where it counts already, else the strongest
    claim of all wins."""
    outcomes = [
        (case, decide(case.evidence, case.terms.attribution, at=case.order.placed_at))
        for case in cases
    ]
    best = min(
        (
            _rank(desk, case, outcome.winner)
            for case, outcome in outcomes
            if outcome.winner or desk.counts(case)
        ),
        default=None,
    )
    for case, outcome in outcomes:
        winner = outcome.winner
        if winner is None:
            reason = case.flaw or outcome.reason
        elif _rank(desk, case, winner) != best:
            reason = "other_advocate"
        else:
            reason = case.flaw or why_not(case.terms.qualifying, case.facts)
        _settle(desk, case, outcome, reason)


def _rank(desk: _Desk, case: Case, winner: Weighed | None) -> tuple[float, ...]:
    """Smallest first."""
    if winner is None:
        return (0,)
    evidence = winner.evidence
    strength = (-winner.strength, evidence.at.timestamp(), evidence.touch_id)
    return (0 if desk.counts(case) else 1, *strength)


def _settle(desk: _Desk, case: Case, outcome: Outcome, reason: str) -> None:
    own = desk.book.of_order.get(case.key)
    if own is not None and person_of(own.friend) != person_of(case.order.customer):
        # It qualified somebody else before the shop said whose it is.
        reason = reason or "other_friend"
    elif reason in _TOO_LATE and desk.counts(case):
        reason = why_not(case.terms.qualifying, case.facts)
        if not reason:
            return
    if not reason and outcome.winner is not None:
        referral, reason = _qualify(desk, case, outcome.winner)
    else:
        referral = _refuse(desk, case, outcome, reason)
    desk.verdicts.append(_Verdict(case, outcome, reason, referral))


def _qualify(desk: _Desk, case: Case, winner: Weighed) -> tuple[Referral | None, str]:
    """The referral that counts by this order, or why none does."""
    own = desk.book.of_order.get(case.key)
    if own is not None and own.state in _COUNTING:
        # Decided: more evidence does not move rewards that were promised. Staff may.
        return own, ""
    if own is not None and own.reason not in OF_THE_ORDER:
        return own, own.reason
    rows = desk.referrals_of(case)
    standing = [row for row in rows if row.state in (State.IDENTIFIED, *_COUNTING)]
    if any(row.state in _COUNTING for row in standing):
        return None, "already_referred"
    advocate_id = winner.evidence.advocate_id
    waiting = [row for row in rows if row.state in (State.IDENTIFIED, State.LAPSED)]
    mine = [row for row in waiting if row.advocate_id == advocate_id]
    referral = own or (mine[-1] if mine else None)
    for row in standing:
        if row is not referral:
            is_same = row.advocate_id == advocate_id
            _disqualify(desk, row, "already_referred" if is_same else "other_advocate")
    if referral is None:
        referral = Referral(advocate_id=advocate_id, programme=case.programme)
        rows.append(referral)
        desk.new.append(referral)
    else:
        desk.changed.append(referral)
    _fill(referral, case, winner)
    desk.qualified.append(referral)
    return referral, ""


def _fill(referral: Referral, case: Case, winner: Weighed) -> None:
    """A referral as it stands from qualification on."""
    touch = case.touches[winner.evidence.touch_id]
    friend = case.order.customer
    assert friend is not None
    referral.version = case.version
    # Who ordered: the claim may have come from a record of another spelling of the address.
    referral.friend = friend
    referral.friend_key = referral.friend_key or touch.friend_key
    referral.friend_label = (
        friend_label(friend.first_name, friend.last_name) or referral.friend_label
    )
    referral.touch_id = referral.touch_id or touch.pk
    referral.channel = referral.channel or touch.channel
    referral.order = case.order
    referral.state, referral.reason = State.QUALIFIED, ""
    referral.qualified_at = referral.updated_at = now()


def _refuse(desk: _Desk, case: Case, outcome: Outcome, reason: str) -> Referral | None:
    """The referral that this ends: the order's own, or the friend's claim when it is certain that
    no later order can count. Else the claim stands, and the receipt says why this one did not."""
    own = desk.book.of_order.get(case.key)
    if own is not None:
        if own.state != State.DISQUALIFIED:
            _disqualify(desk, own, reason)
        return own
    claims = {weighed.evidence.touch_id for weighed in outcome.others}
    if outcome.winner is not None:
        claims.add(outcome.winner.evidence.touch_id)
    claimed = [
        row
        for row in desk.referrals_of(case)
        if row.state == State.IDENTIFIED and row.touch_id in claims
    ]
    if reason in FINAL:
        for row in claimed:
            _disqualify(desk, row, reason)
    return claimed[0] if claimed else None


def _disqualify(desk: _Desk, referral: Referral, reason: str) -> None:
    referral.state, referral.reason, referral.updated_at = State.DISQUALIFIED, reason, now()
    desk.changed.append(referral)
    desk.refused[reason].append(referral)


def _write(desk: _Desk) -> None:
    """In this order, so that the keys that hold "a friend is referred once" are free for others."""
    changed = list({id(row): row for row in desk.changed}.values())
    for are_ended in (True, False):
        _change([row for row in changed if (row.state == State.DISQUALIFIED) is are_ended])
    _write_receipts(desk)
    _credit(desk)
    if desk.qualified:
        record(
            ReferralQualified(
                subject_id=desk.qualified[0].pk,
                referral_ids=[row.pk for row in desk.qualified],
                order_ids=[row.order_id for row in desk.qualified if row.order_id],
            )
        )
        grant_many([Earned(row, row.order) for row in desk.qualified])
    for reason, rows in desk.refused.items():
        record(
            ReferralRefused(
                subject_id=rows[0].pk, referral_ids=[row.pk for row in rows], reason=reason
            )
        )


def _change(rows: Collection[Referral]) -> None:
    if rows:
        said = {"brand_id": current_brand_id(), "referrals": _json_of(rows, _CHANGED)}
        rows_of(load("referrals", "change_referrals"), said)


def _json_of(rows: Iterable[Referral], columns: Collection[str]) -> str:
    said = [{name: getattr(row, name) for name in columns} for row in rows]
    return msgspec.json.encode(said).decode()


def _credit(desk: _Desk) -> None:
    """Whose path the orders came by, in figures."""
    came = {row.order_id: f"referral:{row.pk}" for row in desk.qualified if row.order_id}
    if came:
        claim_credits(source="referral", claimants=came)
    ended = [row for rows in desk.refused.values() for row in rows]
    gone = {row.order_id: f"referral:{row.pk}" for row in ended if row.order_id}
    if gone:
        withdraw_claims(source="referral", claimants=gone)


def _write_receipts(desk: _Desk) -> None:
    """And the new referrals that they are of, which know their ids from then on."""
    actor = current_actor()
    decisions = [_receipt(verdict) for verdict in desk.verdicts if not _says_the_same(verdict)]
    if not decisions and not desk.new:
        return
    made = rows_of(
        load("referrals", "decide"),
        {
            "brand_id": current_brand_id(),
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "note": desk.note,
            "at": now(),
            "referrals": _json_of(desk.new, _NEW),
            "decisions": msgspec.json.encode(decisions).decode(),
        },
    )
    ids = {(order_id, programme_id): pk for pk, order_id, programme_id in made}
    for row in desk.new:
        row.pk = ids[row.order_id, row.programme_id]
        row._state.adding = False


def _receipt(verdict: _Verdict) -> dict[str, Any]:
    """By the columns of decide.sql."""
    case, referral = verdict.case, verdict.referral
    return {
        "programme_id": case.programme.pk,
        "version_id": case.version.pk,
        "referral_id": referral.pk if referral else None,
        "new_of_order": referral.order_id if referral and referral.pk is None else None,
        "order_id": case.order.pk,
        "outcome": _outcome_of(verdict),
        "reason": verdict.reason,
        "evidence": receipt(verdict.outcome),
    }


def _outcome_of(verdict: _Verdict) -> Decision.Outcome:
    return Decision.Outcome.REFUSED if verdict.reason else Decision.Outcome.ATTRIBUTED


def _says_the_same(verdict: _Verdict) -> bool:
    """As the last receipt of this order."""
    last = verdict.case.last_decision
    referral_id = verdict.referral.pk if verdict.referral else None
    return last is not None and (
        last.outcome,
        last.reason,
        last.referral_id,
        [entry["touch"] for entry in last.evidence[:1]],
    ) == (
        _outcome_of(verdict),
        verdict.reason,
        referral_id,
        [entry["touch"] for entry in receipt(verdict.outcome)[:1]],
    )
