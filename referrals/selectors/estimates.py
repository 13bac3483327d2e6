"""What a referral programme may cost and reach, before it starts."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from config.kit.clock import now
from customers.models.customers import CustomerFacts
from customers.models.orders import Order
from referrals.models.referrals import Referral
from referrals.rules.qualification import why_not
from referrals.rules.reasons import staff_words
from referrals.rules.rewards import milestones
from referrals.rules.terms import AllOf, Condition, NthOrder, RewardTerms, Terms
from referrals.selectors.cases import facts_of

_REPLAYED = timedelta(days=365)
# So many of the newest orders the rules are tried on.
_TRIED = 300
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


@dataclass(frozen=True, slots=True)
class Tried:
    """The rules on the brand's newest orders: so many were looked at and so many would count; the
    others by why not, in words, the most frequent first."""

    orders: int
    counting: int
    others: list[tuple[str, int]]


def cost(terms: Terms) -> Cost:
    friend: dict[str, int] = {}
    _add(friend, terms.advocate)
    _add(friend, terms.friend)
    more: dict[str, int] = {}
    for each in milestones(terms.tiers, MILESTONES_AT):
        _add(more, each.terms)
    return Cost(friend, more)


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


def tried(terms: Terms) -> Tried:
    """Of orders of the number that is rewarded (a first one, say); any, where that is no rule."""
    rows = Order.objects.filter(is_counted=True, customer__isnull=False)
    number = _number(terms.qualifying)
    if number is not None:
        rows = rows.filter(rung=number)
    newest = rows.order_by("-placed_at", "-pk").values_list("pk", flat=True)[:_TRIED]
    facts = facts_of(list(newest))
    reasons = Counter(why_not(terms.qualifying, order) for order in facts.values())
    counting = reasons.pop("", 0)
    others = [(staff_words(reason), count) for reason, count in reasons.most_common()]
    return Tried(len(facts), counting, others)


def _number(condition: Condition) -> int | None:
    """Which order of the friend must be rewarded, if that is asked."""
    parts = condition.of if isinstance(condition, AllOf) else [condition]
    return next((part.n for part in parts if isinstance(part, NthOrder)), None)


def _add(total: dict[str, int], reward: RewardTerms | None) -> None:
    if reward is not None:
        unit = "points" if reward.kind == "points" else ""
        total[unit] = total.get(unit, 0) + reward.amount
