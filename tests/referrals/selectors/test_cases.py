"""What a decision weighs is gathered for many orders at the price of one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models.orders import Order
from customers.services.products import NewLine
from referrals.models.programmes import Advocate
from referrals.selectors.cases import book, facts_of
from referrals.selectors.ties import ties
from referrals.services.advocates import current_code
from referrals.services.qualifying import leave_code_touches

pytestmark = pytest.mark.django_db
Place = Callable[..., Order]


def _queries(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def test_ten_orders_cost_as_many_queries_as_one(advocate: Advocate, friend_orders: Place) -> None:
    code = current_code(advocate).code
    line = NewLine(sku="rose", category="Flowers", total_minor=4_000)
    ids = [friend_orders(f"f{n}@gmail.com", codes=[code], lines=[line]).pk for n in range(10)]
    leave_code_touches(ids)
    one, ten = ties(ids[:1]), ties(ids)
    assert (len(one), len(ten)) == (1, 10)
    assert _queries(lambda: book(one)) == _queries(lambda: book(ten)) <= 14


def test_facts_are_what_conditions_look_at(advocate: Advocate, friend_orders: Place) -> None:
    code = current_code(advocate).code
    line = NewLine(sku="rose", category="Flowers", total_minor=4_000)
    first = friend_orders("fay@example.com", codes=[code], lines=[line], channel="web")
    second = friend_orders("fay@example.com", codes=["SUMMER10"], tags=["gift"])
    facts = facts_of([first.pk, second.pk])
    assert (facts[first.pk].number, facts[second.pk].number) == (1, 2)
    assert (facts[first.pk].products, facts[first.pk].categories) == ({"rose"}, {"Flowers"})
    assert (facts[first.pk].channel, facts[first.pk].has_other_code) == ("web", False)
    assert (facts[second.pk].tags, facts[second.pk].has_other_code) == (["gift"], True)
