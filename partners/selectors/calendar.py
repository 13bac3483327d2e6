"""Who runs when in which category, and what stands in the way of an offer."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Q

from config.kit import ids
from partners.models.offers import Offer
from partners.models.partnerships import CompetitorBlock, OfferCategory
from partners.rules.content import OfferContent
from partners.selectors.names import OFFER

_SHOWN = Q(state__in=[*Offer.PLACED, Offer.State.ENDED, Offer.State.SETTLED])


@dataclass(frozen=True)
class Clash:
    """An offer that is in the way, and the days that both want."""

    other: Offer
    category: str
    since: date
    until: date
    # exclusive: one of the two has the category for itself; competitor: one keeps the other out.
    why: str


@dataclass(frozen=True)
class _Blocks:
    """What the competitor blocks say about one offer."""

    # Kept out by this offer's partner.
    categories: frozenset[int | None]
    partners: frozenset[int | None]
    # Partners that keep this offer out.
    barring: frozenset[int]

    def keep_apart(self, other: Offer) -> bool:
        return (
            other.category_id in self.categories
            or other.partnership_id in self.partners
            or other.partnership_id in self.barring
        )


def clashes(offer: Offer, content: OfferContent) -> list[Clash]:
    """What keeps the content from being placed, as the calendar stands now."""
    category = OfferCategory.objects.get(pk=content.category_id)
    blocks = _blocks(offer.partnership_id, content.category_id)
    found = []
    for other in _placed_between(content.starts_on, content.ends_on, besides=offer):
        is_taken = other.category_id == content.category_id and (
            other.is_exclusive or content.is_exclusive
        )
        is_apart = other.partnership_id != offer.partnership_id and blocks.keep_apart(other)
        if is_taken or is_apart:
            since, until = _days(other)
            found.append(
                Clash(
                    other=other,
                    category=category.name,
                    since=max(since, content.starts_on),
                    until=min(until, content.ends_on),
                    why="exclusive" if is_taken else "competitor",
                )
            )
    return found


def _placed_between(since: date, until: date, *, besides: Offer) -> list[Offer]:
    rows = Offer.objects.filter(
        state__in=Offer.PLACED, starts_on__lte=until, ends_on__gte=since
    ).select_related("partnership", "category")
    return list(rows.exclude(pk=besides.pk).order_by("starts_on", "pk"))


def _days(offer: Offer) -> tuple[date, date]:
    """Of one that has a place in the calendar."""
    assert offer.starts_on is not None
    assert offer.ends_on is not None
    return offer.starts_on, offer.ends_on


def _blocks(partnership_id: int, category_id: int) -> _Blocks:
    own = CompetitorBlock.objects.filter(partnership=partnership_id)
    against = CompetitorBlock.objects.filter(Q(category=category_id) | Q(other=partnership_id))
    return _Blocks(
        categories=frozenset(block.category_id for block in own if block.category_id),
        partners=frozenset(block.other_id for block in own if block.other_id),
        barring=frozenset(
            block.partnership_id for block in against if block.partnership_id != partnership_id
        ),
    )


@dataclass(frozen=True)
class Bar:
    """An offer on the calendar, in per cent of the days shown."""

    offer: Offer
    public_id: str
    left: float
    width: float


@dataclass(frozen=True)
class Lane:
    """The offers of one category; an exclusive one takes all of its days."""

    category: OfferCategory
    bars: list[Bar]


@dataclass(frozen=True)
class Tick:
    """The first of a month."""

    on: date
    left: float


@dataclass(frozen=True)
class Calendar:
    since: date
    until: date
    lanes: list[Lane]
    ticks: list[Tick]
    today: float


def calendar(*, today: date, before: int = 30, after: int = 120) -> Calendar:
    """Placed offers and those that ran, by category, around today."""
    since, until = today - timedelta(days=before), today + timedelta(days=after)
    days = (until - since).days + 1

    def share(count: int) -> float:
        return round(100 * count / days, 3)

    def bar(offer: Offer) -> Bar:
        first, last = _days(offer)
        start = max(first, since)
        length = (min(last, until) - start).days + 1
        left, width = share((start - since).days), share(length)
        return Bar(offer, ids.encode(OFFER, offer.uid), left, width)

    rows = (
        Offer.objects.filter(_SHOWN, starts_on__lte=until, ends_on__gte=since)
        .select_related("partnership", "category")
        .order_by("category__name", "category_id", "starts_on", "pk")
    )
    lanes = [
        Lane(category, [bar(offer) for offer in offers])
        for category, offers in groupby(rows, key=lambda offer: offer.category)
        if category is not None
    ]
    months = [since + timedelta(days=number) for number in range(days)]
    ticks = [Tick(day, share((day - since).days)) for day in months if day.day == 1]
    return Calendar(since, until, lanes, ticks, share((today - since).days))
