"""How the money of partners stands in the ledger of accounts: each amount a line says, once.

What a partner earns is PENDING until its time for refunds is over, then PAYABLE; what it owes is
DEBT. A correction takes from the side that is open first, and the rest stands on the other."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from accounts.models.ledger import AccountKind, AccountRef, Cause, Owner, OwnerKind
from accounts.scope import current_brand_id
from accounts.selectors.brands import currency_in_scope
from accounts.services.ledger import NewJournal, Transfer, move, move_up_to, post_many
from partners.models.partnerships import Partnership
from partners.models.settlements import CommissionLine, Statement

# Their accounts stay locked until the transaction ends.
_TOGETHER = 500


def owner_of(partnership: Partnership) -> Owner:
    """Whose accounts a partner's are."""
    return Owner(OwnerKind.PARTNER, partnership.pk)


def book_lines(lines: Sequence[CommissionLine]) -> None:
    """A journal for each new line; its rule is at hand."""
    unit = currency_in_scope()
    for first in range(0, len(lines), _TOGETHER):
        some = lines[first : first + _TOGETHER]
        post_many([_journal_of(line, unit) for line in some])


def book_correction(line: CommissionLine, *, of_earned: bool) -> None:
    """Of a line that puts another right: less is payable, or less is owed, as far as there is.
    `of_earned`: the other was something the partner earned."""
    unit = currency_in_scope()
    payable, debt = (
        _of(line.partnership_id, "payable", unit),
        _of(line.partnership_id, "debt", unit),
    )
    brand = _of_brand(AccountKind.EXPENSE if of_earned else AccountKind.INCOME, unit)
    takes = line.amount_minor < 0
    move(
        key=f"line:{line.pk}",
        kind="commission",
        cause=Cause("commission_line", line.pk),
        debits=[payable, debt] if takes else [brand],
        credits=[brand] if takes else [debt, payable],
        amount_minor=abs(line.amount_minor),
        terms_hash=line.rule.rule_hash,
    )


def book_due(amounts: Mapping[int, int]) -> None:
    """So much of each partnership's, by its id, is no longer pending but payable."""
    unit = currency_in_scope()
    post_many(
        [
            NewJournal(
                # Lines that are held again become due again: no key of theirs names it once.
                key=f"due:{partnership_id}:{uuid4().hex}",
                kind="commission_due",
                cause=Cause("partnership", partnership_id),
                transfers=[
                    Transfer(
                        debit=_of(partnership_id, "pending", unit),
                        credit=_of(partnership_id, "payable", unit),
                        amount_minor=amount,
                    )
                ],
            )
            for partnership_id, amount in sorted(amounts.items())
            if amount
        ]
    )


def book_held(partnership_id: int, amount_minor: int) -> None:
    """So much that was payable is pending again."""
    unit = currency_in_scope()
    move(
        key=f"held:{partnership_id}:{uuid4().hex}",
        kind="commission_held",
        cause=Cause("partnership", partnership_id),
        debits=[_of(partnership_id, "payable", unit), _of(partnership_id, "debt", unit)],
        credits=[_of(partnership_id, "pending", unit)],
        amount_minor=amount_minor,
    )


def book_settled(
    statement: Statement, *, earned_minor: int, owed_minor: int, reference: str = ""
) -> None:
    """What was earned pays what was owed, and the rest has changed hands. `reference` is what the
    other side's books call it."""
    # Paid again after its money came back it is a settlement of its own.
    failed = statement.payouts.exclude(failed_at=None).count()
    _book_closed(
        statement,
        earned_minor,
        owed_minor,
        against=AccountKind.SETTLED,
        key=f"settle:statement:{statement.pk}{f':{failed}' if failed else ''}",
        kind="commission_settled",
        reason=reference,
    )


def book_written_off(
    statement: Statement, *, earned_minor: int, owed_minor: int, reason: str
) -> None:
    """What was earned pays what was owed; the rest is not paid: it costs the brand so much less, or
    so much more."""
    _book_closed(
        statement,
        earned_minor,
        owed_minor,
        against=AccountKind.EXPENSE,
        key=f"written_off:statement:{statement.pk}",
        kind="commission_written_off",
        reason=reason,
    )


def book_returned(statement: Statement, *, turn: int) -> None:
    """The bank sent back what was paid by it: that is payable again. What was set off against each
    other stays so."""
    unit = currency_in_scope()
    move(
        key=f"returned:payout:{turn}",
        kind="payout_returned",
        cause=Cause("statement", statement.pk),
        debits=[_of_brand(AccountKind.SETTLED, unit)],
        credits=[_of(statement.partnership_id, "payable", unit)],
        amount_minor=statement.total_minor,
    )


def _book_closed(
    statement: Statement,
    earned_minor: int,
    owed_minor: int,
    *,
    against: AccountKind,
    key: str,
    kind: str,
    reason: str,
) -> None:
    unit = currency_in_scope()
    partnership_id = statement.partnership_id
    payable, debt = _of(partnership_id, "payable", unit), _of(partnership_id, "debt", unit)
    brand = _of_brand(against, unit)
    cause = Cause("statement", statement.pk)
    if both := min(earned_minor, owed_minor):
        move_up_to(
            key=f"net:statement:{statement.pk}",
            kind="commission_netted",
            cause=cause,
            debits=[payable],
            credits=[debt],
            amount_minor=both,
        )
    if rest := earned_minor - owed_minor:
        move(
            key=key,
            kind=kind,
            cause=cause,
            debits=[payable, debt] if rest > 0 else [brand],
            credits=[brand] if rest > 0 else [debt, payable],
            amount_minor=abs(rest),
            reason=reason,
        )


def _journal_of(line: CommissionLine, unit: str) -> NewJournal:
    earns = line.amount_minor > 0
    partner = _of(line.partnership_id, "pending" if earns else "debt", unit)
    brand = _of_brand(AccountKind.EXPENSE if earns else AccountKind.INCOME, unit)
    return NewJournal(
        key=f"line:{line.pk}",
        kind="commission",
        cause=Cause("commission_line", line.pk),
        transfers=_between(partner, brand, line.amount_minor),
        terms_hash=line.rule.rule_hash,
    )


def _between(partner: AccountRef, brand: AccountRef, signed: int) -> Sequence[Transfer]:
    if signed > 0:
        return [Transfer(debit=brand, credit=partner, amount_minor=signed)]
    return [Transfer(debit=partner, credit=brand, amount_minor=-signed)]


def _of(partnership_id: int, kind: str, unit: str) -> AccountRef:
    return AccountRef(Owner(OwnerKind.PARTNER, partnership_id), AccountKind(kind), unit)


def _of_brand(kind: AccountKind, unit: str) -> AccountRef:
    return AccountRef(Owner(OwnerKind.BRAND, current_brand_id()), kind, unit)
