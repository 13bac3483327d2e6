from datetime import UTC, datetime
from decimal import Decimal

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from config.kit import ids
from customers.models.credits import Credit
from customers.models.customers import Customer, CustomerFacts
from customers.models.orders import Order, OrderLine, Refund
from customers.models.products import Product
from customers.services.facts import Written, audit_facts
from tests import factories
from tests.api import Api, new_key


def order(number, **said):
    return {
        "source_id": f"O-{number}",
        "placed_at": f"2026-03-{number:02}T12:00:00Z",
        "currency": "GBP",
        "customer": {"email": "rae@example.com"},
        "lines": [{"sku": "ROSE", "title": "Rose", "category": "Flowers", "total": 1000}],
        **said,
    }


def statuses(answer):
    return [result["status"] for result in answer.json()["results"]]


def everything():
    """All orders, lines, refunds, facts and credits of the brand in scope, without ids."""
    return (
        list(
            Order.objects.order_by("source", "source_id").values_list(
                *("source", "source_id", "customer__email", "placed_at", "placed_on"),
                *("gross_minor", "channel", "discount_minor", "discount_codes", "tags", "is_test"),
                *("cancelled_at", "is_counted", "rung", "gap_days"),
            )
        ),
        list(
            OrderLine.objects.order_by("order__source_id", "position").values_list(
                "order__source_id", "position", "product__source_id", "quantity", "total_minor"
            )
        ),
        list(
            Refund.objects.order_by("source_id").values_list(
                *("source_id", "order__source_id", "order_ref", "customer__email", "refunded_on"),
                *("amount_minor", "is_counted"),
            )
        ),
        list(
            CustomerFacts.objects.order_by("customer__email_norm").values_list(
                *("customer__email_norm", "orders_count", "gross_minor", "refunded_minor"),
                *("net_minor", "last_order_on", "order_days", "order_gross"),
            )
        ),
        sorted(Credit.objects.values_list("order__source_id", "source", "amount_minor"), key=str),
        list(
            Product.objects.order_by("source", "source_id").values_list(
                "source_id", "title", "category"
            )
        ),
    )


def test_many_orders_are_recorded_in_one_call(cast, api):
    answer = api.post(
        "/orders/bulk",
        [
            order(2, channel="till", tags=["vip"], discount=250, discount_codes=["MAY"]),
            order(1),
            order(3, customer={"external_id": "c-9", "email": "new@example.com"}),
            order(4, customer={"id": ids.encode("cus", cast.rae.uid)}),
            {**order(5), "customer": None},
        ],
    )

    assert answer.status_code == 200, answer.content
    assert statuses(answer) == ["created"] * 5
    with brand_scope(cast.floral):
        rungs = Order.objects.order_by("source_id").values_list("source_id", "rung")
        assert list(rungs) == [("O-1", 1), ("O-2", 2), ("O-3", 1), ("O-4", 3), ("O-5", None)]
        second = Order.objects.get(source_id="O-2")
        assert (second.channel, second.tags, second.discount_minor) == ("till", ["vip"], 250)
        facts = CustomerFacts.objects.get(customer=cast.rae)
        assert (facts.orders_count, facts.net_minor) == (3, 3000)
        assert Customer.objects.filter(email_norm="new@example.com").count() == 1
        assert Product.objects.get().category == "Flowers"
        told = DomainEvent.objects.get(type="orders.recorded")
        assert len(told.payload["created_ids"]) == 5
        assert audit_facts() == Written(0, 0)
    assert answer.json()["results"][0]["id"] == ids.encode("ord", second.uid)


MANY = [
    order(1, total=900),
    order(2, lines=[]) | {"total": 500},
    order(2, total=700),
    order(1, total=900),
    order(3, lines=[{"sku": "A", "total": 300, "quantity": "1.5"}, {"sku": "B", "total": -50}]),
    order(4, customer={"external_id": "k-1"}, cancelled_at="2026-03-09T00:00:00Z"),
    order(5, customer={"external_id": "k-1", "email": "k@example.com"}, tags=["x"], is_test=True),
    order(6, source="till", lines=[{"sku": "ROSE", "title": "Red rose", "total": 1}]),
    order(7, lines=[{"sku": "ROSE", "title": "Red rose", "total": 1}]),
]


def test_a_call_of_many_does_what_many_calls_of_one_do(cast):
    many, single = (Api(new_key(brand, cast.ana)) for brand in (cast.floral, cast.grocer))
    with brand_scope(cast.grocer):
        factories.customer(email="rae@example.com", first_name="Rae", last_name="Winter")

    together = many.post("/orders/bulk", MANY)
    apart = [single.post("/orders", one).status_code for one in MANY]

    assert apart == [201, 201, 200, 200, 201, 201, 201, 201, 201]
    assert statuses(together) == [
        *("created", "created", "updated", "unchanged", "created", "created", "created"),
        *("created", "created"),
    ]
    with brand_scope(cast.floral):
        left = everything()
        assert audit_facts() == Written(0, 0)
    with brand_scope(cast.grocer):
        right = everything()
    assert left == right


def test_orders_told_singly_and_in_bulk_are_the_same_content(cast, api):
    for one in (MANY[0], MANY[4], MANY[6], MANY[7]):
        assert api.post("/orders", one).status_code == 201
    with brand_scope(cast.floral):
        before = everything()
        events = DomainEvent.objects.count()

    answer = api.post("/orders/bulk", [MANY[0], MANY[4], MANY[6], MANY[7]])

    assert statuses(answer) == ["unchanged"] * 4
    with brand_scope(cast.floral):
        assert everything() == before
        assert DomainEvent.objects.count() == events


def test_an_order_that_moves_to_another_customer_is_counted_there(cast, api):
    api.post("/orders/bulk", [order(1), order(2)])
    api.post("/orders/bulk", [order(1, customer={"email": "kim@example.com"})])

    with brand_scope(cast.floral):
        counts = CustomerFacts.objects.order_by("pk").values_list("customer__email", "orders_count")
        assert list(counts) == [("rae@example.com", 1), ("kim@example.com", 1)]
        assert Order.objects.get(source_id="O-2").rung == 1
        assert audit_facts() == Written(0, 0)


def test_refunds_come_inside_their_orders_and_are_told_once(cast, api):
    back = {"source_id": "R-1", "refunded_at": "2026-03-20T12:00:00Z", "amount": 400}
    first = api.post("/orders/bulk", [order(1, refunds=[back]), order(2)])
    again = api.post("/orders/bulk", [order(1, refunds=[back]), order(2, refunds=[])])
    more = api.post("/orders/bulk", [order(1, refunds=[{**back, "amount": 500}])])

    assert statuses(first) == ["created", "created"]
    assert statuses(again) == ["unchanged", "unchanged"]
    assert statuses(more) == ["unchanged"]
    with brand_scope(cast.floral):
        refund = Refund.objects.get()
        assert (refund.order.source_id, refund.amount_minor, refund.customer_id) == (
            "O-1",
            500,
            cast.rae.pk,
        )
        assert CustomerFacts.objects.get(customer=cast.rae).net_minor == 1500
        assert audit_facts() == Written(0, 0)


def test_refunds_and_cancellations_may_come_before_their_orders(cast, api):
    refund = {
        "source_id": "R-9",
        "order": "O-1",
        "refunded_at": "2026-03-20T12:00:00Z",
        "amount": 300,
    }
    early = api.post("/refunds", refund)
    cancelled = api.post(
        "/cancellations", {"source_id": "O-2", "cancelled_at": "2026-03-05T00:00:00Z"}
    )
    assert (early.status_code, early.json()["order"]) == (201, None)
    assert cancelled.json() == {"order": None}

    api.post("/orders/bulk", [order(1), order(2), order(3)])

    with brand_scope(cast.floral):
        facts = CustomerFacts.objects.get(customer=cast.rae)
        assert (facts.orders_count, facts.gross_minor, facts.net_minor) == (2, 2000, 1700)
        assert Order.objects.get(source_id="O-2").cancelled_at == datetime(2026, 3, 5, tzinfo=UTC)
        assert Refund.objects.get().order.source_id == "O-1"
        assert audit_facts() == Written(0, 0)


def test_a_single_order_is_cancelled_and_refunded_through_the_api(cast, api):
    made = api.post("/orders", order(1, channel="web", tags=["a"], discount=5)).json()
    assert (made["channel"], made["tags"], made["discount"], made["is_counted"]) == (
        "web",
        ["a"],
        5,
        True,
    )
    path = f"/orders/{made['id']}"
    said = {
        "source_id": "R-1",
        "refunded_at": "2026-03-20T12:00:00Z",
        "lines": [{"sku": "ROSE", "total": 250}],
    }

    refunded = api.post(f"{path}/refunds", said)
    again = api.post(f"{path}/refunds", said)
    assert (refunded.status_code, again.status_code) == (201, 200)
    assert refunded.json()["amount"] == 250
    assert refunded.json()["order"] == made["id"]
    with brand_scope(cast.floral):
        assert CustomerFacts.objects.get(customer=cast.rae).net_minor == 750

    cancelled = api.post(f"{path}/cancel", {})
    assert cancelled.status_code == 200
    assert cancelled.json()["is_counted"] is False
    with brand_scope(cast.floral):
        facts = CustomerFacts.objects.get(customer=cast.rae)
        assert (facts.orders_count, facts.net_minor) == (0, 0)


def test_one_buyer_of_many_orders_is_made_once(cast, api):
    said = [
        order(n, customer={"external_id": "n-1", "email": "N@example.com"}) for n in range(1, 9)
    ]
    api.post("/orders/bulk", said)
    with brand_scope(cast.floral):
        facts = CustomerFacts.objects.get(customer__email_norm="n@example.com")
        assert facts.orders_count == 8
        assert DomainEvent.objects.filter(type="customers.upserted").count() == 1


BAD = [
    ({"currency": "EUR"}, "/currency"),
    ({"total": -1}, "/total"),
    ({"total": 1.5}, "/total"),
    ({"lines": []}, "/total"),
    ({"placed_at": "2026-05-01"}, "/placed_at"),
    ({"placed_at": "2999-05-01T00:00:00Z"}, "/placed_at"),
    ({"placed_at": "1800-05-01T00:00:00Z"}, "/placed_at"),
    ({"customer": {}}, "/customer"),
    ({"customer": {"email": "x"}}, "/customer/email"),
    ({"customer": {"id": "cus_x"}}, "/customer/id"),
    ({"customer": {"id": "cus_x", "email": "rae@example.com"}}, "/customer"),
    ({"channel": "fax"}, "/channel"),
    ({"source_id": ""}, "/source_id"),
    ({"lines": [{"sku": "a", "total": 1, "quantity": "NaN"}]}, "/lines/0/quantity"),
    ({"lines": [{"sku": "a", "total": 1, "quantity": "0.0001"}]}, "/lines/0/quantity"),
    ({"lines": [{"sku": "a", "total": 1}, {"sku": " ", "total": 1}]}, "/lines/1/sku"),
    ({"refunds": [{"source_id": "r", "refunded_at": "2026-03-20T12:00:00Z"}]}, "/refunds/0/amount"),
    ({"tags": ["x" * 121]}, "/tags/0"),
    ({"price": 1}, ""),
]


@pytest.mark.parametrize(("said", "pointer"), BAD)
def test_an_order_that_cannot_be_used_does_not_stop_the_others(cast, api, said, pointer):
    answer = api.post("/orders/bulk", [order(1, **said), order(2)])

    assert answer.status_code == 200, answer.content
    assert statuses(answer) == ["error", "created"]
    assert answer.json()["results"][0]["errors"][0]["pointer"] == pointer
    with brand_scope(cast.floral):
        assert list(Order.objects.values_list("source_id", flat=True)) == ["O-2"]
        assert CustomerFacts.objects.get(customer=cast.rae).orders_count == 1


def test_a_call_costs_the_same_statements_for_few_orders_and_for_many(
    cast, api, django_assert_max_num_queries
):
    api.post("/orders/bulk", [order(1)])
    counts = []
    for span in (range(10, 12), range(12, 60)):
        said = [order(1, source_id=f"O-{n}", customer={"email": f"{n}@example.com"}) for n in span]
        with django_assert_max_num_queries(90) as captured:
            api.post("/orders/bulk", said)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_quantities_and_totals_are_exact(cast, api):
    lines = [
        {"sku": "A", "total": 333, "quantity": 0.1},
        {"sku": "B", "total": -33, "quantity": "2"},
    ]
    api.post("/orders/bulk", [order(1, lines=lines)])
    with brand_scope(cast.floral):
        assert Order.objects.get().gross_minor == 300
        quantities = OrderLine.objects.order_by("position").values_list("quantity", flat=True)
        assert list(quantities) == [Decimal("0.100"), Decimal("2.000")]


def test_a_cancellation_is_taken_back_by_the_order_s_id_in_the_shop(cast, api):
    api.post("/orders", order(1))
    for number in ("O-1", "O-2"):
        api.post("/cancellations", {"source_id": number})
    back = api.delete("/cancellations?source_id=O-1")
    early = api.delete("/cancellations?source_id=O-2")
    assert (back.status_code, back.json()["order"]["is_counted"]) == (200, True)
    assert (early.status_code, early.json()) == (200, {"order": None})
    made = api.post("/orders", order(2)).json()
    assert (made["is_counted"], made["cancelled_at"]) == (True, None)


def test_a_cancellation_is_not_taken_back_without_its_number(cast, api):
    api.post("/orders", order(1))
    api.post("/cancellations", {"source_id": "O-1"})
    assert api.delete("/cancellations").status_code == 422
    with brand_scope(cast.floral):
        assert not Order.objects.get().is_counted
