"""What every kind of reward says of itself."""

from collections.abc import Collection
from datetime import date
from typing import ClassVar

from campaigns.models.coupons import Coupon
from referrals.models.rewards import Reward
from referrals.rules.terms import RewardTerms


class RewardKind:
    """One kind; its folder holds all there is to it. What is not said otherwise is money that the
    brand's people give out by hand."""

    code: ClassVar[str]
    name: ClassVar[str]

    def unit(self, currency: str) -> str:
        """What the ledger counts it in: the brand's currency, or "points"."""
        return currency

    def is_balance(self, spends: Collection[str]) -> bool:
        """Whether the shop lets customers spend it bit by bit: then it needs no claim. `spends`
        are the kinds of which the brand says so."""
        return False

    def issue(self, reward: Reward, terms: RewardTerms, *, last_day: date | None) -> Coupon | None:
        """The code that a claim gives out, worth what is open of the reward until `last_day`;
        None: somebody is to give it out. Raises Conflict when there is no code left."""
        return None
