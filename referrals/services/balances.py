"""The shop lets customers spend their store credit or points: held, then spent or given back."""

from datetime import timedelta

from django.db import transaction

from accounts.models.ledger import Cause, LotUse, Reservation
from accounts.services import reservations
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Invalid, NotFound
from customers.models.customers import Customer
from customers.selectors.customers import canonical
from referrals.events import RewardRedeemed
from referrals.services.bookings import REWARD, lock_accounts_of, locked, note_uses, owners_of
from referrals.services.debts import settle_debt

MAX_MINUTES = 7 * 24 * 60


def reserve_balance(
    customer: Customer, *, unit: str, amount_minor: int, key: str, minutes: int = 60
) -> Reservation:
    """Hold so much of a customer's balance for a purchase, under the shop's own key; the same key
    again is the same reservation. Raises Insufficient, Conflict, Invalid."""
    if not 1 <= minutes <= MAX_MINUTES:
        raise Invalid.at("minutes", "Hold it for a minute at least, and for a week at most.")
    person = canonical(customer)
    return reservations.reserve(
        key=key,
        owner_ids=owners_of(person.pk),
        unit=unit,
        amount_minor=amount_minor,
        expires_at=now() + timedelta(minutes=minutes),
        cause=Cause("customer", person.pk),
    )


def spend_balance(key: str) -> Reservation:
    """The purchase took place. Spent before: the same answer, nothing more is taken. Raises
    NotFound, and Conflict when it was given back or is over."""
    with transaction.atomic():
        held, moment = _locked(key), now()
        spent = reservations.spend_reservation(key)
        if held.resolved_at is None:
            finished = note_uses([held.journal], "spent", at=moment)
            if finished:
                record(RewardRedeemed(subject_id=finished[0], reward_ids=finished))
    return spent


def release_balance(key: str) -> Reservation:
    """The purchase did not take place: all of it can be spent again, but for what is owed. Raises
    NotFound, and Conflict when it was spent."""
    with transaction.atomic():
        held = _locked(key)
        lock_accounts_of([held.account.owner_id])
        released = reservations.release_reservation(key)
        if held.resolved_at is None:
            settle_debt(held.account.owner_id, held.account.unit)
    return released


def _locked(key: str) -> Reservation:
    """The reservation as it stands, while nobody else can resolve it: whoever does locks the
    rewards first whose lots it holds."""
    rows = Reservation.objects.select_related("journal", "account").filter(key=key)
    found = rows.first()
    if found is None:
        raise NotFound("There is no such reservation.")
    uses = LotUse.objects.filter(journal=found.journal_id, lot__origin_kind=REWARD)
    list(locked(set(uses.values_list("lot__origin_id", flat=True))))
    return rows.get()
