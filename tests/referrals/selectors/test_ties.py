"""Which orders something ties to an advocate: by name, by person, by mailbox, by visitor."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from config.kit.clock import now
from customers.models.orders import Order
from customers.services.merges import merge_customers
from referrals.models.links import TouchKind
from referrals.models.programmes import Advocate
from referrals.selectors.keys import friend_key
from referrals.selectors.ties import ties
from referrals.services.touches import Trace, record_touch
from tests import factories
from tests.referrals.rules.test_identity import PAIRS

pytestmark = pytest.mark.django_db
Place = Callable[..., Order]


def _found(*orders: Order) -> set[tuple[int, int]]:
    return {(tie.order_id, tie.touch_id) for tie in ties([order.pk for order in orders])}


def test_sql_knows_the_same_mailboxes_as_the_rule(advocate: Advocate) -> None:
    at = now() - timedelta(days=1)
    touches = {
        record_touch(advocate, kind=TouchKind.CLAIM, email_norm=claimed, at=at).pk: claimed
        for claimed in {one for one, _, _ in PAIRS}
    }
    orders = {}
    for number, bought in enumerate(sorted({other for _, other, _ in PAIRS})):
        person = factories.customer(email=bought)
        order = factories.order(person, source_id=str(number), on=now().date() + timedelta(days=1))
        orders[order.pk] = bought

    tied = {(orders[tie.order_id], touches[tie.touch_id]) for tie in ties(list(orders))}

    assert tied == {
        (bought, claimed)
        for bought in orders.values()
        for claimed in touches.values()
        if friend_key(bought) == friend_key(claimed)
    }


def test_a_visitor_whom_the_order_names_came_through_the_link_before(
    advocate: Advocate, friend_orders: Place
) -> None:
    then = now() - timedelta(days=2)
    visit = record_touch(advocate, kind=TouchKind.VISIT, trace=Trace(visitor="v-1"), at=then)
    record_touch(advocate, kind=TouchKind.VISIT, trace=Trace(visitor="v-2"), at=then)
    order = friend_orders("fay@example.com", source_id="A-1")
    told = record_touch(
        advocate,
        kind=TouchKind.VISIT,
        trace=Trace(visitor="v-1"),
        order_source="shop",
        order_ref="A-1",
    )
    assert _found(order) == {(order.pk, visit.pk), (order.pk, told.pk)}


def test_a_touch_after_the_order_or_of_a_machine_or_of_another_order_ties_nothing(
    advocate: Advocate, friend_orders: Place
) -> None:
    order = friend_orders("fay@example.com")
    fay = order.customer
    assert fay is not None
    before = now() - timedelta(days=1)
    record_touch(advocate, kind=TouchKind.VISIT, customer=fay)
    record_touch(
        advocate, kind=TouchKind.VISIT, customer=fay, at=before, trace=Trace(is_machine=True)
    )
    record_touch(
        advocate, kind=TouchKind.CODE, customer=fay, at=before, order_source="shop", order_ref="X"
    )
    record_touch(advocate, kind=TouchKind.VIEW, customer=fay, at=before)
    assert _found(order) == set()


def test_touches_of_a_merged_record_are_the_persons(
    advocate: Advocate, friend_orders: Place
) -> None:
    gone = factories.customer(email="fay.old@example.org")
    touch = record_touch(
        advocate, kind=TouchKind.VISIT, customer=gone, at=now() - timedelta(days=1)
    )
    order = friend_orders("fay@example.com")
    assert order.customer is not None
    merge_customers(kept=order.customer, gone=gone)
    assert _found(order) == {(order.pk, touch.pk)}
