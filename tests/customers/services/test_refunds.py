"""Money given back: known or unknown order, early or late, told twice; net figures follow."""

from typing import Any

import pytest

from accounts.models.events import DomainEvent
from config.kit.errors import Invalid
from customers.models.credits import Credit
from customers.models.customers import Customer
from customers.models.orders import Order, Refund, RefundLine
from customers.services.customers import upsert_customer
from customers.services.facts import Written, audit_facts
from customers.services.orders import cancel_order, record_order
from customers.services.products import NewLine
from customers.services.refunds import RecordedRefund, record_refund
from tests.customers.services.books import at, net

ROSES = NewLine(sku="rose", title="Roses", category="Flowers", total_minor=1000)
CARD = NewLine(sku="card", title="Card", category="Cards", total_minor=250)


def bought(customer: Customer | None, number: int = 1, **fields: Any) -> Order:
    values = {"lines": [ROSES, CARD], **fields}
    return record_order(
        source="shop", source_id=str(number), customer=customer, placed_at=at(number), **values
    ).order


def returned(number: int = 1, **fields: Any) -> RecordedRefund:
    values = {"order_ref": "1", "amount_minor": 400, **fields}
    return record_refund(source="shop", source_id=f"r{number}", refunded_at=at(20), **values)


def test_a_refund_of_a_known_order_takes_its_money_off(jo: Customer) -> None:
    order = bought(jo)
    given = returned(lines=[CARD], amount_minor=None)
    assert (given.created, given.refund.order_id, given.refund.customer_id) == (
        True,
        order.pk,
        jo.pk,
    )
    assert net(jo) == 1000
    assert RefundLine.objects.get().total_minor == 250
    event = DomainEvent.objects.get(type="refund.recorded")
    assert event.payload == {"customer_id": jo.pk, "order_id": order.pk, "amount_minor": 250}
    assert audit_facts() == Written(0, 0)


def test_telling_of_the_same_refund_again_changes_nothing(jo: Customer) -> None:
    bought(jo)
    first, again = returned(), returned()
    assert (again.refund.pk, again.created, again.changed) == (first.refund.pk, False, False)
    assert net(jo) == 850
    assert DomainEvent.objects.filter(subject_kind="refund").count() == 1


def test_a_refund_that_is_told_otherwise_replaces_the_former_one(jo: Customer) -> None:
    bought(jo)
    returned(lines=[ROSES], amount_minor=None)
    changed = returned(amount_minor=100)
    assert (changed.created, changed.changed, RefundLine.objects.count()) == (False, True, 0)
    assert net(jo) == 1150
    assert DomainEvent.objects.filter(type="refund.changed").count() == 1


def test_a_refund_may_come_before_its_order(jo: Customer) -> None:
    early = returned().refund
    assert (early.order_id, early.customer_id) == (None, None)
    assert Credit.objects.get().source == "unattributed"
    order = bought(jo)
    early.refresh_from_db()
    assert (early.order_id, early.customer_id) == (order.pk, jo.pk)
    assert net(jo) == 850
    assert set(Credit.objects.values_list("source", flat=True)) == {"first"}
    assert audit_facts() == Written(0, 0)


def test_an_early_refund_leaves_whom_it_was_said_to_be_of_for_the_orders_customer(
    jo: Customer,
) -> None:
    ann = upsert_customer(email="ann@example.com").customer
    returned(customer=ann)
    assert net(ann) == -400
    bought(jo)
    assert (net(ann), net(jo)) == (0, 850)


def test_a_refund_moves_with_its_order_to_another_customer_and_to_nobody(jo: Customer) -> None:
    bought(jo)
    returned()
    ann = upsert_customer(email="ann@example.com").customer
    bought(ann)
    assert (net(jo), net(ann)) == (0, 850)
    bought(None)
    assert (net(jo), net(ann)) == (0, 0)
    assert sum(Credit.objects.values_list("amount_minor", flat=True)) == 850
    assert set(Credit.objects.values_list("source", flat=True)) == {"unattributed"}
    assert audit_facts() == Written(0, 0)


def test_a_refund_of_a_cancelled_order_does_not_count_twice(jo: Customer) -> None:
    bought(jo)
    returned(amount_minor=1250)
    cancel_order(source="shop", source_id="1", cancelled_at=at(21))
    assert net(jo) == 0
    assert not Refund.objects.get().is_counted
    assert not Credit.objects.exists()
    late = returned(2, amount_minor=5)
    assert not late.refund.is_counted
    assert net(jo) == 0


def test_a_refund_without_an_order_stands_with_the_customer(jo: Customer) -> None:
    bought(jo)
    returned(order_ref="", customer=jo)
    assert net(jo) == 850


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"amount_minor": -1}, "amount"),
        ({"lines": [NewLine(sku="rose", total_minor=-5)]}, "amount"),
        ({"lines": [CARD] * 501}, "lines"),
    ],
)
def test_a_refund_that_cannot_be_is_refused_and_nothing_is_written(
    jo: Customer, fields: dict[str, Any], place: str
) -> None:
    with pytest.raises(Invalid) as refused:
        returned(**fields)
    assert list(refused.value.fields) == [place]
    assert not Refund.objects.exists()
