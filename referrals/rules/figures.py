"""What a referral programme brings, with the honesty of an interval.

Shares have their interval from `customers.rules.intervals.wilson`. What is here is a mean, the
difference of two means, and the difference of two shares matched by month; each says nothing at
all about fewer than `MIN_PEOPLE`. Intervals are 95 per cent, with the normal quantile: the
smallest group that is judged makes Student's the same to two digits."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from customers.rules.intervals import Z

MIN_PEOPLE = 30


@dataclass(frozen=True, slots=True)
class Sample:
    """Values of so many people by their sums: what a database adds up in one pass."""

    people: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        return self.total / self.people if self.people else 0.0

    @property
    def variance(self) -> float:
        """Unbiased (n - 1); 0 where a single person leaves nothing to compare."""
        if self.people < 2:
            return 0.0
        spread = self.squares - self.total * self.total / self.people
        return max(0.0, spread / (self.people - 1))

    @property
    def error(self) -> float:
        """Standard error of the mean."""
        return math.sqrt(self.variance / self.people) if self.people else 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and where it lies 95 times of 100."""

    value: float
    low: float
    high: float

    @property
    def is_decided(self) -> bool:
        """Whether it is above nothing, or below it, for all that chance can do."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class KFactor:
    """How many new buyers one advocate brings: invites per advocate times the share that ordered.

    `advocates` is n. `interval` is None below MIN_PEOPLE advocates."""

    advocates: int
    invited: int
    ordered: int
    interval: Interval | None

    @property
    def invites_per_advocate(self) -> float | None:
        return self.invited / self.advocates if self.advocates else None

    @property
    def conversion(self) -> float | None:
        return self.ordered / self.invited if self.invited else None


def mean_of(sample: Sample) -> Interval | None:
    """The mean with its interval; None for fewer than MIN_PEOPLE."""
    if sample.people < MIN_PEOPLE:
        return None
    reach = Z * sample.error
    return Interval(sample.mean, sample.mean - reach, sample.mean + reach)


def k_factor(*, invited: int, ordered: Sample) -> KFactor:
    """K of the advocates of `ordered`, whose values are friends who ordered, by advocate.

    Invites per advocate times conversion is the mean of those values, so its interval is that of
    a mean over advocates: friends of one advocate resemble each other, and are not taken for
    independent."""
    interval = mean_of(ordered)
    if interval is not None:
        interval = Interval(interval.value, max(0.0, interval.low), interval.high)
    return KFactor(ordered.people, invited, round(ordered.total), interval)


def difference(first: Sample, second: Sample) -> Interval | None:
    """Mean of the first less mean of the second (B. L. Welch, Biometrika 34, 1947); None when
    either has fewer than MIN_PEOPLE."""
    if min(first.people, second.people) < MIN_PEOPLE:
        return None
    value = first.mean - second.mean
    reach = Z * math.hypot(first.error, second.error)
    return Interval(value, value - reach, value + reach)


@dataclass(frozen=True, slots=True)
class Month:
    """People who first bought in one month: those who were referred, and the others."""

    referred: Sample
    others: Sample


@dataclass(frozen=True, slots=True)
class Matched:
    """Referred people against others of the same months. `others` are weighted to the months of
    the referred (direct standardisation; Fleiss, Levin and Paik, Statistical Methods for Rates and
    Proportions, 3rd edition, chapter 19), so that neither season nor age tells them apart."""

    referred_people: int
    others_people: int
    referred: float
    others: float
    difference: Interval


def matched(months: Sequence[Month]) -> Matched | None:
    """The comparison over the months in which both kinds bought; None when either has fewer than
    MIN_PEOPLE there. Of a share, values are 0 and 1."""
    both = [month for month in months if month.referred.people and month.others.people]
    referred_people = sum(month.referred.people for month in both)
    others_people = sum(month.others.people for month in both)
    if min(referred_people, others_people) < MIN_PEOPLE:
        return None
    weights = [month.referred.people / referred_people for month in both]
    referred = _weighted(weights, [month.referred.mean for month in both])
    others = _weighted(weights, [month.others.mean for month in both])
    # A month with one person has no spread of its own: it is lent that of all.
    spread = (_pooled([m.referred for m in both]), _pooled([m.others for m in both]))
    error = math.sqrt(
        sum(
            weight**2 * (spread[0] / month.referred.people + spread[1] / month.others.people)
            for weight, month in zip(weights, both, strict=True)
        )
    )
    value = referred - others
    return Matched(
        referred_people,
        others_people,
        referred,
        others,
        Interval(value, value - Z * error, value + Z * error),
    )


def _weighted(weights: Sequence[float], values: Sequence[float]) -> float:
    return sum(weight * value for weight, value in zip(weights, values, strict=True))


def _pooled(samples: Sequence[Sample]) -> float:
    """The variance of all these people together, months mixed: at least that within them."""
    return Sample(
        sum(sample.people for sample in samples),
        sum(sample.total for sample in samples),
        sum(sample.squares for sample in samples),
    ).variance
