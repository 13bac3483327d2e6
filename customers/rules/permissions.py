"""What a customer's acts amount to, and the words for why nobody may write to them."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar

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

# Judged after these, where a message is of somebody whom customers can say no to.
SAID_NO = "said_no"
SAID_NO_WORDS = "Said no to this partner, or to offers of this kind"

GRANTED = "granted"
WITHDRAWN = "withdrawn"
CONSENT = "consent"
# Said to programs that would undo a withdrawal.
WITHDRAWN_STAYS = (
    "This customer has withdrawn. If they have allowed it again since, say when with `at`; only "
    "their own consent counts then."
)


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


_PURPOSES = ("marketing", "partner_offers", "surveys")
_NAMED = re.compile(r"(?:partner|offers):[0-9a-z_-]{1,12}")


def check_purpose(text: str) -> None:
    """One of the three, the offers of one named partner, `partner:<id>`, or those of one category,
    `offers:<id>`. Raises ValueError."""
    if text not in _PURPOSES and _NAMED.fullmatch(text) is None:
        raise ValueError(
            "The purpose is marketing, partner_offers, surveys, partner:<id> or offers:<id>."
        )


# --- What may stand in the ledger ----------------------------------------------------------
#
# The ledger is append-only and outlives an erasure, so it holds nothing that names a person.

_LONGEST_VALUE = 300


def impersonal(proof: Mapping[str, Any]) -> dict[str, str | int]:
    """Evidence as the ledger keeps it: internet addresses are cut to their network (24 of 32 bits,
    48 of 128), values with an e-mail address in them are left out, text is cut at 300 characters.
    """
    return {name: value for name, told in proof.items() if (value := _impersonal(told)) != ""}


def network_of(address: str) -> str:
    """`203.0.113.9` as `203.0.113.0/24`; raises ValueError for what is no internet address."""
    parsed = ipaddress.ip_address(address.strip())
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    bits = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network((parsed, bits), strict=False))


def _impersonal(told: object) -> str | int:
    if isinstance(told, int):
        return told
    text = str(told).strip()
    try:
        return network_of(text)
    except ValueError:
        return "" if "@" in text else text[:_LONGEST_VALUE]
