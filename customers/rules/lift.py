"""What a mail caused: those written to against those held out, with the honesty of an interval.

Everybody counts in the arm they were put into, whatever came of it. The interval is Welch's (1947)
for the difference of two means, 95 per cent, with the normal quantile: the smallest arm that is
judged makes Student's the same to two digits."""

import math
from dataclasses import dataclass
from enum import StrEnum

_Z = 1.96
# The smallest difference found four times out of five, in standard errors.
_DETECTABLE = 2.8
# Chi-squared with one degree of freedom, p = .001: arms of these sizes are not by chance.
_OFF_BALANCE = 10.828
# Below these, sums of money swing too widely for an interval to mean what it says.
MIN_PEOPLE = 100
MIN_BUYERS = 30


# Why nothing can be said yet.
DOUBTS = {
    "no_control": "Nobody was held out, so there is nothing to compare with.",
    "window_open": "Orders still count, so nothing is judged yet: who looks early and often finds "
    "a difference by chance.",
    "off_balance": "The two groups do not have the sizes they were drawn with, so something else "
    "than chance chose them. No difference can be told from them.",
    "few_people": f"Fewer than {MIN_PEOPLE} people in one of the groups: too few to tell.",
    "few_buyers": f"Fewer than {MIN_BUYERS} people bought in one of the groups: too few to tell.",
}


class Proof(StrEnum):
    """How sure we are that a campaign changed anything."""

    NONE = "none"
    OPEN = "open"
    PROVEN = "proven"


@dataclass(frozen=True, slots=True)
class Arm:
    """People of one arm. `mean` and `variance` are of the net money per person, minor units."""

    people: int
    buyers: int = 0
    net_minor: int = 0
    variance: float = 0.0

    @property
    def mean(self) -> float:
        return self.net_minor / self.people if self.people else 0.0

    @property
    def mean_minor(self) -> int:
        return round(self.mean)

    @property
    def buying_share(self) -> float:
        return self.buyers / self.people if self.people else 0.0


@dataclass(frozen=True, slots=True)
class Lift:
    """Written to against held out. `is_over`: the time in which orders count has passed; before
    that nothing is judged, for who looks early and often finds a difference by chance.

    `share` is the part of everybody that was to be held out, 0 to 1."""

    written: Arm
    held: Arm
    share: float
    is_over: bool
    # Who was in both arms, because two records became one; they count in neither.
    in_both: int = 0

    @property
    def difference(self) -> float:
        """Net money per person that the mail brought, minor units."""
        return self.written.mean - self.held.mean

    @property
    def total(self) -> int:
        """The same for everybody written to."""
        return round(self.difference * self.written.people)

    @property
    def difference_minor(self) -> int:
        return round(self.difference)

    @property
    def is_balanced(self) -> bool:
        """Whether the arms have the sizes that the split gives; if not, something chose."""
        everybody = self.written.people + self.held.people
        expected = everybody * self.share
        spread = everybody * self.share * (1 - self.share)
        return not spread or (self.held.people - expected) ** 2 / spread <= _OFF_BALANCE

    @property
    def doubt(self) -> str:
        """Why nothing can be said yet: a code, or "" when there is an interval."""
        if not self.held.people:
            return "no_control"
        if not self.is_over:
            return "window_open"
        if min(self.written.people, self.held.people) < MIN_PEOPLE:
            return "few_people"
        if not self.is_balanced:
            return "off_balance"
        if min(self.written.buyers, self.held.buyers) < MIN_BUYERS:
            return "few_buyers"
        return ""

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the difference per person lies, 95 times of 100; None while that is in doubt."""
        if self.doubt:
            return None
        reach = _Z * self._error
        return self.difference - reach, self.difference + reach

    @property
    def interval_minor(self) -> tuple[int, int] | None:
        if self.interval is None:
            return None
        return round(self.interval[0]), round(self.interval[1])

    @property
    def total_interval(self) -> tuple[int, int] | None:
        """The same for everybody written to."""
        if self.interval is None:
            return None
        low, high = self.interval
        return round(low * self.written.people), round(high * self.written.people)

    @property
    def doubt_in_words(self) -> str:
        return DOUBTS.get(self.doubt, "")

    @property
    def proof(self) -> Proof:
        if not self.held.people:
            return Proof.NONE
        if self.interval is None or self.interval[0] <= 0 <= self.interval[1]:
            return Proof.OPEN
        return Proof.PROVEN

    @property
    def _error(self) -> float:
        return math.sqrt(
            self.written.variance / self.written.people + self.held.variance / self.held.people
        )


def detectable(*, deviation: float, written: int, held: int) -> float | None:
    """The smallest difference per person that arms of these sizes would show four times out of
    five; None without people in both. `deviation` is the standard deviation per person."""
    if not written or not held:
        return None
    return _DETECTABLE * deviation * math.sqrt(1 / written + 1 / held)
