"""However often and in whatever order orders are told of at once, each friend is referred once."""

from datetime import timedelta

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from config.kit.clock import now
from customers.models.customers import Customer
from customers.models.orders import Order
from referrals.models.programmes import Programme
from referrals.models.referrals import Decision, Referral
from referrals.models.rewards import Reward
from referrals.services.advocates import current_code, join
from referrals.services.programmes import create_programme, go_live
from referrals.services.qualifying import qualify_orders
from tests import factories
from tests.conftest import Cast
from tests.crowds import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_forty_orders_told_twelve_times_at_once_are_forty_referrals(cast: Cast) -> None:
    with brand_scope(cast.floral):
        programme = create_programme("Give 10, get 10")
        go_live(programme)
        Programme.objects.update(started_at=now() - timedelta(days=9))
        code = current_code(join(programme, customer=cast.rae, source="api")).code
        friends = Customer.objects.bulk_create(
            Customer(email=f"f{n}@example.com", email_norm=f"f{n}@example.com") for n in range(40)
        )
        at = now() - timedelta(hours=1)
        ids = [
            factories.order(friend, source_id=str(n), on=at.date()).pk
            for n, friend in enumerate(friends)
        ]
        Order.objects.update(discount_codes=[code], placed_at=at)

    def deliver(worker: int) -> None:
        turned = ids[worker * 3 :] + ids[: worker * 3]
        for part in (turned[:20], turned[20:]):
            with brand_scope(cast.floral):
                qualify_orders(part)

    at_once(deliver, range(12))

    with brand_scope(cast.floral):
        assert Referral.objects.filter(state="qualified").count() == 40
        assert Reward.objects.filter(side="advocate", state="pending").count() == 40
        assert Referral.objects.count() == Decision.objects.count() == 40
        qualified = DomainEvent.objects.filter(type="referral.qualified")
        named = [pk for event in qualified for pk in event.payload["referral_ids"]]
        assert len(named) == len(set(named)) == 40
