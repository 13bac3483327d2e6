"""What referrals earn by the terms they qualified under: everything is looked up at once."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.kit.money import split
from customers.models.orders import Order
from referrals.kinds.registry import kind_of
from referrals.models.links import Touch
from referrals.models.programmes import Advocate, ProgrammeVersion
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.rules.rewards import Milestone, available_from, milestones
from referrals.rules.terms import RewardTerms, Terms
from referrals.selectors.programmes import terms_for

COUNTED = (Referral.State.QUALIFIED, Referral.State.REWARDED)


@dataclass(frozen=True, slots=True)
class Earned:
    """Why a referral earns now: its order counts, or its friend asked for their reward."""

    referral: Referral
    order: Order | None = None
    touch: Touch | None = None

    @property
    def on(self) -> str:
        """As the terms name it."""
        return "claim" if self.order is None else "order"

    @property
    def trigger(self) -> str:
        if self.order is not None:
            return f"order:{self.order.pk}"
        assert self.touch is not None, "a referral earns by an order or by a claim"
        return f"claim:{self.touch.pk}"

    @property
    def start(self) -> datetime:
        """When the hold begins."""
        if self.order is not None:
            return self.order.placed_at
        assert self.touch is not None
        return self.touch.at


@dataclass(frozen=True, slots=True)
class Promise:
    """A reward about to be, by the columns of grant_rewards.sql."""

    programme_id: int
    version_id: int
    referral_id: int | None
    advocate_id: int
    customer_id: int
    side: str
    rule: str
    trigger: str
    kind: str
    unit: str
    amount_minor: int
    percent: int
    order_id: int | None
    basis_minor: int
    allocation: list[dict[str, int]]
    available_at: datetime
    simulated: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """What promises rest on: the advocates, the brand's currency, and per order (position, money)
    of each line that took money."""

    advocates: Mapping[int, Advocate]
    currency: str
    lines: Mapping[int, Sequence[tuple[int, int]]]


class Batch:
    """All that is asked about several referrals at once."""

    def __init__(self, earned: Sequence[Earned], ground: Ground) -> None:
        self.earned = earned
        self.advocates = ground.advocates
        self._ground = ground
        self._terms: dict[tuple[int, int | None], Terms] = {}
        # Whichever promises are by, by id.
        self.versions: dict[int, ProgrammeVersion] = {}

    def terms(self, referral: Referral) -> Terms:
        """As the advocate was promised them."""
        return self._terms_of(referral.version, referral.advocate_id)

    def promises(self) -> Iterator[Promise]:
        """For each friend, to both sides."""
        for each in self.earned:
            terms = self.terms(each.referral)
            to = self.advocates[each.referral.advocate_id].customer_id
            if terms.advocate is not None and each.order is not None:
                yield self._promise(each, terms.advocate, "advocate", to)
            friend = terms.friend
            if friend is not None and each.referral.friend_id and friend.on == each.on:
                yield self._promise(each, friend, "friend", each.referral.friend_id)

    def tiers(self) -> Iterator[Promise]:
        """Milestones that were reached for the first time, by the terms of the friend who reached
        each. The order that reached one does not carry it, and one that was taken back is no other
        than before."""
        with_tiers = {
            each.referral.advocate_id: each
            for each in self.earned
            if each.order is not None and self.terms(each.referral).tiers
        }
        if not with_tiers:
            return
        versions, known = _versions_of(with_tiers), _milestones(with_tiers)
        for pk, each in with_tiers.items():
            to = self.advocates[pk].customer_id
            for due, version in self._reached(pk, versions[pk]):
                if due.rule not in known[pk]:
                    yield replace(
                        self._promise(each, due.terms, due.rule, to),
                        version_id=version.pk,
                        trigger=f"milestone:{pk}:{due.count}",
                        referral_id=None,
                        order_id=None,
                        basis_minor=0,
                        allocation=[],
                    )

    def _reached(
        self, advocate_id: int, versions: Sequence[ProgrammeVersion]
    ) -> Iterator[tuple[Milestone, ProgrammeVersion]]:
        """What a later version promises is not for the friends of the past."""
        for version in dict.fromkeys(versions):
            for due in milestones(self._terms_of(version, advocate_id).tiers, len(versions)):
                if versions[due.count - 1] == version:
                    yield due, version

    def _terms_of(self, version: ProgrammeVersion, advocate_id: int) -> Terms:
        key = version.pk, self.advocates[advocate_id].arm
        if key not in self._terms:
            self._terms[key] = terms_for(version, key[1])
            self.versions[version.pk] = version
        return self._terms[key]

    def _promise(self, earned: Earned, terms: RewardTerms, rule: str, to: int) -> Promise:
        referral, order = earned.referral, earned.order
        is_friend = rule == Reward.Side.FRIEND
        return Promise(
            programme_id=referral.programme_id,
            version_id=referral.version_id,
            referral_id=referral.pk,
            advocate_id=referral.advocate_id,
            customer_id=to,
            side=Reward.Side.FRIEND if is_friend else Reward.Side.ADVOCATE,
            rule=rule,
            trigger=earned.trigger,
            kind=terms.kind,
            unit=kind_of(terms.kind).unit(self._ground.currency),
            amount_minor=terms.amount,
            percent=terms.percent,
            order_id=order.pk if order else None,
            basis_minor=order.gross_minor if order else 0,
            allocation=self._allocation(order) if order else [],
            available_at=available_from(earned.start, terms),
            simulated=order is not None and order.simulated,
        )

    def _allocation(self, order: Order) -> list[dict[str, int]]:
        """What the order's money consists of, line by line, to the minor unit."""
        lines = self._ground.lines.get(order.pk, [])
        parts = split(order.gross_minor, [minor for _, minor in lines])
        return [
            {"line": position, "net_minor": part}
            for (position, _), part in zip(lines, parts, strict=True)
        ]


def friends_of(advocate_ids: Collection[int]) -> dict[int, int]:
    """How many friends of each advocate have ordered, and count."""
    counts = dict.fromkeys(advocate_ids, 0)
    rows = Referral.objects.filter(advocate__in=advocate_ids, state__in=COUNTED)
    for advocate_id in rows.values_list("advocate_id", flat=True):
        counts[advocate_id] += 1
    return counts


def _versions_of(advocate_ids: Collection[int]) -> dict[int, list[ProgrammeVersion]]:
    """Per advocate the terms of each friend who has ordered, and counts, in that order."""
    rows = Referral.objects.filter(advocate__in=advocate_ids, state__in=COUNTED)
    pairs = list(rows.order_by("qualified_at", "pk").values_list("advocate_id", "version_id"))
    versions = ProgrammeVersion.objects.in_bulk({version_id for _, version_id in pairs})
    found: defaultdict[int, list[ProgrammeVersion]] = defaultdict(list)
    for advocate_id, version_id in pairs:
        found[advocate_id].append(versions[version_id])
    return found


def _milestones(advocate_ids: Collection[int]) -> dict[int, set[str]]:
    """Per advocate the rules of the milestones there are already."""
    found: dict[int, set[str]] = {pk: set() for pk in advocate_ids}
    rows = Reward.objects.filter(advocate__in=advocate_ids, referral=None)
    for advocate_id, rule in rows.values_list("advocate_id", "rule"):
        found[advocate_id].add(rule)
    return found
