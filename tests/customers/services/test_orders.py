"""Recording orders one by one: once each, whatever is repeated, with facts that follow."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from config.kit.clock import now
from config.kit.errors import Invalid
from customers.models.customers import Customer, CustomerFacts
from customers.models.orders import Order, OrderLine
from customers.models.products import Product
from customers.services.customers import upsert_customer
from customers.services.facts import Written, audit_facts, refresh_facts
from customers.services.orders import Recorded, record_order
from customers.services.products import NewLine
from tests.conftest import Cast
from tests.crowds import at_once

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROSES = NewLine(
    sku="rose", title="Roses", category="Flowers", quantity=Decimal(2), total_minor=1998
)
CARD = NewLine(sku="card", title="Card", total_minor=250)


def told(customer: Customer | None, source_id: str = "1001", **fields: object) -> Recorded:
    values = {"placed_at": AT, "lines": [ROSES, CARD], **fields}
    return record_order(source="shop", source_id=source_id, customer=customer, **values)  # type: ignore[arg-type]


def test_an_order_brings_lines_products_facts_and_one_event(jo: Customer) -> None:
    recorded = told(jo)
    order = recorded.order
    assert (recorded.created, order.gross_minor, order.rung) == (True, 2248, 1)
    assert [
        (line.position, line.total_minor, line.product.title)
        for line in order.lines.order_by("position")
    ] == [
        (1, 1998, "Roses"),
        (2, 250, "Card"),
    ]
    facts = CustomerFacts.objects.get(customer=jo)
    assert (facts.orders_count, facts.net_minor) == (1, 2248)
    event = DomainEvent.objects.get(type="order.recorded")
    assert event.payload == {"customer_id": jo.pk, "gross_minor": 2248}
    assert audit_facts() == Written(0, 0)


def test_telling_of_the_same_order_again_changes_nothing(jo: Customer) -> None:
    first = told(jo)
    again = told(jo)
    assert (again.order.pk, again.created, again.changed) == (first.order.pk, False, False)
    assert (Order.objects.count(), OrderLine.objects.count()) == (1, 2)
    assert DomainEvent.objects.filter(subject_kind="order").count() == 1


def test_another_content_replaces_the_lines_and_is_told_as_a_change(jo: Customer) -> None:
    told(jo)
    changed = told(jo, lines=[CARD])
    assert (changed.created, changed.changed, changed.order.gross_minor) == (False, True, 250)
    assert OrderLine.objects.count() == 1
    assert CustomerFacts.objects.get(customer=jo).net_minor == 250
    types = list(DomainEvent.objects.filter(subject_kind="order").values_list("type", flat=True))
    assert sorted(types) == ["order.changed", "order.recorded"]


def test_an_order_that_moves_to_another_customer_leaves_the_first_without_it(jo: Customer) -> None:
    told(jo)
    ann = upsert_customer(email="ann@example.com").customer
    told(ann)
    assert CustomerFacts.objects.get(customer=jo).orders_count == 0
    assert CustomerFacts.objects.get(customer=ann).orders_count == 1
    assert audit_facts() == Written(0, 0)


def test_an_earlier_order_that_comes_late_takes_the_first_rung(jo: Customer) -> None:
    later = told(jo, "2").order
    earlier = told(jo, "1", placed_at=AT - timedelta(days=10)).order
    later.refresh_from_db()
    assert (earlier.rung, later.rung, later.gap_days) == (1, 2, 10)


def test_the_day_is_the_brands_own(jo: Customer) -> None:
    summer_midnight = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert told(jo, placed_at=summer_midnight).order.placed_on == date(2026, 7, 1)


def test_an_order_may_belong_to_nobody_known(floral: Brand) -> None:
    order = told(None, lines=[], gross_minor=500).order
    assert (order.customer_id, order.gross_minor, order.rung) == (None, 500, None)


def test_a_product_keeps_the_latest_title(jo: Customer) -> None:
    told(jo)
    told(jo, "1002", lines=[NewLine(sku="rose", title="Red roses", total_minor=1)])
    product = Product.objects.get(source_id="rose")
    assert (product.title, product.category) == ("Red roses", "Flowers")


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"placed_at": datetime(2026, 3, 1)}, "placed_at"),  # noqa: DTZ001
        ({"placed_at": now() + timedelta(days=2)}, "placed_at"),
        ({"gross_minor": -1}, "total"),
        ({"gross_minor": 10**15 + 1}, "total"),
        ({"lines": [CARD] * 501}, "lines"),
    ],
)
def test_an_order_that_cannot_be_is_refused_and_nothing_is_written(
    jo: Customer, fields: dict[str, object], place: str
) -> None:
    with pytest.raises(Invalid) as refused:
        told(jo, **fields)
    assert list(refused.value.fields) == [place]
    assert Order.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_many_orders_at_once_are_each_counted_once(cast: Cast) -> None:
    with brand_scope(cast.floral):
        refresh_facts(customer_ids=None)

    def tell(number: int) -> None:
        with brand_scope(cast.floral):
            told(cast.rae, str(number % 5), lines=[CARD])

    at_once(tell, range(15))
    with brand_scope(cast.floral):
        assert CustomerFacts.objects.get(customer=cast.rae).orders_count == 5
        assert DomainEvent.objects.filter(type="order.recorded").count() == 5
        assert audit_facts() == Written(0, 0)
