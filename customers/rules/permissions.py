"""What a customer's acts amount to, and the words for why nobody may write to them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar

# Why a customer is not written to, in the order in which it is judged (the SQL is the function
# customers_permission); further reasons join through customers.selectors.audience.
REASONS = {
    "no_address": "No address",
    "relay_address": "Only a marketplace's stand-in address",
    "suppressed": "On the do-not-mail list",
    "no_consent": "Has not allowed it",
    "expired": "The permission has run out",
    "basis_not_allowed": "Your rules do not accept this legal ground",
    "no_purchase": "Soft opt-in without an order or enquiry",
}

GRANTED = "granted"
WITHDRAWN = "withdrawn"
CONSENT = "consent"


class Act(Protocol):
    """What the fold looks at of one row of the ledger."""

    @property
    def pk(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def basis(self) -> str: ...
    @property
    def at(self) -> datetime: ...


A = TypeVar("A", bound=Act)


def standing(acts: Iterable[A]) -> A | None:
    """The act that holds, whatever the order in which the acts came to light.

    A withdrawal beats every ground but the customer's own consent given after it; without a
    withdrawal consent beats the weaker grounds, and of equals the latest holds."""
    ordered = sorted(acts, key=lambda act: (act.at, act.status == WITHDRAWN, act.pk))
    held: A | None = None
    for act in ordered:
        must_yield = held is not None and (held.status == WITHDRAWN or held.basis == CONSENT)
        if not must_yield or act.status == WITHDRAWN or act.basis == CONSENT:
            held = act
    return held
