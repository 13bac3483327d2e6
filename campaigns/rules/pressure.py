"""How much mail a customer gets: caps in rolling and calendar windows, and hours of quiet.

The one question is when a mail to somebody may go at the earliest. All instants are aware; a
calendar window and the hours of quiet are read from the customer's own clock.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta, tzinfo
from itertools import chain
from typing import Literal, cast

import msgspec

from config.kit.clock import at_wall_clock

Period = Literal["day", "week", "month"]
Kind = Literal["campaign", "referral", "partner", "survey"]
# What contacts.sql calls a mail that answered an act; it is no kind of campaign.
TRANSACTIONAL = "transactional"
KINDS: tuple[Kind, ...] = ("campaign", "referral", "partner", "survey")

MAX_CAPS = 6
MAX_COUNT = 1000
MAX_DAYS = 366
_MIDNIGHT = time(0)


class Cap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At most `count` mails in any `days` days, or in each calendar `period` (a week begins on
    Monday); exactly one of the two is set."""

    count: int
    days: int = 0
    period: Period | None = None


class Quiet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From one time of day until another, which may lie on the next day."""

    since: time
    until: time


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a kind of message has to do with the caps: `obeys` them, `counts` against them."""

    obeys: bool = True
    counts: bool = True


def own_limits() -> dict[Kind, tuple[Cap, ...]]:
    """Until a brand chooses others: of partners' offers one in 30 days."""
    return {"partner": (Cap(1, days=30),)}


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A brand's contact rules. Without any, only a customer's own wish holds, and what kinds of
    messages have of their own."""

    caps: tuple[Cap, ...] = ()
    quiet: Quiet | None = None
    parts: dict[Kind, Part] = {}
    # Limits of one kind among its like, beside the shared ones, whether it obeys those or not.
    own: dict[Kind, tuple[Cap, ...]] = msgspec.field(default_factory=own_limits)
    # How long a message waits for its turn before it is given up.
    expire_hours: int = 72
    # Transactional mails obey no limit; whether they use one up is the brand's to say.
    counts_transactional: bool = False

    def part(self, kind: Kind) -> Part:
        return self.parts.get(kind, Part())

    def counts(self, kind: str) -> bool:
        """Whether a former mail uses the limits up."""
        if kind == TRANSACTIONAL:
            return self.counts_transactional
        return self.part(cast(Kind, kind)).counts


def refusals(rules: Rules) -> list[str]:
    """What is wrong with rules as somebody wrote them, in sentences."""
    found = []
    groups = (rules.caps, *rules.own.values())
    if any(len(caps) > MAX_CAPS for caps in groups):
        found.append(f"At most {MAX_CAPS} limits, please.")
    for cap in chain.from_iterable(groups):
        if not 1 <= cap.count <= MAX_COUNT:
            found.append(f"A limit allows 1 to {MAX_COUNT:,} mails; to have none, leave it out.")
        if (cap.period is None) == (cap.days == 0):
            found.append("A limit is for a number of days or for a calendar period: choose one.")
        elif cap.period is None and not 1 <= cap.days <= MAX_DAYS:
            found.append(f"A limit is for 1 to {MAX_DAYS} days.")
    if rules.quiet is not None and rules.quiet.since == rules.quiet.until:
        found.append("Quiet hours end at another time than they begin.")
    if not 1 <= rules.expire_hours <= 24 * 31:
        found.append("A message can wait for 1 hour to 31 days.")
    return found


def earliest(
    moment: datetime,
    *,
    contacts: Sequence[datetime],
    caps: Sequence[Cap],
    quiet: Quiet | None,
    zone: tzinfo,
) -> datetime:
    """The first instant from `moment` on at which one more mail keeps all rules.

    `contacts` are former mails, none later than `moment`, in any order."""
    # Each step moves on to the end of a window or of a night, past which it need not look again.
    while True:
        later = moment
        for cap in caps:
            later = max(later, _free_of(cap, moment, contacts, zone))
        if quiet is not None:
            later = max(later, _after_quiet(quiet, moment, zone))
        if later == moment:
            return moment
        moment = later


def horizon(caps: Sequence[Cap]) -> timedelta:
    """How far back former mails matter: a calendar period and a day for the zones' sake."""
    spans = {"day": 2, "week": 8, "month": 32}
    return timedelta(days=max((cap.days or spans[cap.period or "day"] for cap in caps), default=0))


def _free_of(cap: Cap, moment: datetime, contacts: Sequence[datetime], zone: tzinfo) -> datetime:
    if cap.period is None:
        span = timedelta(days=cap.days)
        recent = sorted(at for at in contacts if at > moment - span)
        return recent[-cap.count] + span if len(recent) >= cap.count else moment
    begin, end = _period(cap.period, moment, zone)
    within = sum(begin <= at < end for at in contacts)
    return end if within >= cap.count else moment


def _period(period: Period, moment: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The calendar period around an instant: its first, and the next one's."""
    day = moment.astimezone(zone).date()
    if period == "day":
        first, following = day, day + timedelta(days=1)
    elif period == "week":
        first = day - timedelta(days=day.weekday())
        following = first + timedelta(days=7)
    else:
        first = day.replace(day=1)
        following = (first + timedelta(days=32)).replace(day=1)
    return (
        at_wall_clock(datetime.combine(first, _MIDNIGHT), zone),
        at_wall_clock(datetime.combine(following, _MIDNIGHT), zone),
    )


def _after_quiet(quiet: Quiet, moment: datetime, zone: tzinfo) -> datetime:
    local = moment.astimezone(zone)
    wall = local.time()
    if quiet.since < quiet.until:
        is_quiet, days = quiet.since <= wall < quiet.until, 0
    else:
        is_quiet = wall >= quiet.since or wall < quiet.until
        days = 1 if wall >= quiet.since else 0
    if not is_quiet:
        return moment
    until = datetime.combine(local.date() + timedelta(days=days), quiet.until)
    return max(moment, at_wall_clock(until, zone))
