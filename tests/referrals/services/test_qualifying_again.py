"""Looking again at an order that counts: what was earned stays, while it is an order."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from config.kit.clock import now
from customers.models.orders import Order
from customers.services.orders import cancel_order
from referrals.models.links import TouchKind
from referrals.models.programmes import Advocate, Programme
from referrals.models.referrals import Decision, Referral
from referrals.services.advocates import bar_advocate, current_code, join
from referrals.services.programmes import create_programme, go_live, pause_programme
from referrals.services.qualifying import Qualified, qualify_orders
from referrals.services.touches import record_touch
from tests import factories

pytestmark = pytest.mark.django_db
Place = Callable[..., Order]


@pytest.fixture(autouse=True)
def _yesterday(programme: Programme) -> None:
    """The programme began long before its orders."""
    long_ago = now() - timedelta(days=400)
    Programme.objects.filter(pk=programme.pk).update(started_at=long_ago)


def _code(advocate: Advocate) -> str:
    return current_code(advocate).code


def _reasons() -> list[str]:
    return list(Decision.objects.order_by("pk").values_list("reason", flat=True))


def test_what_was_earned_stays_whatever_happens_to_programme_and_advocate(
    programme: Programme, advocate: Advocate, friend_orders: Place
) -> None:
    second = create_programme("Friends of friends")
    go_live(second)
    Programme.objects.update(started_at=now() - timedelta(days=400))
    bo = join(second, customer=factories.customer(email="bo@example.com"), source="api")
    order = friend_orders("fay@example.com", codes=[_code(advocate)])
    qualify_orders([order.pk])
    before = Referral.objects.values().get()

    pause_programme(programme)
    bar_advocate(advocate, reason="Coupon site")
    named = {"order_source": "shop", "order_ref": order.source_id}
    record_touch(bo, kind=TouchKind.STAFF, customer=order.customer, **named)
    assert qualify_orders([order.pk]) == Qualified(tied=1)
    Advocate.objects.update(barred_at=None, barred_reason="")
    assert qualify_orders([order.pk]) == Qualified(tied=1)

    assert Referral.objects.values().get() == before
    assert _reasons() == ["", "other_advocate"]
    # An order that is none any more takes it back all the same.
    cancel_order(source="shop", source_id=order.source_id)
    assert qualify_orders([order.pk]).refused == 1


def test_an_order_that_counts_can_end_whatever_the_friend_did_later(
    advocate: Advocate, friend_orders: Place
) -> None:
    """Nothing but the visit before it tied the first order; the code is on the second one."""
    fay = factories.customer(email="fay@example.com")
    record_touch(advocate, kind=TouchKind.VISIT, customer=fay, at=now() - timedelta(days=2))
    first = friend_orders("fay@example.com")
    qualify_orders([first.pk])
    soon = now() + timedelta(minutes=1)
    second = friend_orders("fay@example.com", codes=[_code(advocate)], placed_at=soon)
    qualify_orders([second.pk])
    assert _reasons() == ["", "existing_customer"]

    cancel_order(source="shop", source_id=first.source_id)
    assert qualify_orders([first.pk]) == Qualified(tied=1, refused=1)
    referral = Referral.objects.get()
    assert (referral.state, referral.reason) == ("disqualified", "order_cancelled")


def test_an_order_by_a_link_that_turns_out_to_be_somebody_elses_counts_no_more(
    advocate: Advocate, friend_orders: Place
) -> None:
    fay = factories.customer(email="fay@example.com")
    record_touch(advocate, kind=TouchKind.VISIT, customer=fay, at=now() - timedelta(days=2))
    order = friend_orders("fay@example.com")
    qualify_orders([order.pk])
    Order.objects.update(customer=factories.customer(email="gil@example.com"))
    assert qualify_orders([order.pk]) == Qualified(tied=1, refused=1)
    assert Referral.objects.get().reason == "other_friend"
