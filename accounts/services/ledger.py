"""The ledger's verbs: post, move, write off, expire. All within the open brand scope.

A key makes each act happen once: asked for again it answers with what stands, and the same key for
something else is a Conflict. A refusal leaves nothing behind, also when its caller goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Sum

from accounts.models.ledger import (
    AccountKind,
    AccountRef,
    Cause,
    Journal,
    Lot,
    Owner,
    OwnerKind,
)
from accounts.scope import current_brand_id
from accounts.selectors.ledger import ended_lots
from accounts.services.books import (
    Act,
    Books,
    Insufficient,
    lock_accounts,
    too_little,
    write_exactly,
)
from accounts.services.increases import only_increase, write_increases
from accounts.services.journals import Entry, Leg, Page
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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJournal:
    """What `post` is given, to be posted with others."""

    key: str
    kind: str
    cause: Cause
    transfers: Sequence[Transfer]
    terms_hash: str = ""
    reason: str = ""
    lots_expire_at: datetime | None = None
    origin: Cause | None = None
    at: datetime | None = None


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
    wanted = NewJournal(
        key=key,
        kind=kind,
        cause=cause,
        transfers=transfers,
        terms_hash=terms_hash,
        reason=reason,
        lots_expire_at=lots_expire_at,
        origin=origin,
        at=at,
    )
    return post_many([wanted])[0]


def post_many(wanted: Sequence[NewJournal]) -> list[Posted]:
    """A journal for each, as if posted one after the other, in a few statements for all of them.

    All or none, and some hundreds at a time: their accounts stay locked. Only what becomes
    AVAILABLE cannot be spent by a later one of them. Raises Insufficient, Conflict, Invalid."""
    if not wanted:
        return []
    acts = [(_entry_of(each), list(map(_leg_of, each.transfers))) for each in wanted]
    for _, legs in acts:
        for leg in legs:
            _check(leg.amount_minor, leg.debit, leg.credit)
    if not only_increase(leg for _, legs in acts for leg in legs):
        pages = _post_all(wanted, acts)
    elif len(acts) == 1:
        # Refused, it has written nothing.
        pages = write_increases(acts)
    else:
        with transaction.atomic():
            pages = write_increases(acts)
    return [Posted(page.journal, page.is_new) for page in pages]


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
    entry = Entry(
        key=key,
        kind=kind,
        cause=cause,
        content=["move", [*debits], [*credits], amount_minor, own_lots],
        terms_hash=terms_hash,
        reason=reason,
        lots_expire_at=lots_expire_at,
        origin=origin,
        at=at,
    )
    with transaction.atomic():
        posted, moved = _move(entry, debits, credits, amount_minor, own=own_lots)
        if moved < amount_minor:
            raise too_little()
    return posted


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
    entry = Entry(
        key=key,
        kind=kind,
        cause=cause,
        content=["move_up_to", [*debits], [*credits], amount_minor, own_lots],
        terms_hash=terms_hash,
        reason=reason,
        at=at,
    )
    with transaction.atomic():
        posted, moved = _move(entry, debits, credits, amount_minor, own=own_lots)
        if moved:
            return Moved(posted.journal, moved, posted.is_new)
        # The journal was opened to hold its key: an empty one is none.
        transaction.set_rollback(True)
    return Moved(None, 0, is_new=True)


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
    over = list(ended_lots().select_related("account")[:limit])
    if not over:
        return 0
    with transaction.atomic():
        lock_accounts(lot.account.ref for lot in over)
        # Read again: what is left may have been taken while the locks were waited for.
        lots = ended_lots().filter(pk__in=[lot.pk for lot in over]).select_related("account")
        acts = [_expiry(lot, lot.turn) for lot in lots.annotate(turn=Count("uses"))]
        write_exactly(*acts)
    return len(acts)


def _expiry(lot: Lot, turn: int) -> Act:
    """A lot may expire again: a reservation that ends later puts its part back."""
    spent = lot.account.ref
    owner = Owner(OwnerKind.BRAND, current_brand_id())
    broken = AccountRef(owner, AccountKind.BREAKAGE, spent.unit)
    entry = Entry(
        key=f"expire:lot:{lot.pk}:{turn}",
        kind="expire",
        cause=Cause(lot.origin_kind, lot.origin_id),
        content=["expire", lot.pk, lot.left_minor],
    )
    return entry, [(Leg(spent, broken, lot.left_minor), [(lot, lot.left_minor)])]


def _post_all(
    wanted: Sequence[NewJournal], acts: Sequence[tuple[Entry, Sequence[Leg]]]
) -> list[Page]:
    """Over locked accounts, each after those before it."""
    with transaction.atomic():
        refs = (ref for _, legs in acts for leg in legs for ref in (leg.debit, leg.credit))
        books = Books([entry for entry, _ in acts], refs)
        for each, page, (_, legs) in zip(wanted, books.pages, acts, strict=True):
            if page.is_new:
                for transfer, leg in zip(each.transfers, legs, strict=True):
                    books.transfer(page, leg, lots_of=transfer.lots_of)
                books.close(page)
        books.write()
    return books.pages


def _leg_of(transfer: Transfer) -> Leg:
    return Leg(transfer.debit, transfer.credit, transfer.amount_minor)


def _entry_of(wanted: NewJournal) -> Entry:
    if not wanted.transfers:
        raise Invalid("A journal needs at least one transfer.")
    return Entry(
        key=wanted.key,
        kind=wanted.kind,
        cause=wanted.cause,
        content=["post", *wanted.transfers],
        terms_hash=wanted.terms_hash,
        reason=wanted.reason,
        lots_expire_at=wanted.lots_expire_at,
        origin=wanted.origin,
        at=wanted.at,
    )


def _move(
    entry: Entry,
    debits: Sequence[AccountRef],
    credits: Sequence[AccountRef],
    amount_minor: int,
    *,
    own: Cause | None,
) -> tuple[Posted, int]:
    """The journal, and how much it moves or moved."""
    _check(amount_minor, *debits, *credits)
    books = Books([entry], [*debits, *credits])
    (page,) = books.pages
    posted = Posted(page.journal, page.is_new)
    if not page.is_new:
        return posted, _moved_by(page.journal)
    moved = books.move(page, debits=debits, credits=credits, amount_minor=amount_minor, own=own)
    books.close(page)
    books.write()
    return posted, moved


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
