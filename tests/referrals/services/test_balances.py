"""Balances are held for a purchase, spent or given back; what is not used in time expires."""

from datetime import timedelta

import pytest

from accounts.models.ledger import Journal, Reservation
from accounts.services.ledger import Insufficient, expire_lots
from accounts.services.reservations import expire_reservations
from config.kit import clock
from config.kit.errors import Conflict, NotFound
from customers.services.merges import merge_customers
from referrals.models.programmes import RewardSettings
from referrals.models.rewards import Reward, RewardStep
from referrals.services.balances import release_balance, reserve_balance, spend_balance
from referrals.services.debts import settle_debts, write_off_due
from referrals.services.redeeming import expire_due, redeem_due
from referrals.services.rewards import claim, release_due
from tests import factories
from tests.referrals.services.rewarding import (
    RewardTerms,
    advocate_in,
    books,
    cost,
    granted,
    in_shop,
    is_in_order,
    later,
    programme_of,
    ready,
    refund,
)

DAY = timedelta(days=1)


@pytest.fixture
def advocate(floral, cast):
    """Whose rewards are £10 of store credit, each, for 30 days."""
    in_shop("store_credit")
    terms = RewardTerms(kind="store_credit", amount=1_000, hold_days=0, expires_days=30)
    return advocate_in(programme_of(advocate=terms), cast.rae)


def hold(customer, minor: int, key: str = "cart-1") -> Reservation:
    return reserve_balance(customer, unit="GBP", amount_minor=minor, key=key)


def take_all_back(reward: Reward) -> None:
    refund(reward, 4_000, f"R-{reward.pk}")


def test_a_purchase_spends_what_was_held_for_it_once(advocate, cast):
    first, second = ready(advocate), ready(advocate)
    assert hold(cast.rae, 1_500) == hold(cast.rae, 1_500)
    assert books(cast.rae) == {"available": 500, "reserved": 1_500}
    spend_balance("cart-1")
    spend_balance("cart-1")
    assert books(cast.rae) == {"available": 500}
    first.refresh_from_db()
    second.refresh_from_db()
    assert [(each.state, each.open_minor) for each in (first, second)] == [
        ("redeemed", 0),
        ("issued", 500),
    ]
    with pytest.raises(Conflict):
        release_balance("cart-1")
    assert is_in_order()


def test_more_than_there_is_is_held_for_nobody(advocate, cast):
    ready(advocate)
    before = Journal.objects.count()
    hold(cast.rae, 600)
    with pytest.raises(Insufficient):
        hold(cast.rae, 600, "cart-2")
    with pytest.raises(NotFound):
        spend_balance("cart-2")
    assert (Journal.objects.count(), Reservation.objects.count()) == (before + 1, 1)
    assert is_in_order()


def test_what_is_given_back_can_be_spent_again(advocate, cast):
    ready(advocate)
    hold(cast.rae, 600)
    release_balance("cart-1")
    release_balance("cart-1")
    assert books(cast.rae) == {"available": 1_000}
    assert is_in_order()


def test_what_was_taken_back_while_it_was_held_pays_the_debt_when_it_returns(advocate, cast):
    reward = ready(advocate)
    hold(cast.rae, 1_000)
    take_all_back(reward)
    assert books(cast.rae) == {"reserved": 1_000, "debt": 1_000}
    release_balance("cart-1")
    assert books(cast.rae) == {}
    reward.refresh_from_db()
    assert (reward.state, reward.open_minor) == ("reversed", 0)
    assert is_in_order()


def test_a_reservation_that_ends_by_itself_pays_the_debt_too(advocate, cast, monkeypatch):
    reward = ready(advocate)
    hold(cast.rae, 1_000)
    take_all_back(reward)
    later(monkeypatch, DAY)
    expire_reservations()
    assert books(cast.rae) == {"available": 1_000, "debt": 1_000}
    assert (settle_debts(), settle_debts()) == (1, 0)
    assert books(cast.rae) == {}
    assert is_in_order()


def test_a_debt_is_paid_back_by_whatever_record_of_the_person_earns(advocate, cast):
    other = factories.customer(email="rae@example.org")
    twin = advocate_in(advocate.programme, other)
    reward = ready(advocate)
    hold(cast.rae, 1_000)
    spend_balance("cart-1")
    take_all_back(reward)
    assert books(cast.rae) == {"debt": 1_000}
    merge_customers(kept=cast.rae, gone=other)
    # Both take part in the programme, so the other code stays with the other record.
    twin.refresh_from_db()
    assert twin.customer_id == other.pk
    earned = ready(twin)
    assert (earned.state, books(cast.rae), books(other)) == ("redeemed", {}, {})
    assert is_in_order()


def test_what_one_record_has_pays_what_another_owes(advocate, cast):
    other = factories.customer(email="rae@example.org")
    twin = advocate_in(advocate.programme, other)
    reward = ready(twin)
    hold(other, 1_000)
    spend_balance("cart-1")
    take_all_back(reward)
    ready(advocate)
    merge_customers(kept=cast.rae, gone=other)
    assert (settle_debts(), settle_debts()) == (1, 0)
    assert (books(cast.rae), books(other)) == ({}, {})
    assert is_in_order()


def test_a_merged_customer_spends_what_both_had(advocate, cast):
    other = factories.customer(email="rae@example.org")
    twin = advocate_in(advocate.programme, other)
    ready(advocate)
    ready(twin)
    pending = granted(twin)
    merge_customers(kept=cast.rae, gone=other)
    hold(cast.rae, 1_500)
    spend_balance("cart-1")
    assert sum(Reward.objects.values_list("open_minor", flat=True)) == 1_500
    # What was promised to the record that is gone is the kept one's now.
    pending.refresh_from_db()
    assert (pending.customer_id, pending.holder_id) == (cast.rae.pk, other.pk)
    assert release_due() == [pending.pk]
    assert "pending" not in books(other)
    assert is_in_order()


def test_what_nobody_claims_or_uses_in_time_is_no_longer_owed(advocate, cast, monkeypatch):
    programme = programme_of(advocate=RewardTerms(kind="coupon", amount=700, hold_days=0))
    coupons = advocate_in(programme, cast.rae)
    unclaimed, used, unused = ready(coupons), ready(coupons), ready(coupons)
    ready(advocate)
    balance = ready(advocate)
    claim(unused)
    used = claim(used).reward
    used.coupon.redeemed_at = clock.now()
    used.coupon.save()
    hold(cast.rae, 1_200)
    spend_balance("cart-1")
    assert expire_due() == []
    later(monkeypatch, 370 * DAY)
    expire_lots()
    assert sorted(expire_due()) == [unclaimed.pk, unused.pk, balance.pk]
    assert expire_due() == []
    assert redeem_due() == [used.pk]
    assert books(cast.rae) == {}
    assert cost(programme) == {"expense": 2_100, "breakage": 1_400, "settled": 700}
    steps = RewardStep.objects.filter(reward=balance).values_list("what", "amount_minor")
    assert list(steps)[-2:] == [("spent", -200), ("expired", -800)]
    assert is_in_order()


def test_old_debts_are_written_off_when_the_brand_says_so(advocate, cast):
    reward = ready(advocate)
    hold(cast.rae, 1_000)
    spend_balance("cart-1")
    take_all_back(reward)
    assert books(cast.rae) == {"debt": 1_000}
    RewardSettings.objects.update(write_off_days=1)
    assert write_off_due() == 0
    RewardSettings.objects.update(write_off_days=0)
    assert (write_off_due(), write_off_due()) == (1, 0)
    assert books(cast.rae) == {}
    assert is_in_order()
