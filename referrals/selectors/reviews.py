"""The review queue: suspicious referrals, grouped by the advocate they would earn for."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.selectors.members import names_of
from config.kit import ids
from referrals.models.programmes import Advocate
from referrals.models.referrals import Referral, Signal
from referrals.models.rewards import Reward
from referrals.rules.fraud import SIGNALS
from referrals.selectors.report import CUSTOMER, REFERRAL

# As many referrals as one page shows; the rest follows when these are decided.
PAGE = 100
_WAITING = (Referral.Review.OPEN, Referral.Review.ESCALATED)


@dataclass(frozen=True, slots=True)
class ShownSignal:
    """In words; `weight` is what it added to the score, as it was counted."""

    words: str
    weight: int
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Suspect:
    """One referral in the queue, with what stands on it."""

    referral: Referral
    signals: list[ShownSignal]
    rewards: list[Reward]

    @property
    def public_id(self) -> str:
        return ids.encode(REFERRAL, self.referral.uid)


@dataclass(frozen=True, slots=True)
class Group:
    """All of one advocate's that wait."""

    advocate: Advocate
    suspects: list[Suspect]

    @property
    def customer_id(self) -> str:
        """The public one."""
        return ids.encode(CUSTOMER, self.advocate.customer.uid)


@dataclass(frozen=True, slots=True)
class Queue:
    """What is due first comes first; `total` also counts what is not shown."""

    groups: list[Group]
    total: int
    shown: int


@dataclass(frozen=True, slots=True)
class Decided:
    """`by` is empty where the programme's policy decided."""

    referral: Referral
    by: str

    @property
    def public_id(self) -> str:
        return ids.encode(REFERRAL, self.referral.uid)

    @property
    def is_refused(self) -> bool:
        return self.referral.review == Referral.Review.REFUSED


def waiting() -> QuerySet[Referral]:
    """The referrals somebody has to look at."""
    return Referral.objects.filter(review__in=_WAITING)


def queue(*, only: Collection[int] | None = None) -> Queue:
    """The first page of what waits; `only`: of these advocates."""
    rows = waiting()
    if only is not None:
        rows = rows.filter(advocate__in=only)
    total = rows.count()
    shown = rows.select_related("advocate__customer", "advocate__programme", "friend", "order")
    by_advocate: dict[int, list[Suspect]] = defaultdict(list)
    for each in suspects(shown.order_by("review_due_at", "pk")[:PAGE]):
        by_advocate[each.referral.advocate_id].append(each)
    groups = [Group(each[0].referral.advocate, each) for each in by_advocate.values()]
    return Queue(groups, total, sum(len(group.suspects) for group in groups))


def decided(limit: int = 20) -> list[Decided]:
    """What was decided last."""
    rows = Referral.objects.filter(
        review__in=(Referral.Review.CLEARED, Referral.Review.REFUSED), reviewed_at__isnull=False
    )
    shown = list(
        rows.select_related("advocate__customer", "friend").order_by("-reviewed_at", "-pk")[:limit]
    )
    names = names_of(each.reviewed_by_id for each in shown)
    return [Decided(each, names.get(each.reviewed_by_id or 0, "")) for each in shown]


def suspects(referrals: QuerySet[Referral]) -> list[Suspect]:
    """With their signals, heaviest first, and the rewards that hang on them."""
    rows = list(referrals)
    signals: dict[int, list[ShownSignal]] = defaultdict(list)
    for signal in Signal.objects.filter(referral__in=rows).order_by("-weight", "name"):
        signals[signal.referral_id].append(_shown(signal))
    rewards: dict[int, list[Reward]] = defaultdict(list)
    for reward in Reward.objects.filter(referral__in=rows).order_by("side", "pk"):
        rewards[reward.referral_id or 0].append(reward)
    return [Suspect(each, signals[each.pk], rewards[each.pk]) for each in rows]


def _shown(signal: Signal) -> ShownSignal:
    known = SIGNALS.get(signal.name)
    words = known.words if known else signal.name.replace("_", " ").capitalize()
    return ShownSignal(words, signal.weight, known is not None and known.is_shared)
