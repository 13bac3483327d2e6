"""What a referral programme may cost and reach, before it starts."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from config.kit.clock import now
from customers.models.customers import CustomerFacts
from referrals.models.referrals import Referral
from referrals.rules.terms import RewardTerms, Terms

_REPLAYED = timedelta(days=365)
# Milestones of one customer are told up to this many friends.
MILESTONES_AT = 10


@dataclass(frozen=True, slots=True)
class Cost:
    """The most that one friend, and one customer's milestones, can come to; by unit: "points", or
    the brand's money as ""."""

    per_friend: dict[str, int]
    milestones: dict[str, int]


@dataclass(frozen=True, slots=True)
class Reach:
    """Customers who may take part, those of them held out, and who has bought."""

    customers: int
    held_out: int
    buyers: int


@dataclass(frozen=True, slots=True)
class Replay:
    """The last twelve months' friends of all programmes under this threshold: so many scores reach
    it. Of those somebody looked at, so many were refused and so many were fine."""

    friends: int
    held: int
    refused: int
    cleared: int


def cost(terms: Terms) -> Cost:
    friend: dict[str, int] = {}
    _add(friend, terms.advocate)
    _add(friend, terms.friend)
    milestones: dict[str, int] = {}
    for tier in terms.tiers:
        for _ in range(_times(tier.at, tier.repeats)):
            _add(milestones, tier.reward)
    return Cost(friend, milestones)


def reach(terms: Terms) -> Reach:
    counted = CustomerFacts.objects.filter(is_living=True).aggregate(
        customers=Count("id"), buyers=Count("id", filter=Q(orders_count__gte=1))
    )
    held = counted["customers"] * terms.holdout_percent // 100
    return Reach(counted["customers"], held, counted["buyers"])


def replay(terms: Terms) -> Replay:
    """The scores as they were counted then."""
    score = Q(score__gte=terms.review.hold_score)
    looked = Referral.Review
    return Replay(
        **Referral.objects.filter(identified_at__gte=now() - _REPLAYED).aggregate(
            friends=Count("id"),
            held=Count("id", filter=score),
            refused=Count("id", filter=score & Q(review=looked.REFUSED)),
            cleared=Count("id", filter=score & Q(review=looked.CLEARED)),
        )
    )


def _times(at: int, repeats: str) -> int:
    """How often a milestone comes within the first MILESTONES_AT friends."""
    if at > MILESTONES_AT:
        return 0
    return {"once": 1, "every": MILESTONES_AT // at, "from": MILESTONES_AT - at + 1}[repeats]


def _add(total: dict[str, int], reward: RewardTerms | None) -> None:
    if reward is not None:
        unit = "points" if reward.kind == "points" else ""
        total[unit] = total.get(unit, 0) + reward.amount
