"""What is owed is told by two books, rewards and ledger, which agree at every past moment."""

from itertools import pairwise

from accounts.models.ledger import Posting
from accounts.selectors.ledger_checks import check_ledger
from campaigns.models.coupons import Coupon
from config.kit import clock
from customers.services.refunds import record_refund
from referrals.models.rewards import Reward
from referrals.selectors.liability import check_rewards, liability
from referrals.services.balances import reserve_balance, spend_balance
from referrals.services.redeeming import redeem_due
from referrals.services.reversals import reverse_for_orders
from referrals.services.rewards import claim, reject, undo_reject
from tests.referrals.services.rewarding import (
    RewardTerms,
    advocate_in,
    coupon,
    granted,
    in_shop,
    programme_of,
    ready,
)


def test_what_is_owed_is_known_by_programme_kind_and_state(floral, cast):
    first, second = programme_of(), programme_of(advocate=coupon(300))
    granted(advocate_in(first, cast.rae))
    ready(advocate_in(first, cast.rae))
    claim(ready(advocate_in(second, cast.rae)))
    told = liability()
    assert [
        (row.programme_id, row.kind, row.state, row.rewards, row.open_minor) for row in told.rows
    ] == [
        (first.pk, "coupon", "claimable", 1, 1_000),
        (first.pk, "coupon", "pending", 1, 1_000),
        (second.pk, "coupon", "issued", 1, 300),
    ]
    assert told.totals == told.in_ledger == {"GBP": 2_300}
    assert told.debts == {}


def test_both_books_agree_to_the_cent_at_every_moment_of_a_long_story(floral, cast):
    in_shop("store_credit", "points")
    moments = [clock.now()]
    advocates = {
        kind: advocate_in(
            programme_of(advocate=RewardTerms(kind=kind, amount=777, hold_days=0)), cast.rae
        )
        for kind in ("coupon", "store_credit", "points")
    }

    def refund(reward: Reward, minor: int) -> None:
        record_refund(
            source="shop",
            source_id=f"R-{len(moments)}",
            refunded_at=clock.now(),
            order_ref=reward.order.source_id,
            amount_minor=minor,
        )
        reverse_for_orders([reward.order_id])

    def use(reward: Reward) -> None:
        Coupon.objects.filter(pk=claim(reward).coupon.pk).update(redeemed_at=clock.now())
        redeem_due()

    rewards = {kind: [] for kind in advocates}
    for kind, advocate in advocates.items():
        rewards[kind] = [granted(advocate), ready(advocate), ready(advocate)]
        moments.append(clock.now())
    coupons, credits = rewards["coupon"], rewards["store_credit"]
    for act in (
        lambda: reject(coupons[0], reason="fraud_refused"),
        lambda: undo_reject(coupons[0]),
        lambda: use(coupons[1]),
        lambda: refund(coupons[1], 1_234),
        lambda: refund(coupons[2], 999),
        lambda: reserve_balance(cast.rae, unit="GBP", amount_minor=800, key="cart"),
        lambda: refund(credits[1], 4_000),
        lambda: spend_balance("cart"),
        lambda: ready(advocates["store_credit"]),
        lambda: refund(rewards["points"][2], 777),
    ):
        act()
        moments.append(clock.now())
    told = [liability(at) for at in moments]
    assert all(each.agrees for each in told)
    assert told[0].totals == {}
    assert all(before.totals != after.totals for before, after in pairwise(told[:4]))
    assert told[-1].totals == liability().totals
    assert check_rewards() == check_ledger() == []
    assert Posting.objects.count() > 30


def test_a_reward_that_was_tampered_with_is_named(floral, cast):
    advocate = advocate_in(programme_of(), cast.rae)
    reward = ready(advocate)
    Reward.objects.filter(pk=reward.pk).update(open_minor=999)
    found = [(each.table, each.row_id, each.expected, each.found) for each in check_rewards()]
    assert found == [
        ("customers_customer", cast.rae.pk, 1_000, 999),
        ("referrals_reward", reward.pk, 1_000, 999),
    ]
