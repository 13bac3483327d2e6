"""From a friend's claim to a debt that is paid back: every turn at the wiring, to the penny."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from config.kit import clock
from customers.models.customers import Customer
from customers.services.orders import record_order
from customers.services.refunds import record_refund
from referrals.models.programmes import Advocate
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.selectors.liability import liability
from referrals.services.advocates import current_code
from referrals.services.rewards import claim
from referrals.services.touches import claim_as_friend
from referrals.services.upkeep import tend_rewards
from tests.referrals.services.rewarding import (
    advocate_in,
    books,
    cost,
    coupon,
    is_in_order,
    later,
    programme_of,
)


@dataclass
class Shop:
    """What people do, each act with all that follows from it."""

    brand: Brand
    run_due_work: Callable[[], int]
    numbers: count = field(default_factory=lambda: count(1))

    def new_friend(self, advocate: Advocate, email: str) -> Customer:
        with brand_scope(self.brand):
            claim_as_friend(current_code(advocate), email=email)
        self.run_due_work()
        with brand_scope(self.brand):
            return Customer.objects.get(email_norm=email)

    def order(self, customer: Customer, *codes: str) -> str:
        number = f"S-{next(self.numbers)}"
        with brand_scope(self.brand):
            record_order(
                source="shop",
                source_id=number,
                placed_at=clock.now(),
                customer=customer,
                gross_minor=4_000,
                discount_codes=codes,
            )
        self.run_due_work()
        return number

    def refund(self, number: str, minor: int) -> None:
        with brand_scope(self.brand):
            record_refund(
                source="shop",
                source_id=f"R-{number}",
                refunded_at=clock.now(),
                order_ref=number,
                amount_minor=minor,
            )
        self.run_due_work()

    def claim_of(self, customer: Customer) -> str:
        with brand_scope(self.brand):
            return claim(Reward.objects.get(customer=customer)).coupon.code

    def days_pass(self, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
        later(monkeypatch, timedelta(days=days))
        tend_rewards(brand_id=self.brand.pk)
        self.run_due_work()

    def state(self, customer: Customer) -> tuple[list[str], dict[str, int]]:
        """The customer's rewards and accounts, when all books agree."""
        with brand_scope(self.brand):
            assert is_in_order()
            assert liability().agrees
            rows = Reward.objects.filter(customer=customer).order_by("id")
            return list(rows.values_list("state", flat=True)), books(customer)


@pytest.mark.django_db(transaction=True)
def test_share_order_hold_claim_redeem_refund_and_offset(cast, run_due_work, monkeypatch):
    shop, rae = Shop(cast.floral, run_due_work), cast.rae
    with brand_scope(cast.floral):
        programme = programme_of(
            advocate=coupon(hold_days=14), friend=coupon(500, hold_days=0, on="claim")
        )
        advocate = advocate_in(programme, rae)
    # The friend's own reward is there at once, and pays for part of the first order.
    fay = shop.new_friend(advocate, "fay@example.com")
    assert shop.state(fay) == (["claimable"], {"payable": 500})
    first = shop.order(fay, shop.claim_of(fay))
    assert shop.state(fay) == (["redeemed"], {})
    # The order counts; the advocate's reward waits until the refund window ends.
    with brand_scope(cast.floral):
        assert Referral.objects.get().state == "qualified"
    assert shop.state(rae) == (["pending"], {"pending": 1_000})
    shop.days_pass(monkeypatch, 15)
    assert shop.state(rae) == (["claimable"], {"payable": 1_000})
    shop.order(rae, shop.claim_of(rae))
    assert shop.state(rae) == (["redeemed"], {})
    # Two fifths of the friend's order go back: two fifths of the reward are owed back.
    shop.refund(first, 1_600)
    assert shop.state(rae) == (["redeemed"], {"debt": 400})
    # The next reward pays that back first.
    shop.order(shop.new_friend(advocate, "kit@example.com"))
    shop.days_pass(monkeypatch, 30)
    assert shop.state(rae) == (["redeemed", "claimable"], {"payable": 600})
    with brand_scope(cast.floral):
        assert cost(programme) == {"expense": 2_600, "settled": 1_500}
        assert liability().totals == {"GBP": 1_100}
