"""What a brand owes for its referral programmes, today or at any past moment."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from accounts.models.ledger import LIABILITIES, AccountKind
from accounts.scope import current_brand_id
from accounts.selectors import ledger
from accounts.selectors.ledger_checks import Finding
from config.kit import sql
from config.kit.clock import now


@dataclass(frozen=True, slots=True)
class Owed:
    """Open rewards of one programme, kind and state; minor units, or points."""

    programme_id: int
    kind: str
    unit: str
    state: str
    rewards: int
    open_minor: int


@dataclass(frozen=True, slots=True)
class Liability:
    """`rows` come from the rewards, `in_ledger` (by unit) from the postings: two books that must
    say the same. `debts` is what customers owe back, by unit."""

    at: datetime
    rows: list[Owed]
    in_ledger: dict[str, int]
    debts: dict[str, int]

    @property
    def totals(self) -> dict[str, int]:
        """By unit; units of which nothing is owed are left out."""
        sums: Counter[str] = Counter()
        for row in self.rows:
            sums[row.unit] += row.open_minor
        return dict(sums)

    @property
    def agrees(self) -> bool:
        return self.totals == self.in_ledger


def liability(at: datetime | None = None) -> Liability:
    """What was owed at that moment (default: now), and whether both books agree on it."""
    moment = at or now()
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("referrals", "liability"), {"brand_id": current_brand_id(), "at": moment}
        )
        rows = [Owed(*row) for row in cursor.fetchall()]
    in_ledger: Counter[str] = Counter()
    debts: Counter[str] = Counter()
    for owed in ledger.liability(at=moment):
        of = debts if owed.kind == AccountKind.DEBT else in_ledger
        of[owed.unit] += owed.amount_minor
    return Liability(moment, rows, _without_zeros(in_ledger), _without_zeros(debts))


def check_rewards() -> list[Finding]:
    """Rewards that do not agree with their own history or with the ledger; made with each check
    of the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("referrals", "rewards_check"),
            {
                "brand_id": current_brand_id(),
                "liabilities": [kind.value for kind in LIABILITIES],
            },
        )
        return [Finding(*row) for row in cursor.fetchall()]


def _without_zeros(sums: Counter[str]) -> dict[str, int]:
    return {unit: total for unit, total in sums.items() if total}
