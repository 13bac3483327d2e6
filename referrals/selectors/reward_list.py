"""Rewards for the brand's people: the list, what waits to be given out, and each one's history."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models.brands import Brand
from accounts.selectors.members import names_of
from config.kit import ids
from config.kit.clock import day_in
from config.kit.paging import Page, page_of
from referrals.models.rewards import Reward, RewardStep
from referrals.rules.reasons import staff_words
from referrals.selectors.report import REWARD
from referrals.selectors.wording import last_day, plain_sum, sum_words, worth

PAGE = 50
_BY_HAND = ("cash", "gift_card", "donation")
# Claimed, and somebody of the brand must give it out.
TO_PAY = Q(state=Reward.State.ISSUED, kind__in=_BY_HAND, coupon=None)
# What the list can be narrowed to: key -> (label, filter).
SHOWN: dict[str, tuple[str, Q]] = {
    "": ("All", Q()),
    "pending": ("To come", Q(state=Reward.State.PENDING, is_held=False)),
    "held": ("Held", Q(is_held=True)),
    "claimable": ("To be claimed", Q(state=Reward.State.CLAIMABLE)),
    "to_pay": ("To give out", TO_PAY),
    "issued": ("Claimed", Q(state=Reward.State.ISSUED)),
    "redeemed": ("Spent", Q(state=Reward.State.REDEEMED)),
    "gone": ("Gone", Q(state__in=("rejected", "reversed", "expired"))),
}
COLUMNS = (
    *("reward", "customer", "email", "side", "kind", "state", "unit", "amount", "taken_back"),
    *("open", "from", "until", "referral_programme", "order", "reason"),
)
KINDS = {
    "coupon": "Coupon",
    "store_credit": "Store credit",
    "points": "Points",
    "gift_card": "Gift card",
    "cash": "Cash",
    "donation": "Donation",
}


@dataclass(frozen=True, slots=True)
class RewardRow:
    """A reward, in words."""

    reward: Reward
    public_id: str
    kind: str
    worth: str
    taken_back: str
    reason: str
    # The last day on which it can be used; None: no end.
    until: date | None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to it; `amount` is what changed of what is owed."""

    step: RewardStep
    words: str
    amount: str
    reason: str
    by: str


def rewards() -> QuerySet[Reward]:
    return Reward.objects.select_related("customer", "programme", "order", "coupon")


def rewards_page(show: str, *, below: int | None = None) -> Page[Reward]:
    """The newest first."""
    rows = rewards().filter(SHOWN.get(show, SHOWN[""])[1])
    return page_of(rows, limit=PAGE, after=below)


def rows_of(found: Iterable[Reward], brand: Brand) -> list[RewardRow]:
    return [
        RewardRow(
            reward=reward,
            public_id=ids.encode(REWARD, reward.uid),
            kind=KINDS.get(reward.kind, reward.kind),
            worth=_promised(reward, brand),
            taken_back=sum_words(reward.reversed_minor, reward.unit, brand)
            if reward.reversed_minor
            else "",
            reason=staff_words(reward.reason) if reward.reason else "",
            until=_until(reward, brand),
        )
        for reward in found
    ]


def to_pay() -> int:
    """How many wait to be given out."""
    return Reward.objects.filter(TO_PAY).count()


def steps_of(reward: Reward, brand: Brand) -> list[Step]:
    """What happened to it, the newest first."""
    steps = list(RewardStep.objects.filter(reward=reward).order_by("-pk"))
    names = names_of(step.actor_id for step in steps if step.actor_kind == "user")
    return [
        Step(
            step=step,
            words=step.what.replace("_", " ").capitalize(),
            amount=sum_words(step.amount_minor, reward.unit, brand) if step.amount_minor else "",
            reason=staff_words(step.reason) if step.reason else "",
            by=names.get(step.actor_id or 0, "") if step.actor_kind == "user" else "",
        )
        for step in steps
    ]


def after(show: str, *, above: int, limit: int) -> list[Reward]:
    """A part of all rewards by rising id, for the file."""
    rows = rewards().filter(SHOWN.get(show, SHOWN[""])[1], pk__gt=above)
    return list(rows.order_by("pk")[:limit])


def cells(found: Iterable[Reward], brand: Brand) -> Iterator[tuple[str, ...]]:
    """One line of the file for each; names and addresses are customers' own text."""
    for reward in found:
        amounts = reward.amount_minor, reward.reversed_minor, reward.open_minor
        yield (
            ids.encode(REWARD, reward.uid),
            reward.customer.name,
            reward.customer.email,
            reward.side,
            reward.kind,
            reward.state,
            reward.unit,
            *(plain_sum(amount, reward.unit) for amount in amounts),
            str(day_in(brand.time_zone, reward.available_at)),
            str(_until(reward, brand) or ""),
            reward.programme.name,
            reward.order.source_id if reward.order else "",
            reward.reason,
        )


def _promised(reward: Reward, brand: Brand) -> str:
    if reward.percent:
        return worth(reward, brand)
    return sum_words(reward.amount_minor, reward.unit, brand)


def _until(reward: Reward, brand: Brand) -> date | None:
    return last_day(reward.expires_at, brand) if reward.expires_at else None
