"""What a referral programme brings: its funnel, how often people share, and what K is."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from config.kit import sql
from config.kit.clock import day_in, day_start, now
from customers.models.segments import Segment
from customers.rules.intervals import Share, wilson
from customers.rules.lift import Lift
from customers.selectors.experiments import lift_since
from referrals.models.links import ShareChannel
from referrals.models.programmes import Programme, ProgrammeVersion
from referrals.rules.figures import KFactor, Matched, Month, Sample, k_factor, matched
from referrals.rules.terms import Terms
from referrals.selectors.advocates import holdout_key
from referrals.selectors.programmes import terms_of

# Step -> its words, the head of its column, and of whom the share beside it is.
STEPS = {
    "shown": ("Saw the offer", "Saw it", ""),
    "shared": ("Shared", "Shared", "of who saw it"),
    "came": ("Friends who came", "Came", "per share"),
    "claimed": ("Asked for their reward", "Asked", "of who came"),
    "ordered": ("Ordered", "Ordered", "of who came"),
    "rewarded": ("Rewarded", "Rewarded", "of who ordered"),
}
_BEFORE = {
    "shared": "shown",
    "came": "shared",
    "claimed": "came",
    "ordered": "came",
    "rewarded": "ordered",
}
# Days -> words; 0: since it began.
PERIODS = {30: "30 days", 90: "90 days", 365: "A year", 0: "All"}
# Of this age both sides of the comparison with others are.
AGE_DAYS = 90
_BEGINNING = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Step:
    """`before` is whom the share is of; None where nobody was counted there."""

    key: str
    people: int
    before: int | None

    @property
    def label(self) -> str:
        return STEPS[self.key][0]

    @property
    def denominator(self) -> str:
        return STEPS[self.key][2]

    @property
    def ratio(self) -> float | None:
        """Of the denominator; of friends who came it is a number, else a share."""
        return self.people / self.before if self.before else None


@dataclass(frozen=True, slots=True)
class Channel:
    """One way of sharing, with the people at each step."""

    label: str
    people: dict[str, int]

    @property
    def cells(self) -> list[tuple[str, int]]:
        """(head of the column, people) of every step."""
        return [(words, self.people.get(step, 0)) for step, (_, words, _) in STEPS.items()]


@dataclass(frozen=True, slots=True)
class Advocates:
    """Everybody who takes part, or one arm of the experiment: `shared` of them shared (people);
    `cycle_days` is the median from the touch that won to the order, over `cycle_orders`."""

    arm: int | None
    shared: Share
    k: KFactor
    cycle_days: float | None
    cycle_orders: int


@dataclass(frozen=True, slots=True)
class Report:
    steps: list[Step]
    channels: list[Channel]
    everybody: Advocates


@dataclass(frozen=True, slots=True)
class NetCompared:
    """Net money per person, and the interval of the difference; minor units."""

    referred_minor: int
    others_minor: int
    low_minor: int
    high_minor: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Referred people against others of the same months, over the first AGE_DAYS of each: the
    share that ordered again, and net money per person. None: too few people."""

    repeat: Matched | None
    net: NetCompared | None


def report(
    brand: Brand, programme: Programme, *, days: int = 0, segment: Segment | None = None
) -> Report:
    """Over the last `days` (0: all); of a segment, what its advocates did."""
    asked = _asked(brand, programme, days, segment)
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for step, channel, people in _rows("funnel", asked):
        counted[step][channel] = people
    totals = {step: sum(counted[step].values()) for step in STEPS}
    return Report(
        steps=[Step(key, totals[key], totals.get(_BEFORE.get(key, ""))) for key in STEPS],
        channels=_channels(counted),
        everybody=_advocates({**asked, "by_arm": False}, totals["came"])[0],
    )


def arms(brand: Brand, programme: Programme) -> list[Advocates]:
    """Each offer of the experiment since the beginning; the terms as they are first."""
    return _advocates({**_asked(brand, programme, 0, None), "by_arm": True}, None)


def compared(as_of: date) -> Compared:
    """All referred customers of the brand, whichever programme brought them."""
    asked = {"as_of": as_of, "days": AGE_DAYS}
    months: dict[date, dict[bool, tuple[int, int, float, float]]] = defaultdict(dict)
    for month, is_referred, *figures in _rows("cohorts", asked):
        months[month][is_referred] = tuple(figures)
    sides = [(by.get(True), by.get(False)) for by in months.values()]
    return Compared(
        repeat=matched([Month(_repeat(first), _repeat(other)) for first, other in sides]),
        net=_money(matched([Month(_net(first), _net(other)) for first, other in sides])),
    )


def lift(programme: Programme, terms: Terms) -> Lift | None:
    """Who is shown the offer against who is held out, by their own orders; None where nobody is.

    It counts from when the share held out was last changed."""
    if not terms.holdout_percent:
        return None
    since = held_out_since(programme, terms.holdout_percent)
    return lift_since(holdout_key(programme), percent=terms.holdout_percent, since=since)


def held_out_since(programme: Programme, percent: int) -> datetime:
    """When the newest unbroken row of versions with this share began."""
    versions = ProgrammeVersion.objects.filter(programme=programme).order_by("-number")
    since = now()
    for version in versions:
        if terms_of(version).holdout_percent != percent:
            break
        since = version.at
    return since


def _asked(
    brand: Brand, programme: Programme, days: int, segment: Segment | None
) -> dict[str, Any]:
    today = day_in(brand.time_zone)
    first = today - timedelta(days=days - 1) if days else _BEGINNING
    return {
        "programme_id": programme.pk,
        "since": day_start(first, brand.time_zone).astimezone(UTC),
        "until": day_start(today + timedelta(days=1), brand.time_zone).astimezone(UTC),
        "since_on": first,
        "until_on": today,
        "zone": brand.time_zone,
        "segment_id": segment.pk if segment else None,
    }


def _channels(counted: dict[str, dict[str, int]]) -> list[Channel]:
    """Ways with somebody on them, the most orders first."""
    labels = dict(ShareChannel.choices)
    used = {channel for by_channel in counted.values() for channel in by_channel}
    found = [
        Channel(
            str(labels.get(channel, channel or "Not known")),
            {step: counted[step].get(channel, 0) for step in STEPS},
        )
        for channel in used
    ]
    return sorted(found, key=lambda row: (-row.people["ordered"], -row.people["came"], row.label))


def _advocates(asked: dict[str, Any], came: int | None) -> list[Advocates]:
    """`came` are the invited; by arm nobody says who saw which link, so it is who ordered."""
    rows = _rows("advocates", asked) or [(None, 0, 0, 0, 0, None, 0)]
    return [
        Advocates(
            arm=arm,
            shared=wilson(sharers, people),
            k=k_factor(invited=max(came or 0, friends), ordered=Sample(people, friends, squares)),
            cycle_days=days,
            cycle_orders=orders,
        )
        for arm, people, sharers, friends, squares, days, orders in rows
    ]


def _repeat(figures: tuple[int, int, float, float] | None) -> Sample:
    people, back = figures[:2] if figures else (0, 0)
    return Sample(people, back, back)


def _net(figures: tuple[int, int, float, float] | None) -> Sample:
    if figures is None:
        return Sample(0, 0, 0)
    people, _, total, squares = figures
    return Sample(people, total, squares)


def _money(found: Matched | None) -> NetCompared | None:
    if found is None:
        return None
    interval = found.difference
    return NetCompared(*map(round, (found.referred, found.others, interval.low, interval.high)))


def _rows(name: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.load("referrals", name), {"brand_id": current_brand_id(), **asked})
        return list(cursor.fetchall())
