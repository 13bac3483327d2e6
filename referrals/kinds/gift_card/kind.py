"""A gift card of the shop: its code comes from a batch, or is given out by the brand's people."""

from datetime import date

from campaigns.models.coupons import Coupon
from referrals.kinds import codes
from referrals.kinds.base import RewardKind
from referrals.models.rewards import Reward
from referrals.rules.terms import RewardTerms


class GiftCard(RewardKind):
    code = "gift_card"
    name = "Gift card"

    def issue(self, reward: Reward, terms: RewardTerms, *, last_day: date | None) -> Coupon | None:
        return codes.drawn(reward, terms.coupon_batch) if terms.coupon_batch else None


KIND = GiftCard()
