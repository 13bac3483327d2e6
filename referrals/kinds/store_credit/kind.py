"""Money to spend in the shop; where the shop cannot take it, one code for all of it."""

from collections.abc import Collection
from datetime import date

from campaigns.models.coupons import Coupon
from referrals.kinds import codes
from referrals.kinds.base import RewardKind
from referrals.models.rewards import Reward
from referrals.rules.terms import RewardTerms


class StoreCredit(RewardKind):
    code = "store_credit"
    name = "Store credit"

    def is_balance(self, spends: Collection[str]) -> bool:
        return self.code in spends

    def issue(self, reward: Reward, terms: RewardTerms, *, last_day: date | None) -> Coupon:
        return codes.made(reward, terms, last_day=last_day)


KIND = StoreCredit()
