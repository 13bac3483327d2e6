"""What a reward is worth, in the words its customer reads."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache

from accounts.models.brands import Brand
from config.kit import formats
from config.kit.clock import day_in
from config.kit.money import digits, to_decimal
from referrals.models.rewards import Reward
from referrals.rules.sharing import Offer, offer_of, reward_words
from referrals.rules.terms import RewardTerms, Terms
from referrals.selectors.portal_rows import RewardRow

POINTS = "points"


def worth(reward: Reward | RewardRow, brand: Brand) -> str:
    """`£10`, `20% off`, `500 points`: what is left of it after refunds."""
    terms = RewardTerms(kind=reward.kind, amount=reward.left_minor, percent=reward.percent)  # type: ignore[arg-type]
    return reward_words(terms, money_of(brand, reward.unit))


def offer_in(terms: Terms, brand: Brand) -> Offer:
    """What each side of a programme gets."""
    return offer_of(terms.advocate, terms.friend, money_of(brand))


def sum_words(amount: int, unit: str, brand: Brand) -> str:
    """An amount of money, or of points."""
    if unit == POINTS:
        figure = formats.number(amount, brand.locale)
        return f"{figure} point" if amount == 1 else f"{figure} points"
    return money_of(brand, unit)(amount)


def plain_sum(amount: int, unit: str) -> str:
    """As programs read it: `12.50`, or points."""
    return str(amount if unit == POINTS else to_decimal(amount, unit))


def last_day(expires_at: datetime, brand: Brand) -> date:
    """The day until whose end something can be used: it ends at an instant that is the next
    one's already."""
    return day_in(brand.time_zone, expires_at - timedelta(microseconds=1))


def money_of(brand: Brand, unit: str = "") -> Callable[[int], str]:
    """Writes minor units: `£10` or `£10.50`, pennies only where there are some."""
    currency = brand.currency if unit in ("", POINTS) else unit

    def written(minor: int) -> str:
        return _written(minor, currency, brand.locale)

    return written


@lru_cache(maxsize=4_096)
def _written(minor: int, currency: str, locale: str) -> str:
    """Pages say the same few sums again and again."""
    is_whole = minor % 10 ** digits(currency) == 0
    return formats.money(minor, currency, locale, whole=is_whole)
