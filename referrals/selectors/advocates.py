"""Who takes part in a programme, and who must see nothing of it."""

import hashlib

from customers.models.customers import Customer
from customers.rules.splits import bounds, is_held_out, place
from customers.selectors.customers import canonical_ids
from referrals.models.links import ReferralCode
from referrals.models.programmes import Advocate, Programme
from referrals.rules.codes import normal_code
from referrals.rules.terms import Terms
from referrals.selectors.programmes import current_version, terms_of


def advocate_of(programme: Programme, customer: Customer) -> Advocate | None:
    """The customer's own part in it, or that of a record that was merged into theirs."""
    rows = Advocate.objects.filter(programme=programme, customer__in=canonical_ids(customer.pk))
    return min(rows, key=lambda row: (row.customer_id != customer.pk, row.pk), default=None)


def code_named(text: str) -> ReferralCode | None:
    """The code, however somebody typed it, with its advocate and programme."""
    norm = normal_code(text)
    if not norm.isprintable():
        # Public addresses hold anything, and no text of the database a NUL.
        return None
    rows = ReferralCode.objects.select_related("advocate__programme", "advocate__customer")
    return rows.filter(code_norm=norm).first()


def sees_no_offer(programme: Programme, customer: Customer) -> bool:
    """Whether the customer is held out, to see what the programme brings. Who takes part already
    is not."""
    return is_held_back(programme, customer.pk, terms_of(current_version(programme)))


def is_held_back(programme: Programme, customer_id: int, terms: Terms) -> bool:
    """The same where the terms are at hand; of the programme only its salt is looked at."""
    if not terms.holdout_percent:
        return False
    key = _key(programme, "holdout")
    return is_held_out(key, customer_id, percent=terms.holdout_percent)


def arm_of(programme: Programme, customer_id: int, terms: Terms) -> int | None:
    """The offer of the experiment for this customer, by its place; None: the terms as they are."""
    if not terms.arms:
        return None
    where = place(_key(programme, "offer"), customer_id)
    ends = bounds([arm.percent for arm in terms.arms])
    return next((number for number, end in enumerate(ends) if where < end), None)


def holdout_key(programme: Programme) -> bytes:
    """Of `customers.rules.splits`: who is held out of the programme."""
    return _key(programme, "holdout")


def _key(programme: Programme, name: str) -> bytes:
    """Of the hold-out and the experiment another, so that neither says anything of the other."""
    return hashlib.sha256(bytes(programme.salt) + name.encode()).digest()
