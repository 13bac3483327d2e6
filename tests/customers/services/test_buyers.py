"""Money and events of somebody who was erased: the money counts, and names nobody."""

from typing import Any

import pytest

from accounts.scope import brand_scope
from customers.models.credits import Credit
from customers.models.customer_events import CustomerEvent
from customers.models.customers import Customer, CustomerFacts
from customers.models.identities import Identity
from customers.models.orders import Order, Refund
from customers.services.customers import upsert_customer
from customers.services.facts import Written, audit_facts, refresh_facts
from customers.services.privacy import erase_customer
from tests.api import Api, new_key
from tests.conftest import Cast

GONE = {"email": "Gone@example.com"}


def _order(number: str, **said: Any) -> dict[str, Any]:
    return {
        "source_id": number,
        "placed_at": "2026-05-01T12:00:00Z",
        "currency": "GBP",
        "total": 1250,
        "customer": GONE,
        **said,
    }


@pytest.fixture
def shop(cast: Cast) -> Api:
    """Floral's shop, whose customer has order A and was erased since."""
    api = Api(new_key(cast.floral, cast.ana))
    assert api.post("/orders", _order("A")).status_code == 201
    with brand_scope(cast.floral):
        gone = Customer.objects.get(email_norm="gone@example.com")
        erase_customer(customer=gone)
        refresh_facts(customer_ids=None)
    return api


def _owners(cast: Cast) -> dict[str, int | None]:
    with brand_scope(cast.floral):
        return dict(Order.objects.values_list("source_id", "customer_id"))


def _nobody_came_back(cast: Cast) -> None:
    with brand_scope(cast.floral):
        assert not Identity.objects.filter(value_norm="gone@example.com").exists()
        assert not Customer.objects.filter(email_norm="gone@example.com").exists()
        assert audit_facts() == Written(0, 0)


def test_a_new_order_of_somebody_erased_counts_as_nobodys(cast: Cast, shop: Api) -> None:
    answer = shop.post("/orders", _order("B"))

    assert answer.status_code == 201, answer.content
    assert answer.json()["customer"] is None
    assert _owners(cast)["B"] is None
    with brand_scope(cast.floral):
        assert Credit.objects.get(order__source_id="B").amount_minor == 1250
        assert Credit.objects.get(order__source_id="B").source == "unattributed"
    _nobody_came_back(cast)


def test_many_orders_do_the_same_as_one(cast: Cast, shop: Api) -> None:
    before = _owners(cast)
    answer = shop.post("/orders/bulk", [_order("A"), _order("B"), _order("C", total=5)])

    assert [row["status"] for row in answer.json()["results"]] == [
        "unchanged",
        "created",
        "created",
    ]
    assert _owners(cast) == {**before, "B": None, "C": None}
    _nobody_came_back(cast)


def test_an_order_that_the_erased_record_has_stays_with_it(cast: Cast, shop: Api) -> None:
    before = _owners(cast)
    assert before["A"] is not None

    assert shop.post("/orders", _order("A")).status_code == 200
    assert shop.post("/orders", _order("A", total=900)).status_code == 200
    assert shop.post("/orders/bulk", [_order("A", total=700)]).status_code == 200

    assert _owners(cast) == before
    with brand_scope(cast.floral):
        assert CustomerFacts.objects.get(customer=before["A"]).gross_minor == 700
    _nobody_came_back(cast)


def test_a_refund_of_somebody_erased_is_taken_off_all_the_same(cast: Cast, shop: Api) -> None:
    said = {"source_id": "r1", "order": "", "refunded_at": "2026-05-02T12:00:00Z", "amount": 250}
    answer = shop.post("/refunds", {**said, "customer": GONE})

    assert answer.status_code == 201, answer.content
    with brand_scope(cast.floral):
        refund = Refund.objects.get()
        assert (refund.customer_id, refund.amount_minor) == (None, 250)
    _nobody_came_back(cast)


def test_an_event_that_names_somebody_erased_is_not_kept(cast: Cast, shop: Api) -> None:
    said = {"name": "page_viewed", "at": "2026-05-02T12:00:00Z", "properties": {"page": "/gone"}}
    events = [
        {**said, "id": "e1", "customer": GONE},
        {**said, "id": "e2", "customer": {"email": "new@example.com"}},
        {**said, "id": "e3", "customer": {**GONE, "external_id": "77"}},
        {**said, "id": "e4", "customer": {"email": "rae@example.com"}},
    ]
    answer = shop.post("/events", events).json()

    assert [row["status"] for row in answer["results"]] == [
        "error",
        "unknown_customer",
        "error",
        "created",
    ]
    assert answer["results"][0]["errors"][0]["pointer"] == "/customer/email"
    with brand_scope(cast.floral):
        kept = CustomerEvent.objects.order_by("source_id")
        assert list(kept.values_list("source_id", flat=True)) == ["e2", "e4"]


def test_names_of_two_customers_are_still_refused(cast: Cast, shop: Api) -> None:
    with brand_scope(cast.floral):
        upsert_customer(external_id="77")
    both = {"email": "rae@example.com", "external_id": "77"}

    assert shop.post("/orders", _order("B", customer=both)).status_code == 409

    assert set(_owners(cast)) == {"A"}
