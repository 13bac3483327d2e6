"""Products: described by programs, with costs that hold from a day on and mapped categories."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from config.kit.errors import Invalid
from customers.models.credits import Credit
from customers.models.customers import Customer, CustomerFacts
from customers.models.orders import OrderRule
from customers.models.products import CategoryMapping, MarginAssumption, Product, ProductCost
from customers.models.segments import Segment, SegmentMember
from customers.selectors.products import (
    Cost,
    Sales,
    cost_at,
    product_page,
    sales,
    sales_by_month,
    shop_categories,
)
from customers.services.customers import upsert_customer
from customers.services.facts import Written, audit_facts, refresh_facts
from customers.services.membership import take_turn
from customers.services.orders import record_order
from customers.services.products import (
    NewLine,
    ProductDetails,
    assume_margin,
    describe_product,
    map_categories,
    remove_cost,
    set_cost,
)
from customers.services.refunds import record_refund
from customers.services.segments import create_segment
from tests.conftest import Cast

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def described(code: str = "rose", **fields: Any) -> Product:
    details = ProductDetails(**{"title": "Roses", "price_minor": 1000, **fields})
    return describe_product(source="shop", source_id=code, details=details).product


def test_a_product_is_made_once_and_keeps_what_is_not_said(floral: Brand) -> None:
    made = describe_product(
        source="shop",
        source_id="rose",
        details=ProductDetails(title="Roses", tags=("red",), stock=4, is_replenishable=False),
    )
    assert (made.created, made.product.tags, made.product.stock) == (True, ["red"], 4)
    again = describe_product(
        source="shop", source_id="rose", details=ProductDetails(price_minor=1000, stock=0)
    )
    assert (again.created, again.changed) == (False, True)
    kept = Product.objects.get()
    assert (kept.title, kept.price_minor, kept.stock, kept.tags) == ("Roses", 1000, 0, ["red"])
    same = describe_product(source="shop", source_id="rose", details=ProductDetails(stock=0))
    assert not same.changed


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"price_minor": -1}, "price"),
        ({"tags": ("x",) * 51}, "tags"),
        ({"url": "javascript:alert(1)"}, "url"),
    ],
)
def test_what_no_product_can_be_is_refused(
    floral: Brand, fields: dict[str, Any], place: str
) -> None:
    with pytest.raises(Invalid) as refused:
        described(**fields)
    assert list(refused.value.fields) == [place]
    assert not Product.objects.exists()


def test_the_latest_cost_not_after_the_day_holds(floral: Brand) -> None:
    rose = described()
    set_cost(product=rose, cost_minor=400, valid_from=date(2026, 1, 1))
    set_cost(product=rose, cost_minor=450, valid_from=date(2026, 3, 1))
    set_cost(product=rose, cost_minor=460, valid_from=date(2026, 3, 1))
    assert ProductCost.objects.count() == 2
    assert cost_at(rose, date(2025, 12, 31)) is None
    assert cost_at(rose, date(2026, 2, 28)) == Cost(400, is_assumed=False)
    assert cost_at(rose, date(2026, 3, 1)) == Cost(460, is_assumed=False)
    remove_cost(product=rose, valid_from=date(2026, 3, 1))
    assert cost_at(rose, date(2026, 3, 1)) == Cost(400, is_assumed=False)


def test_without_a_cost_the_margin_is_assumed_and_marked_so(floral: Brand) -> None:
    rose = described(price_minor=999)
    assert cost_at(rose, AT.date()) is None
    assume_margin(3333)
    assert cost_at(rose, AT.date()) == Cost(666, is_assumed=True)
    Product.objects.update(price_minor=None)
    rose.refresh_from_db()
    assert cost_at(rose, AT.date()) is None
    assume_margin(None)
    assert not MarginAssumption.objects.exists()


def test_an_impossible_cost_or_margin_is_refused(floral: Brand) -> None:
    rose = described()
    with pytest.raises(Invalid):
        set_cost(product=rose, cost_minor=-1, valid_from=AT.date())
    with pytest.raises(Invalid):
        assume_margin(10_001)
    assert not ProductCost.objects.exists()
    assert not MarginAssumption.objects.exists()


def test_mapped_categories_move_credits_in_the_background(cast: Cast, run_due_work: Any) -> None:
    def bought(number: int, category: str) -> None:
        record_order(
            source="shop",
            source_id=str(number),
            customer=cast.rae,
            placed_at=AT,
            lines=[NewLine(sku=category, category=category, total_minor=100)],
        )

    with brand_scope(cast.floral):
        refresh_facts(customer_ids=None)
        bought(1, "Roses")
        bought(2, "Red 70cm")
        assert Credit.objects.filter(source="cross_sell").count() == 1
        assert map_categories({"Red 70cm": "Roses", "Roses": "Roses"})
        assert not map_categories({"Red 70cm": "Roses"})
        assert [(c.name, c.products, c.mapped) for c in shop_categories()] == [
            ("Red 70cm", 1, "Roses"),
            ("Roses", 1, ""),
        ]
    run_due_work()
    with brand_scope(cast.floral):
        assert sorted(Credit.objects.values_list("source", flat=True)) == ["first", "repeat"]
        assert OrderRule.objects.get().judged_up_to is None
        assert map_categories({"Red 70cm": ""})
        assert not CategoryMapping.objects.exists()
    run_due_work()
    with brand_scope(cast.floral):
        assert sorted(Credit.objects.values_list("source", flat=True)) == ["cross_sell", "first"]


def test_a_product_that_moves_takes_its_other_buyers_along(cast: Cast, run_due_work: Any) -> None:
    few = {"kind": "figure", "name": "categories", "op": "exactly", "value": 1}

    def bought(number: int, customer: Customer, sku: str, category: str) -> None:
        record_order(
            source="shop",
            source_id=str(number),
            customer=customer,
            placed_at=AT,
            lines=[NewLine(sku=sku, category=category, total_minor=100)],
        )

    with brand_scope(cast.floral):
        segment = create_segment(name="One category only", rule={"all": [few]})
        jo = upsert_customer(email="jo@example.com").customer
        bought(1, jo, "rose", "Roses")
        bought(2, jo, "card", "Cards")
    run_due_work()
    take_turn(brand_id=cast.floral.pk)
    with brand_scope(cast.floral):
        assert CustomerFacts.objects.get(customer=jo).categories == 2
        assert not members(segment)
        bought(3, cast.rae, "card", "Roses")
    run_due_work()
    take_turn(brand_id=cast.floral.pk)
    with brand_scope(cast.floral):
        assert CustomerFacts.objects.get(customer=jo).categories == 1
        assert members(segment) == {jo.pk, cast.rae.pk}
        assert set(Credit.objects.values_list("source", flat=True)) == {"first", "repeat"}
        assert set(Product.objects.values_list("judged_up_to", flat=True)) == {None}
        assert audit_facts() == Written(0, 0)


def members(segment: Segment) -> set[int]:
    rows = SegmentMember.objects.filter(segment=segment, left_at=None)
    return set(rows.values_list("customer_id", flat=True))


def test_sales_are_of_orders_that_count_less_what_came_back(floral: Brand, cast: Cast) -> None:
    refresh_facts(customer_ids=None)
    line = NewLine(sku="rose", quantity=Decimal(3), total_minor=900)
    for number, fields in enumerate([{}, {"is_test": True}, {"tags": ["x"]}]):
        record_order(
            source="shop",
            source_id=str(number),
            customer=cast.rae,
            placed_at=AT,
            lines=[line],
            **fields,  # type: ignore[arg-type]
        )
    back = NewLine(sku="rose", quantity=Decimal(1), total_minor=300)
    record_refund(source="shop", source_id="r", order_ref="0", refunded_at=AT, lines=[back])
    rose = Product.objects.get()
    assert sales([rose.pk]) == {rose.pk: Sales(1500, Decimal(5), 1)}
    months = sales_by_month(rose, as_of=date(2026, 4, 2))
    assert (months[0], len(months)) == ((date(2025, 5, 1), 0), 12)
    assert months[-2:] == [(date(2026, 3, 1), 1800), (date(2026, 4, 1), 0)]


def test_the_list_is_searched_filtered_and_walked(floral: Brand) -> None:
    for number in range(120):
        described(f"code-{number}", title=f"Rose {number}", category="Even" * (number % 2 == 0))
    first = product_page()
    assert (first.total, len(first.rows), first.before) == (120, 50, 0)
    second = product_page(after=first.after)
    third = product_page(after=second.after)
    assert (len(third.rows), third.after) == (20, 0)
    back = product_page(before=second.before)
    assert [row[0].pk for row in back.rows] == [row[0].pk for row in first.rows]
    assert back.before == 0
    assert product_page(category="Even").total == 60
    assert product_page(search="ROSE 11").total == 11
    assert product_page(search="code-119").total == 1
