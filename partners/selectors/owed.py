"""What the brand owes each partner and is owed by them, now: from the ledger alone."""

from dataclasses import dataclass

from accounts.models.ledger import AccountKind, LedgerAccount, OwnerKind
from accounts.selectors.brands import currency_in_scope
from config.kit.money import to_decimal
from partners.models.partnerships import Partnership
from partners.models.settlements import CommissionLine

COLUMNS = ("partner", "to_come", "to_pay", "owed_by_partner", "balance", "currency")


@dataclass(frozen=True, slots=True)
class OwedRow:
    """Minor units. `pending_minor` waits for refunds; `payable_minor` is earned for good;
    `debt_minor` is what the partner owes; `has_due`: a statement can be issued."""

    partnership: Partnership
    pending_minor: int
    payable_minor: int
    debt_minor: int
    has_due: bool

    @property
    def balance_minor(self) -> int:
        """What would change hands today; positive: to the partner."""
        return self.payable_minor - self.debt_minor


def owed() -> list[OwedRow]:
    """Partners with something open, by name."""
    kinds = (AccountKind.PENDING, AccountKind.PAYABLE, AccountKind.DEBT)
    unit = currency_in_scope()
    accounts = LedgerAccount.objects.filter(
        owner_kind=OwnerKind.PARTNER, unit=unit, kind__in=kinds, balance_minor__gt=0
    )
    balances: dict[int, dict[str, int]] = {}
    for owner_id, kind, balance in accounts.values_list("owner_id", "kind", "balance_minor"):
        balances.setdefault(owner_id, {})[kind] = balance
    lines = CommissionLine.objects.filter(state=CommissionLine.State.DUE)
    due = set(lines.order_by().values_list("partnership", flat=True).distinct())
    found = Partnership.objects.filter(pk__in={*balances, *due}).order_by("name", "pk")
    return [
        OwedRow(
            partnership=row,
            pending_minor=balances.get(row.pk, {}).get(AccountKind.PENDING, 0),
            payable_minor=balances.get(row.pk, {}).get(AccountKind.PAYABLE, 0),
            debt_minor=balances.get(row.pk, {}).get(AccountKind.DEBT, 0),
            has_due=row.pk in due,
        )
        for row in found
    ]


def owed_rows(currency: str) -> list[tuple[str, ...]]:
    """The same for a file: amounts in major units with a point."""
    return [
        (
            row.partnership.name,
            *(
                str(to_decimal(minor, currency))
                for minor in (
                    row.pending_minor,
                    row.payable_minor,
                    row.debt_minor,
                    row.balance_minor,
                )
            ),
            currency,
        )
        for row in owed()
    ]
