"""From a customer's wish for a link to a friend's reward, and to the customer's own: by the pages,
the mails and the shop alone."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts.scope import brand_scope
from campaigns.models.coupons import Coupon
from campaigns.models.transactional import TransactionalMessage
from config.kit import ids
from config.kit.clock import now
from customers.models.customers import Customer
from customers.services.orders import record_order
from referrals.models.links import ReferralCode
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.selectors.addresses import portal_address, reward_address
from referrals.services.programmes import create_programme, go_live

pytestmark = pytest.mark.django_db

PERSON = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101"}


@pytest.fixture
def programme(cast):
    with brand_scope(cast.floral):
        row = create_programme("Give 10, get 10")
        go_live(row)
        row.refresh_from_db()
        return row


def mailed(address):
    """Which mails somebody was sent; what they said is forgotten once they have left."""
    rows = TransactionalMessage.objects.filter(address=address).order_by("pk")
    return list(rows.values_list("template__key", flat=True))


def test_a_friend_is_brought_rewarded_and_thanked_for(cast, programme, run_due_work):
    rae, fay = Client(**PERSON), Client(**PERSON)
    page = f"/refer/floral/{ids.encode('prp', programme.uid)}"
    rae.post(page, {"email": "rae@example.com"})
    run_due_work()
    with brand_scope(cast.floral):
        assert mailed("rae@example.com") == ["referral_link"]
        portal = urlsplit(portal_address(programme_id=programme.pk, customer_id=cast.rae.pk)).path
    assert "Get my link" in rae.get(portal).content.decode()
    rae.post(f"{portal}/join")
    with brand_scope(cast.floral):
        code = ReferralCode.objects.get().code
    assert code in rae.get(portal).content.decode()

    landing = f"/r/floral/{code}"
    assert "Rae gives you £10" in fay.get(f"{landing}?c=native").content.decode()
    fay.post(landing, {"email": "fay@example.com", "c": "native"})
    run_due_work()
    with brand_scope(cast.floral):
        assert mailed("fay@example.com") == ["friend_reward"]
        reward = urlsplit(reward_address(Reward.objects.get().pk)).path
    assert fay.get(reward).status_code == 200
    with brand_scope(cast.floral):
        assert not Coupon.objects.exists()
    fay.post(reward)
    with brand_scope(cast.floral):
        coupon = Coupon.objects.get()
    assert coupon.code in fay.get(reward).content.decode()

    with brand_scope(cast.floral):
        record_order(
            source="shop",
            source_id="F-1",
            placed_at=now(),
            customer=Customer.objects.get(email="fay@example.com"),
            gross_minor=4_000,
            discount_codes=[coupon.code],
        )
    run_due_work()
    with brand_scope(cast.floral):
        referral = Referral.objects.get()
        assert (referral.state, referral.channel) == ("qualified", "native")
        own = Reward.objects.get(side="advocate")
        assert (own.state, own.amount_minor, own.customer_id) == ("pending", 1_000, cast.rae.pk)
        assert Reward.objects.get(side="friend").state == "redeemed"
