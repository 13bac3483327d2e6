"""The ledger's verbs: post, move, reserve, expire, write off. All within the open brand scope.

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
    Reservation,
)
from accounts.scope import current_brand_id
from accounts.services.books import (
    Entry,
    Insufficient,
    Leg,
    OpenJournal,
    Use,
    lock_accounts,
    too_little,
)
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, NotFound
from config.kit.money import MAX_MINOR

__all__ = ["AccountKind", "AccountRef", "Cause", "Insufficient", "Owner"]

MAX_KEY = 160
MAX_RESERVATION_KEY = 140
MAX_REASON = 200


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
    entry = _entry(
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
    entry = _entry(
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
    entry = _entry(
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


def reserve(
    *,
    key: str,
    owner_ids: Sequence[Owner],
    unit: str,
    amount_minor: int,
    expires_at: datetime,
    cause: Cause,
) -> Reservation:
    """Hold part of what these owners (one customer, with whoever was merged into it) can spend.

    It is held in the first one's name. Raises Insufficient, Conflict, Invalid."""
    if not 0 < len(key) <= MAX_RESERVATION_KEY:
        raise Invalid(f"A reservation's key has 1 to {MAX_RESERVATION_KEY} characters.")
    if expires_at <= now():
        raise Invalid("A reservation must end in the future.")
    held = AccountRef(owner_ids[0], AccountKind.RESERVED, unit)
    with transaction.atomic():
        posted = move(
            key=f"reserve:{key}",
            kind="reserve",
            cause=cause,
            debits=[AccountRef(owner, AccountKind.AVAILABLE, unit) for owner in owner_ids],
            credits=[held],
            amount_minor=amount_minor,
        )
        if not posted.is_new:
            return Reservation.objects.get(key=key)
        return Reservation.objects.create(
            key=key,
            account=lock_accounts([held])[held],
            journal=posted.journal,
            amount_minor=amount_minor,
            expires_at=expires_at,
        )


def spend_reservation(key: str, *, settled_by: Owner | None = None) -> Reservation:
    """The purchase took place. `settled_by`: whose SETTLED account counts it (default: the
    brand's). Spent before: the same answer. Raises Conflict when it was given back or is over."""
    with transaction.atomic():
        reservation, is_mine = _resolve(key, Reservation.Outcome.SPENT)
        if is_mine:
            held = reservation.account.ref
            owner = settled_by or Owner(OwnerKind.BRAND, current_brand_id())
            settled = AccountRef(owner, AccountKind.SETTLED, held.unit)
            book = OpenJournal(_entry_of(reservation, "spend"), [held, settled])
            book.add(Leg(held, settled, reservation.amount_minor))
            book.finish(lots_expire_at=None, origin=_cause_of(reservation))
    return reservation


def release_reservation(key: str) -> Reservation:
    """The purchase did not take place: all goes back to the lots it came from. Given back before:
    the same answer. Raises Conflict when it was spent."""
    return _give_back(key, Reservation.Outcome.RELEASED)[0]


def expire_reservations(*, limit: int = 500) -> int:
    """Give back what nobody spent in time; how many."""
    over = Reservation.objects.filter(resolved_at=None, expires_at__lte=now())
    keys = list(over.order_by("expires_at", "pk").values_list("key", flat=True)[:limit])
    return sum(_give_back(key, Reservation.Outcome.EXPIRED)[1] for key in keys)


def expire_lots(*, limit: int = 500) -> int:
    """Move what is left of lots whose time is over to the brand's breakage; how many lots."""
    over = Lot.objects.filter(left_minor__gt=0, expires_at__lte=now()).select_related("account")
    return sum(_expire(lot) for lot in over.order_by("expires_at", "pk")[:limit])


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
        entry = _entry(
            key=f"expire:lot:{lot.pk}:{turn}",
            kind="expire",
            cause=cause,
            content=["expire", lot.pk, lot.left_minor],
        )
        book = OpenJournal(entry, [spent, broken])
        book.add(Leg(spent, broken, lot.left_minor), Use(lot, lot.left_minor))
        book.finish(lots_expire_at=None, origin=cause)
    return True


def _give_back(key: str, outcome: Reservation.Outcome) -> tuple[Reservation, bool]:
    with transaction.atomic():
        reservation, is_mine = _resolve(key, outcome)
        if is_mine:
            held = reservation.account.ref
            uses = list(
                LotUse.objects.filter(journal=reservation.journal_id).select_related("lot__account")
            )
            book = OpenJournal(
                _entry_of(reservation, "release"), [held, *(use.lot.account.ref for use in uses)]
            )
            for use in uses:
                leg = Leg(held, use.lot.account.ref, use.amount_minor)
                book.add(leg, Use(use.lot, -use.amount_minor))
            book.finish(lots_expire_at=None, origin=_cause_of(reservation))
    return reservation, is_mine


def _resolve(key: str, outcome: Reservation.Outcome) -> tuple[Reservation, bool]:
    """At most one resolves; `True` for whoever did it now. Raises NotFound, Conflict."""
    moment = now()
    open_ones = Reservation.objects.filter(key=key, resolved_at=None)
    if outcome == Reservation.Outcome.SPENT:
        open_ones = open_ones.filter(expires_at__gt=moment)
    is_mine = bool(open_ones.update(resolved_at=moment, outcome=outcome))
    reservation = Reservation.objects.filter(key=key).select_related("account", "journal").first()
    if reservation is None:
        raise NotFound("There is no such reservation.")
    is_spent = reservation.outcome == Reservation.Outcome.SPENT
    if is_spent != (outcome == Reservation.Outcome.SPENT):
        raise Conflict(
            "This reservation was spent."
            if is_spent
            else "This reservation is over; make another.",
            code="reservation_spent" if is_spent else "reservation_over",
        )
    return reservation, is_mine


def _cause_of(reservation: Reservation) -> Cause:
    return Cause(reservation.journal.cause_kind, reservation.journal.cause_id)


def _entry_of(reservation: Reservation, kind: str) -> Entry:
    return _entry(
        key=f"{kind}:{reservation.key}",
        kind=kind,
        cause=_cause_of(reservation),
        content=[kind, reservation.pk],
    )


def _entry(
    *,
    key: str,
    kind: str,
    cause: Cause,
    content: Sequence[object],
    terms_hash: str = "",
    reason: str = "",
    at: datetime | None = None,
) -> Entry:
    if not 0 < len(key) <= MAX_KEY:
        raise Invalid(f"A journal's key has 1 to {MAX_KEY} characters.")
    if len(reason) > MAX_REASON:
        raise Invalid(f"A reason has at most {MAX_REASON} characters.")
    moment = now()
    if at is not None and at > moment:
        raise Invalid("A journal cannot be dated ahead.")
    return Entry(key, kind, cause, at or moment, content, terms_hash, reason)


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
