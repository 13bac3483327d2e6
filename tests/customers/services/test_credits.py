"""Credits: each piece of net revenue has one source, and together they are the net revenue."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models.brands import Brand
from config.kit.errors import Invalid
from customers.models.credits import Credit, CreditClaim
from customers.models.customers import Customer, CustomerFacts
from customers.models.orders import Order, Refund
from customers.models.products import CategoryMapping
from customers.rules.counting import CountingRule
from customers.services.credits import (
    CreditsWritten,
    claim_credit,
    claim_credits,
    credit_orders,
    withdraw_claim,
    withdraw_claims,
)
from customers.services.customers import upsert_customer
from customers.services.facts import Written, audit_facts
from customers.services.order_rules import carry_rule_through, change_order_rule
from customers.services.orders import cancel_order, record_order, reinstate_order
from customers.services.products import NewLine
from customers.services.refunds import record_refund

NOTHING = CreditsWritten(0, 0, 0)
ROSES = NewLine(sku="rose", category="Flowers", total_minor=1000)
TULIPS = NewLine(sku="tulip", category="Flowers", total_minor=700)
CARD = NewLine(sku="card", category="Cards", total_minor=250)
RIBBON = NewLine(sku="ribbon", total_minor=100)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def bought(customer: Customer | None, number: int, *lines: NewLine, **fields: Any) -> Order:
    return record_order(
        source="shop",
        source_id=str(number),
        customer=customer,
        placed_at=START + timedelta(days=number),
        lines=lines,
        **fields,
    ).order


def returned(number: int, minor: int, *lines: NewLine, **fields: Any) -> Refund:
    return record_refund(
        source="shop",
        source_id=f"r{number}",
        refunded_at=START + timedelta(days=50 + number),
        amount_minor=minor,
        lines=lines,
        **fields,
    ).refund


def by_source() -> dict[str, int]:
    sums: Counter[str] = Counter()
    for source, minor in Credit.objects.values_list("source", "amount_minor"):
        sums[source] += minor
    return dict(sums)


def test_a_first_order_is_first_and_later_ones_are_repeat(jo: Customer) -> None:
    bought(jo, 1, ROSES, CARD)
    bought(jo, 2, ROSES)
    assert by_source() == {"first": 1250, "repeat": 1000}
    assert credit_orders() == NOTHING


def test_a_line_in_a_new_category_is_cross_sell_from_the_second_order_on(jo: Customer) -> None:
    bought(jo, 1, ROSES)
    bought(jo, 2, TULIPS, CARD, RIBBON)
    bought(jo, 3, CARD)
    assert by_source() == {"first": 1000, "cross_sell": 250, "repeat": 700 + 100 + 250}


def test_an_earlier_order_that_comes_late_takes_the_credit_with_it(jo: Customer) -> None:
    bought(jo, 2, CARD)
    bought(jo, 3, ROSES)
    assert by_source() == {"first": 250, "cross_sell": 1000}
    bought(jo, 1, TULIPS)
    assert by_source() == {"first": 700, "cross_sell": 250, "repeat": 1000}


def test_a_mapped_category_counts_in_place_of_the_shops_own(jo: Customer) -> None:
    CategoryMapping.objects.create(shop_category="Cards", category="Flowers")
    bought(jo, 1, ROSES)
    bought(jo, 2, CARD)
    assert by_source() == {"first": 1000, "repeat": 250}


def test_what_no_line_explains_follows_the_order(jo: Customer) -> None:
    bought(jo, 1, ROSES, gross_minor=1500)
    bought(jo, 2, ROSES, CARD, gross_minor=1150)
    assert by_source() == {"first": 1500, "repeat": 1000 - 100, "cross_sell": 250}


def test_nobody_known_is_unattributed(floral: Brand) -> None:
    bought(None, 1, ROSES)
    assert by_source() == {"unattributed": 1000}


def test_a_claim_on_a_line_goes_before_one_on_the_order_and_a_venture_before_a_referral(
    jo: Customer,
) -> None:
    order = bought(jo, 1, ROSES, CARD)
    claim_credit(order=order, source="referral", claimant="referral:1")
    assert by_source() == {"referral": 1250}
    claim_credit(order=order, source="joint_venture", claimant="offer:1")
    assert by_source() == {"joint_venture": 1250}
    claim_credit(order=order, source="referral", claimant="referral:1", line_position=2)
    assert by_source() == {"joint_venture": 1000, "referral": 250}
    assert withdraw_claim(order=order, source="joint_venture", claimant="offer:1")
    assert not withdraw_claim(order=order, source="joint_venture", claimant="offer:1")
    assert by_source() == {"referral": 1250}
    claim_credit(order=order, source="joint_venture", claimant="offer:1")
    assert (by_source(), CreditClaim.objects.count()) == (
        {"joint_venture": 1000, "referral": 250},
        3,
    )


def test_a_guests_order_can_be_claimed(floral: Brand) -> None:
    order = bought(None, 1, ROSES)
    claim_credit(order=order, source="joint_venture", claimant="voucher:7")
    assert by_source() == {"joint_venture": 1000}


def test_many_orders_are_claimed_and_withdrawn_at_once(jo: Customer) -> None:
    orders = [bought(jo, number, ROSES) for number in (1, 2, 3)]
    claimants = {order.pk: f"referral:{order.pk}" for order in orders[:2]}
    for _ in range(2):
        claim_credits(source="referral", claimants=claimants)
        assert by_source() == {"referral": 2000, "repeat": 1000}
        assert CreditClaim.objects.count() == 2
    with pytest.raises(Invalid):
        claim_credits(source="repeat", claimants={orders[2].pk: "x"})
    assert (
        withdraw_claims(source="referral", claimants={orders[0].pk: claimants[orders[1].pk]}) == 0
    )
    assert withdraw_claims(source="referral", claimants=claimants) == 2
    assert withdraw_claims(source="referral", claimants=claimants) == 0
    assert by_source() == {"first": 1000, "repeat": 2000}
    claim_credits(source="referral", claimants=claimants)
    assert by_source() == {"referral": 2000, "repeat": 1000}


@pytest.mark.parametrize(("source", "claimant"), [("repeat", "x"), ("referral", "")])
def test_a_claim_that_cannot_be_is_refused_and_nothing_is_written(
    jo: Customer, source: str, claimant: str
) -> None:
    order = bought(jo, 1, ROSES)
    with pytest.raises(Invalid):
        claim_credit(order=order, source=source, claimant=claimant)
    assert (by_source(), CreditClaim.objects.count()) == ({"first": 1000}, 0)


def test_a_refund_goes_back_to_its_lines_and_the_rest_to_all(jo: Customer) -> None:
    bought(jo, 1, ROSES)
    bought(jo, 2, ROSES, CARD)
    returned(1, 250, CARD, order_ref="2")
    assert by_source() == {"first": 1000, "repeat": 1000, "cross_sell": 0}
    # Pro rata of 1000 to 250, in whole pennies: 3 : 0.75 is 80 % and 20 % of 4.
    returned(2, 4, order_ref="2")
    assert by_source() == {"first": 1000, "repeat": 997, "cross_sell": -1}


def test_a_refund_whose_lines_say_more_than_its_amount_is_taken_as_a_whole(jo: Customer) -> None:
    bought(jo, 1, ROSES)
    bought(jo, 2, ROSES, CARD)
    returned(1, 100, CARD, order_ref="2")
    assert by_source() == {"first": 1000, "repeat": 920, "cross_sell": 230}


def test_a_refund_without_order_is_taken_from_the_last_order_before_it(jo: Customer) -> None:
    bought(jo, 1, ROSES)
    bought(jo, 2, TULIPS)
    returned(1, 300, customer=jo)
    assert by_source() == {"first": 1000, "repeat": 400}
    bought(jo, 99, TULIPS, CARD)
    assert by_source() == {"first": 1000, "repeat": 1100, "cross_sell": 250}


def test_a_refund_of_somebody_without_orders_is_unattributed(jo: Customer) -> None:
    returned(1, 300, customer=jo)
    assert by_source() == {"unattributed": -300}


def test_a_refund_of_an_order_without_money_stays_with_its_rung(jo: Customer) -> None:
    bought(jo, 1)
    bought(jo, 2)
    returned(1, 30, order_ref="1")
    returned(2, 50, order_ref="2")
    assert by_source() == {"first": -30, "repeat": -50}


def test_a_second_run_writes_nothing_and_a_lost_row_comes_back(jo: Customer) -> None:
    bought(jo, 1, ROSES, CARD)
    returned(1, 300, order_ref="1")
    assert credit_orders(customer_ids=[jo.pk]) == NOTHING
    assert credit_orders() == NOTHING
    Credit.objects.filter(refund=None, line_position=2).delete()
    Credit.objects.filter(refund=None, line_position=1).update(source="repeat", rule_version=0)
    Credit.objects.create(
        order_id=None, customer=jo, source="first", amount_minor=5, on=START, rule_version=1
    )
    assert credit_orders(customer_ids=[jo.pk]) == CreditsWritten(1, 1, 1)
    assert by_source() == {"first": 950}


SKUS = {"rose": "Flowers", "tulip": "Flowers", "card": "Cards", "ribbon": ""}
lines = st.builds(
    lambda sku, minor: NewLine(sku=sku, category=SKUS[sku], total_minor=minor),
    st.sampled_from(sorted(SKUS)),
    st.integers(-50, 2000),
)
numbers = st.integers(1, 6)
acts = st.one_of(
    st.tuples(
        st.just("order"),
        numbers,
        st.integers(0, 2),
        st.lists(lines, max_size=4),
        st.integers(0, 99),
    ),
    st.tuples(
        st.just("refund"),
        numbers,
        st.integers(0, 6),
        st.lists(lines, max_size=2),
        st.integers(0, 2500),
    ),
    st.tuples(st.sampled_from(["cancel", "reinstate"]), numbers),
    st.tuples(
        st.sampled_from(["claim", "withdraw"]),
        numbers,
        st.sampled_from(["referral", "joint_venture"]),
        st.sampled_from([None, 1, 2, 9]),
    ),
    st.tuples(st.just("rule"), st.booleans()),
)


def act(act: tuple[Any, ...], people: list[Customer | None]) -> None:
    kind, *rest = act
    if kind == "order":
        number, who, items, extra = rest
        gross = max(0, sum(item.total_minor for item in items) + extra)
        bought(people[who], number, *items, gross_minor=gross, tags=["staff"] * (number == 3))
    elif kind == "refund":
        number, order, items, minor = rest
        kept = [item for item in items if item.total_minor >= 0]
        ref = {"order_ref": str(order)} if order else {"customer": people[number % 3]}
        returned(number, minor, *kept, **ref)
    elif kind == "rule":
        change_order_rule(CountingRule(leave_out_tags=("staff",) * rest[0]))
        carry_rule_through(brand_id=Order().brand_id)
    elif kind in {"cancel", "reinstate"}:
        at = {"cancelled_at": START} if kind == "cancel" else {}
        {"cancel": cancel_order, "reinstate": reinstate_order}[kind](
            source="shop", source_id=str(rest[0]), **at
        )
    elif order := Order.objects.filter(source_id=str(rest[0])).first():
        do = {"claim": claim_credit, "withdraw": withdraw_claim}[kind]
        do(order=order, source=rest[1], claimant="x", line_position=rest[2])


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(acts, min_size=1, max_size=14))
def test_credits_are_the_net_revenue_to_the_minor_unit_whatever_happens(
    jo: Customer, happened: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        people = [jo, upsert_customer(email="ann@example.com").customer, None]
        for one in happened:
            act(one, people)
        net: Counter[Any] = Counter()
        for day, minor in Order.objects.filter(is_counted=True).values_list(
            "placed_on", "gross_minor"
        ):
            net[day] += minor
        for day, minor in Refund.objects.filter(is_counted=True).values_list(
            "refunded_on", "amount_minor"
        ):
            net[day] -= minor
        credited: Counter[Any] = Counter()
        for day, minor in Credit.objects.values_list("on", "amount_minor"):
            credited[day] += minor
        assert +credited == +net
        assert -credited == -net
        for facts in CustomerFacts.objects.all():
            mine = Credit.objects.filter(customer_id=facts.customer_id)
            assert sum(mine.values_list("amount_minor", flat=True)) == facts.net_minor
        assert Credit.objects.filter(amount_minor=0).count() == 0
        assert audit_facts() == Written(0, 0)
        assert credit_orders() == NOTHING
        transaction.set_rollback(True)
