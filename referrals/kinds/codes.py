"""Codes for the till: drawn from a batch of the brand's, or made at the claim into one of ours."""

from datetime import date

from campaigns.models.coupons import Coupon, CouponBatch
from campaigns.selectors.coupons import BATCH
from campaigns.services.coupons import create_batch, draw_coupon, make_coupon
from config.kit import ids
from config.kit.errors import Conflict
from referrals.models.rewards import Reward
from referrals.rules.rewards import in_money
from referrals.rules.terms import RewardTerms
from referrals.selectors.rewards import point_minor


def drawn(reward: Reward, batch_id: str) -> Coupon:
    """A free code of the batch with this public id. Raises Conflict when there is none."""
    uid = ids.decode(BATCH, batch_id)
    batch = CouponBatch.objects.filter(uid=uid).first() if uid else None
    if batch is None:
        raise Conflict("The codes for this reward are gone. Please write to us.", code="no_codes")
    return draw_coupon(batch, customer=reward.customer)


def made(reward: Reward, terms: RewardTerms, *, last_day: date | None) -> Coupon:
    """A new code worth what is open of the reward; in per cent, what was promised up to that."""
    promised = in_money(terms.amount, reward.unit, point_minor=point_minor())
    worth = in_money(reward.open_minor, reward.unit, point_minor=point_minor())
    return make_coupon(
        _own_batch(reward, terms, promised),
        customer=reward.customer,
        worth_minor=None if worth == promised and not terms.percent else worth,
        expires_on=last_day,
    )


def _own_batch(reward: Reward, terms: RewardTerms, promised: int) -> CouponBatch:
    kind = CouponBatch.Kind.PERCENT if terms.percent else CouponBatch.Kind.AMOUNT
    value = terms.percent or promised
    number = f"{reward.programme_id}.{reward.version_id}.{value}.{terms.minimum_order}"
    name = f"{reward.programme.name[:40]} {number}"
    same = CouponBatch.objects.filter(name=name, kind=kind, value=value)
    batch = same.first()
    if batch is not None:
        return batch
    try:
        return create_batch(name=name, kind=kind, value=value, minimum_minor=terms.minimum_order)
    except Conflict:
        # Made by another claim at this very moment.
        return same.get()
