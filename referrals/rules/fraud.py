"""How suspicious a referral is: named signals, each with its weight, added up to a score.

A score from `Terms.review.hold_score` on has a person look before anything is paid; nobody is
refused by a score. What people of one household, office or campus have in common by nature (a
network, an address, a surname, a device, an employer) adds at most `SHARED_CAP`, which is below the
lowest threshold a programme may set: it takes something else beside it.

The weights were set by hand. The labelled pairs of tests/referrals/rules/fraud_pairs.csv say how
well they do: a test prints their precision and recall, and holds them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from referrals.rules.mail_domains import FREE, THROWAWAY

# Raised with each change of signals or weights.
RULE_VERSION = 1
SHARED_CAP = 45

_VELOCITY_HOUR = 5
_VELOCITY_DAY = 15
_CROWD = 4
_HURRY_SECONDS = 120
_JUST_ENOUGH = 1.05
_MIN_EARLIER = 3


@dataclass(frozen=True, slots=True)
class Signal:
    """What is suspicious in words for staff, and how much; `is_shared`: many honest people have
    it in common."""

    name: str
    weight: int
    words: str
    is_shared: bool = False


# Not suspicious: so much that somebody looks first.
LARGE_REWARD = "large_reward"
# Whatever the score is and whatever score the programme holds from.
ALWAYS_LOOKED_AT = frozenset({LARGE_REWARD, "leaked_code"})

SIGNALS: dict[str, Signal] = {
    each.name: each
    for each in (
        Signal("same_phone", 60, "Both have the same phone number"),
        Signal("same_payment", 60, "Both paid with the same card or account"),
        Signal("leaked_code", 50, "The code was found in public"),
        Signal("numbered_addresses", 35, "Several friends' addresses differ only by a number"),
        Signal("refunded_before", 35, "Most of the earlier friends' orders were refunded"),
        Signal("alike_address", 30, "The two e-mail addresses are almost the same"),
        Signal("throwaway_domain", 30, "The friend uses a throw-away e-mail address"),
        Signal("bounced", 25, "The friend's e-mail address does not exist"),
        Signal("same_name", 25, "Both have the same first name and surname"),
        Signal("fast_day", 25, f"{_VELOCITY_DAY} friends or more in a day"),
        Signal("fast_hour", 20, f"{_VELOCITY_HOUR} friends or more in an hour"),
        Signal("hurry", 10, "The order came within two minutes of the claim"),
        Signal("just_enough", 5, "The order is just large enough"),
        Signal(LARGE_REWARD, 0, "The reward is large"),
        Signal("same_device", 40, "Both used the same browser", is_shared=True),
        Signal("crowd", 20, "Several friends came from one network", is_shared=True),
        Signal("same_address", 15, "Both have the same postal address", is_shared=True),
        Signal("same_network", 10, "Both came from the same network", is_shared=True),
        Signal("same_surname", 5, "Both have the same surname", is_shared=True),
        Signal("same_employer", 5, "Both have an address at the same company", is_shared=True),
    )
}


@dataclass(frozen=True, slots=True)
class Party:
    """One side as we know it. Addresses in their normal form, names casefolded; "" unknown."""

    email: str = ""
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    # Street and postcode as one comparable text.
    place: str = ""
    networks: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    # Keyed hashes the shop sends of cards and accounts.
    payments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pair:
    """A referral as fraud rules see it."""

    advocate: Party
    friend: Party
    # Addresses and networks of the advocate's other friends, at most a year back.
    other_emails: tuple[str, ...] = ()
    other_networks: tuple[str, ...] = ()
    friends_last_hour: int = 0
    friends_last_day: int = 0
    earlier_orders: int = 0
    earlier_refunded: int = 0
    seconds_to_order: float | None = None
    order_minor: int = 0
    # What the rules of the programme ask for at least; 0: nothing.
    minimum_minor: int = 0
    is_bounced: bool = False
    is_code_leaked: bool = False
    free_domains: frozenset[str] = field(default=FREE)
    throwaway_domains: frozenset[str] = field(default=THROWAWAY)


def signals_of(pair: Pair) -> list[str]:
    """The names of the signals this pair shows, heaviest first."""
    shown = {
        "same_phone": _same(pair.advocate.phone, pair.friend.phone),
        "same_payment": bool(pair.advocate.payments & pair.friend.payments),
        "leaked_code": pair.is_code_leaked,
        "numbered_addresses": _is_numbered(pair.friend.email, pair.other_emails),
        "refunded_before": pair.earlier_orders >= _MIN_EARLIER
        and 2 * pair.earlier_refunded >= pair.earlier_orders,
        "alike_address": _is_alike(pair.advocate.email, pair.friend.email),
        "throwaway_domain": _domain(pair.friend.email) in pair.throwaway_domains,
        "bounced": pair.is_bounced,
        "same_name": _same(pair.advocate.first_name, pair.friend.first_name)
        and _same(pair.advocate.last_name, pair.friend.last_name),
        "fast_day": pair.friends_last_day >= _VELOCITY_DAY,
        "fast_hour": pair.friends_last_hour >= _VELOCITY_HOUR,
        "hurry": pair.seconds_to_order is not None and pair.seconds_to_order < _HURRY_SECONDS,
        "just_enough": pair.minimum_minor > 0
        and pair.minimum_minor <= pair.order_minor <= pair.minimum_minor * _JUST_ENOUGH,
        "same_device": bool(pair.advocate.devices & pair.friend.devices),
        "crowd": _is_crowd(pair),
        "same_address": _same(pair.advocate.place, pair.friend.place),
        "same_network": bool(pair.advocate.networks & pair.friend.networks),
        "same_surname": _same(pair.advocate.last_name, pair.friend.last_name),
        "same_employer": _same_employer(pair),
    }
    return sorted(
        (name for name, is_shown in shown.items() if is_shown),
        key=lambda name: (-SIGNALS[name].weight, name),
    )


def score_of(names: Iterable[str]) -> int:
    """The weights added up; what is shared by nature counts at most SHARED_CAP together."""
    signals = [SIGNALS[name] for name in names]
    shared = sum(each.weight for each in signals if each.is_shared)
    return min(shared, SHARED_CAP) + sum(each.weight for each in signals if not each.is_shared)


def _same(one: str, other: str) -> bool:
    return bool(one) and one == other


def _local(email: str) -> str:
    return email.rpartition("@")[0]


def _domain(email: str) -> str:
    return email.rpartition("@")[2]


def _bare(email: str) -> str:
    """The local part without numbers and marks: of ann.smith21@ and ann_smith@ the same."""
    return re.sub(r"[\W\d_]+", "", _local(email))


def _is_alike(one: str, other: str) -> bool:
    """The same words at any domain; short ones are too common to say anything."""
    return len(_bare(one)) >= 6 and _bare(one) == _bare(other)


def _is_numbered(email: str, others: Iterable[str]) -> bool:
    """At least two others at the same domain that differ by numbers only."""
    if not re.search(r"\d", _local(email)) or len(_bare(email)) < 4:
        return False
    twins = {
        other
        for other in others
        if other != email and _domain(other) == _domain(email) and _bare(other) == _bare(email)
    }
    return len(twins) >= 2


def _is_crowd(pair: Pair) -> bool:
    return any(pair.other_networks.count(network) >= _CROWD - 1 for network in pair.friend.networks)


def _same_employer(pair: Pair) -> bool:
    domain = _domain(pair.friend.email)
    return (
        bool(domain)
        and domain == _domain(pair.advocate.email)
        and domain not in pair.free_domains
        and domain not in pair.throwaway_domains
    )
