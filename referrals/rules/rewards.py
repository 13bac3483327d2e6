"""What a reward comes to: when it can be had, which milestones are due, what a refund takes back.

Amounts are whole minor units or points; every division is rounded once, on the running total, so
that refunds in any order and number come to the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from referrals.rules.terms import RewardTerms, Tier


@dataclass(frozen=True, slots=True)
class Milestone:
    """A tier's promise, due at the `count`-th friend who ordered."""

    tier: int
    count: int
    terms: RewardTerms
    rule: str


def available_from(start: datetime, terms: RewardTerms) -> datetime:
    """When the hold ends that began with the order, or the friend's claim."""
    return start + timedelta(days=terms.hold_days)


def expiry(ready: datetime, terms: RewardTerms) -> datetime | None:
    """Until when it can be spent that could be had from `ready` on; None: for ever."""
    return None if terms.expires_days is None else ready + timedelta(days=terms.expires_days)


def milestones(tiers: Sequence[Tier], count: int) -> list[Milestone]:
    """All that so many friends who ordered have earned, in the order in which they were reached."""
    return [
        Milestone(place, reached, tier.reward, f"tier:{tier.at}:{reached}")
        for reached in range(1, count + 1)
        for place, tier in enumerate(tiers)
        if _is_reached(tier, reached)
    ]


def wanted_reversal(amount: int, *, basis: int, refunded: int) -> int:
    """How much of a reward of `amount`, earned by `basis`, all refunds of it together take back.

    Pro rata, halves up: at least the exact share less half a unit, all of it when everything was
    refunded, and never less for a larger refund."""
    if refunded <= 0:
        return 0
    if refunded >= basis:
        return amount
    return (2 * amount * refunded + basis) // (2 * basis)


def period_start(joined: date, today: date, days: int) -> date | None:
    """When the stretch of so many days began in which today's rewards of an advocate are counted;
    None: they are counted for ever."""
    if not days:
        return None
    return joined + timedelta(days=(today - joined).days // days * days)


def in_money(amount: int, unit: str, *, point_minor: int) -> int:
    """Minor units of the brand's currency, of points too."""
    return amount * point_minor if unit == "points" else amount


def _is_reached(tier: Tier, reached: int) -> bool:
    if tier.repeats == "every":
        return reached % tier.at == 0
    if tier.repeats == "from":
        return reached >= tier.at
    return reached == tier.at
