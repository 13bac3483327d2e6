"""The ledger's verbs: post, move, write off, expire. All within the open brand scope.

A key makes each act happen once: asked for again it answers with what stands, and the same key for
something else is a Conflict. A refusal leaves nothing behind, also when its caller goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from accounts.models.ledger import (
    AccountKind,
    AccountRef,
    Cause,
    Journal,
    Lot,
    LotUse,
    Owner,
    OwnerKind,
)
from accounts.scope import current_brand_id
from accounts.services.books import (
    Insufficient,
    Leg,
    OpenJournal,
    Use,
    lock_accounts,
    new_entry,
    too_little,
)
from config.kit.clock import now
from config.kit.errors import Invalid
from config.kit.money import MAX_MINOR

__all__ = ["AccountKind", "AccountRef", "Cause", "Insufficient", "Owner"]


@dataclass(frozen=True, slots=True)
class Transfer:
    """An amount (> 0, minor units) from `credit` to `debit`: a grant debits the expense and
    credits the customer. A debit of AVAILABLE takes its lots; `lots_of`: only those of a cause."""

    debit: AccountRef
    credit: AccountRef
    amount_minor: int
    lots_of: Cause | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """The journal; `is_new` is False when it stood already."""

    journal: Journal
    is_new: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved; no journal when it was nothing."""

    journal: Journal | None
    amount_minor: int
    is_new: bool


def post(
    *,
    key: str,
    kind: str,
    cause: Cause,
    transfers: Sequence[Transfer],
    terms_hash: str = "",
    reason: str = "",
    lots_expire_at: datetime | None = None,
    origin: Cause | None = None,
    at: datetime | None = None,
) -> Posted:
    """One journal of these transfers. A credit to AVAILABLE makes a lot of `origin` (default: the
    cause). `at`: since when it counts, for history that is told later. Raises Insufficient,
    Conflict, Invalid."""
    if not transfers:
        raise Invalid("A journal needs at least one transfer.")
    for transfer in transfers:
        _check(transfer.amount_minor, transfer.debit, transfer.credit)
    entry = new_entry(
        key=key,
        kind=kind,
        cause=cause,
        content=["post", *transfers],
        terms_hash=terms_hash,
        reason=reason,
        at=at,
    )
    refs = [ref for transfer in transfers for ref in (transfer.debit, transfer.credit)]
    with transaction.atomic():
        book = OpenJournal(entry, refs)
        if book.is_new:
            for each in transfers:
                leg = Leg(each.debit, each.credit, each.amount_minor)
                book.transfer(leg, lots_of=each.lots_of)
            book.finish(lots_expire_at=lots_expire_at, origin=origin or cause)
    return Posted(book.journal, book.is_new)


def move(
    *,
    key: str,
    kind: str,
    cause: Cause,
    debits: Sequence[AccountRef],
    credits: Sequence[AccountRef],
    amount_minor: int,
    own_lots: Cause | None = None,
    terms_hash: str = "",
    reason: str = "",
    lots_expire_at: datetime | None = None,
    origin: Cause | None = None,
    at: datetime | None = None,
) -> Posted:
    """The whole amount in one journal, over accounts in the order stated: each gives what it has,
    or is repaid what it owes, and the next one the rest.

    Debits [available, debt] take back what is left and owe the rest; credits [debt, available]
    offset debt first. Several AVAILABLE accounts (a merged customer's) are one pool: the lot that
    expires first goes first, lots of `own_lots` before all others. Raises Insufficient, Conflict,
    Invalid."""
    _check(amount_minor, *debits, *credits)
    content = ["move", [*debits], [*credits], amount_minor, own_lots]
    entry = new_entry(
        key=key,
        kind=kind,
        cause=cause,
        content=content,
        terms_hash=terms_hash,
        reason=reason,
        at=at,
    )
    with transaction.atomic():
        book = OpenJournal(entry, [*debits, *credits])
        if book.is_new:
            moved = book.move(
                debits=debits, credits=credits, amount_minor=amount_minor, own=own_lots
            )
            if moved < amount_minor:
                raise too_little()
            book.finish(lots_expire_at=lots_expire_at, origin=origin or cause)
    return Posted(book.journal, book.is_new)


def move_up_to(
    *,
    key: str,
    kind: str,
    cause: Cause,
    debits: Sequence[AccountRef],
    credits: Sequence[AccountRef],
    amount_minor: int,
    own_lots: Cause | None = None,
    terms_hash: str = "",
    reason: str = "",
    at: datetime | None = None,
) -> Moved:
    """Like `move`, but as much as is there. Where nothing is, nothing is written: asked for again
    under the same key it may move something. Raises Conflict, Invalid."""
    _check(amount_minor, *debits, *credits)
    content = ["move_up_to", [*debits], [*credits], amount_minor, own_lots]
    entry = new_entry(
        key=key,
        kind=kind,
        cause=cause,
        content=content,
        terms_hash=terms_hash,
        reason=reason,
        at=at,
    )
    with transaction.atomic():
        book = OpenJournal(entry, [*debits, *credits])
        if not book.is_new:
            return Moved(book.journal, _moved_by(book.journal), is_new=False)
        moved = book.move(debits=debits, credits=credits, amount_minor=amount_minor, own=own_lots)
        if not moved:
            transaction.set_rollback(True)
            return Moved(None, 0, is_new=True)
        book.finish(lots_expire_at=None, origin=cause)
    return Moved(book.journal, moved, is_new=True)


def write_off(
    *,
    key: str,
    cause: Cause,
    owners: Sequence[Owner],
    expense_of: Owner,
    unit: str,
    amount_minor: int,
    reason: str,
) -> Moved:
    """Let owners off what they owe, up to so much; `expense_of` bears it. Raises Conflict."""
    return move_up_to(
        key=key,
        kind="write_off",
        cause=cause,
        debits=[AccountRef(expense_of, AccountKind.EXPENSE, unit)],
        credits=[AccountRef(owner, AccountKind.DEBT, unit) for owner in owners],
        amount_minor=amount_minor,
        reason=reason,
    )


def expire_lots(*, limit: int = 500) -> int:
    """Move what is left of lots whose time is over to the brand's breakage; how many lots."""
    over = Lot.objects.filter(left_minor__gt=0, expires_at__lte=now()).select_related("account")
    lots = list(over.order_by("expires_at", "pk")[:limit])
    with transaction.atomic():
        # All at once, so that accounts are locked in id order over all these journals.
        lock_accounts(lot.account.ref for lot in lots)
        return sum(_expire(lot) for lot in lots)


def _expire(lot: Lot) -> bool:
    """A lot may expire again: a reservation that ends later puts its part back."""
    spent = lot.account.ref
    owner = Owner(OwnerKind.BRAND, current_brand_id())
    broken = AccountRef(owner, AccountKind.BREAKAGE, spent.unit)
    with transaction.atomic():
        lock_accounts([spent])
        lot.refresh_from_db(fields=["left_minor"])
        if not lot.left_minor:
            return False
        turn = LotUse.objects.filter(lot=lot).count()
        cause = Cause(lot.origin_kind, lot.origin_id)
        entry = new_entry(
            key=f"expire:lot:{lot.pk}:{turn}",
            kind="expire",
            cause=cause,
            content=["expire", lot.pk, lot.left_minor],
        )
        book = OpenJournal(entry, [spent, broken])
        book.add(Leg(spent, broken, lot.left_minor), Use(lot, lot.left_minor))
        book.finish(lots_expire_at=None, origin=cause)
    return True


def _check(amount_minor: int, *refs: AccountRef) -> None:
    if not 0 < amount_minor <= MAX_MINOR:
        raise Invalid(
            "An amount is at least one minor unit, and at most a thousand million million."
        )
    if len({ref.unit for ref in refs}) != 1:
        raise Invalid("Both sides of a transfer are in one unit.")
    if len(set(refs)) != len(refs):
        raise Invalid("An account stands on one side of a transfer, once.")


def _moved_by(journal: Journal) -> int:
    total = journal.postings.filter(amount_minor__gt=0).aggregate(total=Sum("amount_minor"))
    return int(total["total"])
