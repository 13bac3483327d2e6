"""A live programme in Floral, with Rae as its advocate, and friends who order."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models.brands import Brand
from config.kit.clock import now
from customers.models.customers import Customer
from customers.models.orders import Order
from customers.services.orders import record_order
from referrals.models.programmes import Advocate, Programme
from referrals.services.advocates import join
from referrals.services.programmes import create_programme, go_live
from tests import factories
from tests.conftest import Cast


@pytest.fixture
def programme(floral: Brand) -> Programme:
    """ "Give 10, get 10", live; Floral's scope is open."""
    row = create_programme("Give 10, get 10")
    go_live(row)
    return row


@pytest.fixture
def advocate(programme: Programme, cast: Cast) -> Advocate:
    """Rae, who takes part."""
    return join(programme, customer=cast.rae, source="portal")


@pytest.fixture
def friend_orders(floral: Brand) -> Callable[..., Order]:
    """`friend_orders("fay@example.com", codes=["RAE-7K3Q"])`: a counted order, an hour old, of
    £40 unless told otherwise; its customer is made when nobody has the address."""

    def place(email: str, *, codes: list[str] | None = None, **said: Any) -> Order:
        friend = Customer.objects.filter(email_norm=email.casefold()).first()
        number = Order.objects.count() + 1
        values = {
            "source": "shop",
            "source_id": f"F-{number}",
            "placed_at": now() - timedelta(hours=1),
            "customer": friend or factories.customer(email=email, first_name="Fay"),
            "gross_minor": 4_000,
            "discount_codes": codes or [],
        }
        return record_order(**{**values, **said}).order

    return place
