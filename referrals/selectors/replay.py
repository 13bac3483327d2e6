"""What another rule of attribution would have decided: from the receipts, touching nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from referrals.models.programmes import Programme
from referrals.models.referrals import Decision
from referrals.rules.attribution import decide, evidence_in
from referrals.rules.qualification import why_not
from referrals.rules.terms import Attribution
from referrals.selectors.cases import facts_of
from referrals.selectors.programmes import terms_of

# Reasons that the evidence gives: under another rule other evidence may win.
_OF_EVIDENCE = frozenset(
    {"window_passed", "own_link", "same_person", "loop", "barred", "ended", "existing_customer"}
)


@dataclass(frozen=True, slots=True)
class Difference:
    """An order that another rule sees otherwise. Advocates by id, None: nobody; reasons are codes
    of rules/reasons.py, "" for an order that counts."""

    order_id: int
    advocate_id: int | None
    reason: str
    new_advocate_id: int | None
    new_reason: str


@dataclass(frozen=True, slots=True)
class Replay:
    """Of so many orders that were decided, these would have been decided otherwise."""

    orders: int
    differences: Sequence[Difference]

    @property
    def gained(self) -> int:
        """Orders that would count now and did not."""
        return sum(bool(each.reason) and not each.new_reason for each in self.differences)

    @property
    def lost(self) -> int:
        return sum(not each.reason and bool(each.new_reason) for each in self.differences)

    @property
    def moved(self) -> int:
        """Orders that would count for another advocate."""
        return sum(not each.reason and not each.new_reason for each in self.differences)


def replay(
    programme: Programme, *, attribution: Attribution, since: datetime, until: datetime
) -> Replay:
    """Decide all orders placed in a period (`until` not included) once more under another rule.

    The evidence is that of each order's last receipt; what the order itself lacked, it lacks under
    any rule."""
    last = _last_receipts(programme, since, until)
    open_to = [each for each in last if not each.reason or each.reason in _OF_EVIDENCE]
    facts = facts_of([each.order_id or 0 for each in open_to if each.reason])
    differences = []
    for decision in open_to:
        order = decision.order
        assert order is not None
        outcome = decide(evidence_in(decision.evidence), attribution, at=order.placed_at)
        reason = outcome.reason
        if outcome.winner is not None and decision.reason:
            reason = why_not(terms_of(decision.version).qualifying, facts[order.pk])
        new = outcome.winner.evidence.advocate_id if outcome.winner and not reason else None
        before = _advocate(decision)
        if (before, decision.reason) != (new, reason):
            differences.append(Difference(order.pk, before, decision.reason, new, reason))
    return Replay(len(last), differences)


def _last_receipts(programme: Programme, since: datetime, until: datetime) -> Collection[Decision]:
    rows = Decision.objects.filter(
        programme=programme, order__placed_at__gte=since, order__placed_at__lt=until
    )
    last = {row.order_id: row for row in rows.select_related("order", "version").order_by("pk")}
    return sorted(last.values(), key=lambda row: row.pk)


def _advocate(decision: Decision) -> int | None:
    """Whom the order counts for, by the receipt."""
    if decision.reason or not decision.evidence:
        return None
    advocate: int = decision.evidence[0]["advocate"]
    return advocate
