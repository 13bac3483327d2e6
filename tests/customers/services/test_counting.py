"""Which orders count: the rule, cancellations, and what a change of the rule carries through."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from config.kit.errors import Invalid
from customers.models.credits import Credit
from customers.models.customers import Customer, CustomerFacts
from customers.models.orders import EarlyCancellation, Order, OrderRule
from customers.rules.counting import CountingRule
from customers.selectors.counting import counting_rule, judging, preview
from customers.services.counting import judge_orders
from customers.services.customers import upsert_customer
from customers.services.facts import Written, audit_facts, refresh_facts
from customers.services.order_rules import carry_rule_through, change_order_rule
from customers.services.orders import cancel_order, record_order, reinstate_order
from customers.services.refunds import record_refund
from tests.conftest import Cast
from tests.customers.services.books import at, net


def bought(customer: Customer | None, number: int, minor: int = 1000, **fields: Any) -> Order:
    return record_order(
        source="shop",
        source_id=str(number),
        customer=customer,
        placed_at=at(number),
        gross_minor=minor,
        **fields,
    ).order


def rungs() -> list[tuple[str, int | None, bool]]:
    return list(Order.objects.order_by("source_id").values_list("source_id", "rung", "is_counted"))


def put_in_force(rule: CountingRule) -> None:
    change_order_rule(rule)
    assert carry_rule_through(brand_id=OrderRule().brand_id)


def test_a_test_order_has_no_rung_and_no_money(jo: Customer) -> None:
    bought(jo, 1, is_test=True)
    bought(jo, 2)
    assert rungs() == [("1", None, False), ("2", 1, True)]
    assert net(jo) == 1000
    assert audit_facts() == Written(0, 0)


def test_a_cancelled_order_leaves_the_ladder_and_comes_back(jo: Customer) -> None:
    bought(jo, 1)
    bought(jo, 2)
    cancel_order(source="shop", source_id="1", cancelled_at=at(3))
    assert rungs() == [("1", None, False), ("2", 1, True)]
    assert net(jo) == 1000
    cancel_order(source="shop", source_id="1", cancelled_at=at(4))
    assert Order.objects.get(source_id="1").cancelled_at == at(3)
    assert DomainEvent.objects.filter(type="order.cancelled").count() == 1
    reinstate_order(source="shop", source_id="1")
    assert rungs() == [("1", 1, True), ("2", 2, True)]
    assert DomainEvent.objects.filter(type="order.reinstated").count() == 1
    assert net(jo) == 2000


def test_telling_of_a_cancelled_order_again_does_not_bring_it_back(jo: Customer) -> None:
    bought(jo, 1)
    cancel_order(source="shop", source_id="1", cancelled_at=at(3))
    order = bought(jo, 1, 1200)
    assert (order.is_counted, order.cancelled_at) == (False, at(3))


def test_a_cancellation_may_come_before_its_order(jo: Customer) -> None:
    assert cancel_order(source="shop", source_id="1", cancelled_at=at(3)) is None
    order = bought(jo, 1)
    assert (order.is_counted, order.cancelled_at) == (False, at(3))
    assert not EarlyCancellation.objects.exists()


def test_an_early_cancellation_that_is_taken_back_never_happens(jo: Customer) -> None:
    cancel_order(source="shop", source_id="1", cancelled_at=at(3))
    assert reinstate_order(source="shop", source_id="1") is None
    assert bought(jo, 1).is_counted


def test_a_cancellation_cannot_lie_in_the_future(jo: Customer) -> None:
    bought(jo, 1)
    with pytest.raises(Invalid) as refused:
        cancel_order(source="shop", source_id="1", cancelled_at=datetime(2099, 1, 1, tzinfo=UTC))
    assert list(refused.value.fields) == ["cancelled_at"]
    assert rungs() == [("1", 1, True)]


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        (CountingRule(), ["gift", "staff", "till", "usual", "wholesale"]),
        (CountingRule(count_test=True), ["gift", "staff", "test", "till", "usual", "wholesale"]),
        (CountingRule(count_zero=False), ["staff", "till", "usual", "wholesale"]),
        (CountingRule(leave_out_tags=("staff",)), ["gift", "till", "usual", "wholesale"]),
        (CountingRule(leave_out_channels=("till",)), ["gift", "staff", "usual", "wholesale"]),
        (CountingRule(wholesale_from_minor=90_000), ["gift", "staff", "till", "usual"]),
    ],
)
def test_the_preview_says_what_the_rule_then_does(
    jo: Customer, rule: CountingRule, left: list[str]
) -> None:
    orders: dict[str, dict[str, Any]] = {
        "gift": {"gross_minor": 0},
        "staff": {"tags": ["Staff", "summer"]},
        "test": {"is_test": True},
        "till": {"channel": "till"},
        "usual": {"tags": ["staffed"]},
        "wholesale": {"gross_minor": 90_000},
    }
    for number, (name, fields) in enumerate(orders.items(), start=1):
        record_order(
            source="shop",
            source_id=name,
            customer=jo,
            placed_at=at(number),
            **{"gross_minor": 100, **fields},
        )
    record_refund(
        source="shop", source_id="r", order_ref="wholesale", refunded_at=at(9), amount_minor=7
    )
    foreseen = preview(rule)
    assert foreseen.now.orders == 5
    put_in_force(rule)
    counted = Order.objects.filter(is_counted=True).order_by("source_id")
    assert list(counted.values_list("source_id", flat=True)) == left
    assert foreseen.then.orders == len(left)
    assert foreseen.then.net_minor == net(jo)
    assert foreseen.then.reached == [int(number <= len(left)) for number in range(1, 6)]
    assert foreseen.customers_changed == int(len(left) != 5)
    assert preview(rule).now == foreseen.then


def test_a_changed_rule_reaches_every_order_in_the_background(
    cast: Cast, run_due_work: Any
) -> None:
    with brand_scope(cast.floral):
        refresh_facts(customer_ids=None)
        jo = upsert_customer(email="jo@example.com").customer
        bought(jo, 1, tags=["Staff"])
        bought(jo, 2)
        bought(None, 3, tags=["staff"])
        kept = change_order_rule(CountingRule(leave_out_tags=("staff",)))
        assert kept is not None
        assert (kept.version, kept.judged_up_to) == (2, 0)
        assert judging() is not None
        assert net(jo) == 2000
    run_due_work()
    with brand_scope(cast.floral):
        assert judging() is None
        assert rungs() == [("1", None, False), ("2", 1, True), ("3", None, False)]
        assert net(jo) == 1000
        assert Credit.objects.count() == 1
        assert audit_facts() == Written(0, 0)


def test_the_same_rule_again_changes_nothing(jo: Customer) -> None:
    rule = CountingRule(count_zero=False)
    put_in_force(rule)
    assert change_order_rule(rule) is None
    kept = OrderRule.objects.get()
    assert (kept.version, kept.judged_up_to) == (2, None)
    assert DomainEvent.objects.filter(type="order_rule.changed").count() == 1
    assert counting_rule() == rule


def test_judging_again_writes_nothing(jo: Customer) -> None:
    bought(jo, 1)
    assert judge_orders() == set()
    assert judge_orders(customer_ids=[]) == set()
    Order.objects.update(is_counted=False)
    assert judge_orders(customer_ids=[jo.pk]) == {jo.pk}


def test_orders_after_the_rule_changed_follow_it_at_once(jo: Customer) -> None:
    put_in_force(CountingRule(leave_out_channels=("marketplace",)))
    assert not bought(jo, 1, channel="marketplace").is_counted
    assert bought(jo, 2, channel="web").is_counted
    assert CustomerFacts.objects.get(customer=jo).first_order_on == date(2026, 3, 2)
