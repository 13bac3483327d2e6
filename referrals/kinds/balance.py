"""A balance that customers spend in the shop bit by bit; where it cannot take it, one code."""

from collections.abc import Collection
from datetime import date

from campaigns.models.coupons import Coupon
from referrals.kinds import codes
from referrals.kinds.base import RewardKind
from referrals.models.rewards import Reward
from referrals.rules.terms import RewardTerms


class BalanceKind(RewardKind):
    def is_balance(self, spends: Collection[str]) -> bool:
        return self.code in spends

    def issue(self, reward: Reward, terms: RewardTerms, *, last_day: date | None) -> Coupon:
        return codes.made(reward, terms, last_day=last_day)
