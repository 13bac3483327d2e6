"""Whatever happens to one customer's rewards at the same moment, the books agree afterwards."""

from random import Random

import pytest

from accounts.scope import brand_scope
from accounts.services.ledger import Insufficient
from campaigns.models.coupons import Coupon
from config.kit import clock
from config.kit.errors import Conflict, NotFound
from referrals.models.rewards import Reward
from referrals.selectors.liability import liability
from referrals.services.balances import release_balance, reserve_balance, spend_balance
from referrals.services.redeeming import redeemed_by_coupon
from referrals.services.rewards import claim, release_due
from tests.crowds import at_once
from tests.referrals.services.rewarding import (
    RewardTerms,
    advocate_in,
    granted,
    in_shop,
    is_in_order,
    programme_of,
    refund,
)


def use_code(reward: Reward) -> None:
    code = claim(reward).coupon
    if code is not None:
        Coupon.objects.filter(pk=code.pk, redeemed_at=None).update(redeemed_at=clock.now())
        redeemed_by_coupon([code.pk])


@pytest.mark.django_db(transaction=True)
def test_claims_purchases_refunds_and_releases_at_once_keep_the_books(cast):
    with brand_scope(cast.floral):
        in_shop("store_credit")
        for kind in ("store_credit", "coupon"):
            terms = RewardTerms(kind=kind, amount=1_000, hold_days=0)
            advocate = advocate_in(programme_of(advocate=terms), cast.rae)
            for _ in range(3):
                granted(advocate)
        rewards = list(Reward.objects.select_related("order"))
        release_due(only=[reward.pk for reward in rewards[::2]])
    buys = [
        act
        for number in range(5)
        for key in [f"cart-{number}"]
        for act in (
            lambda key=key: reserve_balance(cast.rae, unit="GBP", amount_minor=300, key=key),
            lambda key=key: spend_balance(key),
            lambda key=key: release_balance(key),
        )
    ]
    acts = buys + [
        act
        for reward in rewards
        for act in (
            lambda reward=reward: refund(reward, 1_300, f"R-{reward.pk}-1"),
            lambda reward=reward: refund(reward, 1_700, f"R-{reward.pk}-2"),
            lambda reward=reward: release_due(only=[reward.pk]),
            lambda reward=reward: use_code(reward),
        )
    ]
    Random(7).shuffle(acts)

    def work(act):
        try:
            with brand_scope(cast.floral):
                act()
        except (Conflict, Insufficient, NotFound):
            # Too late, too little, or a reservation that nobody has made yet.
            return False
        return True

    assert any(at_once(work, acts, workers=12))
    with brand_scope(cast.floral):
        assert is_in_order()
        assert liability().agrees
