"""Whatever happens to one customer's rewards at the same moment, the books agree afterwards."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import connection

from accounts.scope import brand_scope
from accounts.services.ledger import Insufficient
from campaigns.models.coupons import Coupon
from config.kit import clock
from config.kit.errors import Conflict, NotFound
from customers.services.refunds import record_refund
from referrals.models.rewards import Reward
from referrals.selectors.liability import liability
from referrals.services.balances import release_balance, reserve_balance, spend_balance
from referrals.services.redeeming import redeemed_by_coupon
from referrals.services.reversals import reverse_for_orders
from referrals.services.rewards import claim, release_due
from tests.referrals.services.rewarding import (
    RewardTerms,
    advocate_in,
    granted,
    in_shop,
    is_in_order,
    programme_of,
)


def use_code(reward: Reward) -> None:
    code = claim(reward).coupon
    if code is not None:
        Coupon.objects.filter(pk=code.pk, redeemed_at=None).update(redeemed_at=clock.now())
        redeemed_by_coupon([code.pk])


def refund(reward: Reward, minor: int) -> None:
    record_refund(
        source="shop",
        source_id=f"R-{reward.pk}-{minor}",
        refunded_at=clock.now(),
        order_ref=reward.order.source_id,
        amount_minor=minor,
    )
    reverse_for_orders([reward.order_id])


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
            lambda reward=reward: refund(reward, 1_300),
            lambda reward=reward: refund(reward, 1_700),
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
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(12) as pool:
        assert any(pool.map(work, acts))
    with brand_scope(cast.floral):
        assert is_in_order()
        assert liability().agrees
