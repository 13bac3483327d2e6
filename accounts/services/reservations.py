"""Part of a balance held for a purchase: until it is spent, given back or out of time; once.

Locks are taken in the order of the whole ledger, accounts first and all at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from accounts.models.ledger import (
    AccountKind,
    AccountRef,
    Cause,
    LotUse,
    Owner,
    OwnerKind,
    Reservation,
)
from accounts.scope import current_brand_id
from accounts.selectors.ledger import ended_reservations
from accounts.services.books import lock_accounts, write_exactly
from accounts.services.journals import Entry, Leg
from accounts.services.ledger import move
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, NotFound

MAX_RESERVATION_KEY = 140


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
            account_id=lock_accounts([held])[held].account_id,
            journal=posted.journal,
            amount_minor=amount_minor,
            expires_at=expires_at,
        )


def spend_reservation(key: str, *, settled_by: Owner | None = None) -> Reservation:
    """The purchase took place. `settled_by`: whose SETTLED account counts it (default: the
    brand's). Spent before: the same answer. Raises NotFound, and Conflict when it was given back
    or is over."""
    with transaction.atomic():
        held = _reservation(key).account.ref
        lock_accounts([held])
        reservation, is_mine = _resolve(key, Reservation.Outcome.SPENT)
        if is_mine:
            owner = settled_by or Owner(OwnerKind.BRAND, current_brand_id())
            settled = AccountRef(owner, AccountKind.SETTLED, held.unit)
            leg = Leg(held, settled, reservation.amount_minor)
            write_exactly((_entry_of(reservation, "spend"), [(leg, [])]))
    return reservation


def release_reservation(key: str) -> Reservation:
    """The purchase did not take place: all goes back to the lots it came from. Given back before:
    the same answer. Raises NotFound, and Conflict when it was spent."""
    with transaction.atomic():
        reservation = _reservation(key)
        uses = _uses_of([reservation])
        _lock([reservation], uses)
        return _give_back(key, uses, Reservation.Outcome.RELEASED)[0]


def expire_reservations(*, limit: int = 500) -> int:
    """Give back what nobody spent in time; how many."""
    ended = list(ended_reservations().select_related("account")[:limit])
    with transaction.atomic():
        uses = _uses_of(ended)
        _lock(ended, uses)
        return sum(
            _give_back(
                each.key,
                [use for use in uses if use.journal_id == each.journal_id],
                Reservation.Outcome.EXPIRED,
            )[1]
            for each in ended
        )


def _give_back(
    key: str, uses: Sequence[LotUse], outcome: Reservation.Outcome
) -> tuple[Reservation, bool]:
    reservation, is_mine = _resolve(key, outcome)
    if is_mine:
        held = reservation.account.ref
        back = [
            (Leg(held, use.lot.account.ref, use.amount_minor), [(use.lot, -use.amount_minor)])
            for use in uses
        ]
        write_exactly((_entry_of(reservation, "release"), back))
    return reservation, is_mine


def _resolve(key: str, outcome: Reservation.Outcome) -> tuple[Reservation, bool]:
    """At most one resolves; `True` for whoever did it now. Raises Conflict."""
    moment = now()
    open_ones = Reservation.objects.filter(key=key, resolved_at=None)
    if outcome == Reservation.Outcome.SPENT:
        open_ones = open_ones.filter(expires_at__gt=moment)
    is_mine = bool(open_ones.update(resolved_at=moment, outcome=outcome))
    reservation = _reservation(key)
    is_spent = reservation.outcome == Reservation.Outcome.SPENT
    if is_spent and outcome == Reservation.Outcome.RELEASED:
        raise Conflict("This reservation was spent.", code="reservation_spent")
    if not is_spent and outcome == Reservation.Outcome.SPENT:
        raise Conflict("This reservation is over; make another.", code="reservation_over")
    return reservation, is_mine


def _reservation(key: str) -> Reservation:
    found = Reservation.objects.filter(key=key).select_related("account", "journal").first()
    if found is None:
        raise NotFound("There is no such reservation.")
    return found


def _uses_of(reservations: Iterable[Reservation]) -> list[LotUse]:
    journals = [reservation.journal_id for reservation in reservations]
    uses = LotUse.objects.filter(journal_id__in=journals).select_related("lot__account")
    return list(uses.order_by("pk"))


def _lock(reservations: Iterable[Reservation], uses: Iterable[LotUse]) -> None:
    held = [reservation.account.ref for reservation in reservations]
    lock_accounts([*held, *(use.lot.account.ref for use in uses)])


def _cause_of(reservation: Reservation) -> Cause:
    return Cause(reservation.journal.cause_kind, reservation.journal.cause_id)


def _entry_of(reservation: Reservation, kind: str) -> Entry:
    return Entry(
        key=f"{kind}:{reservation.key}",
        kind=kind,
        cause=_cause_of(reservation),
        content=[kind, reservation.pk],
    )
