"""A code that takes money, or per cent, off one order."""

from datetime import date

from campaigns.models.coupons import Coupon
from referrals.kinds import codes
from referrals.kinds.base import RewardKind
from referrals.models.rewards import Reward
from referrals.rules.terms import RewardTerms


class CouponReward(RewardKind):
    code = "coupon"
    name = "Coupon"

    def issue(self, reward: Reward, terms: RewardTerms, *, last_day: date | None) -> Coupon:
        if terms.coupon_batch:
            return codes.drawn(reward, terms.coupon_batch)
        return codes.made(reward, terms, last_day=last_day)


KIND = CouponReward()
