"""The page of orders that count: the effect before, the rule after, for those who may."""

from datetime import date

import pytest
from django.test import Client

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from customers.models.orders import Order, OrderRule
from customers.services.facts import refresh_facts
from tests import factories
from tests.conftest import Cast

PAGE = "/b/floral/settings/orders/"
WITHOUT_STAFF = {"count_zero": "on", "leave_out_tags": "Staff, staff ,Test"}


@pytest.fixture
def shop(cast: Cast) -> Brand:
    with brand_scope(cast.floral):
        for number in range(3):
            factories.order(cast.rae, source_id=str(number), on=date(2026, 1, 1 + number))
        Order.objects.filter(source_id="0").update(tags=["STAFF"])
        refresh_facts(customer_ids=None)
    return cast.floral


def test_the_effect_is_shown_and_nothing_is_changed(shop: Brand, ana: Client) -> None:
    answer = ana.post(f"{PAGE}preview/", WITHOUT_STAFF, headers={"HX-Request": "true"})
    found = answer.context["effect"]
    assert (found.now.orders, found.then.orders) == (3, 2)
    assert (found.now.reached, found.then.reached) == ([1, 1, 1, 0, 0], [1, 1, 0, 0, 0])
    assert (found.now.net_minor, found.then.net_minor, found.customers_changed) == (3000, 2000, 1)
    assert b"<html" not in answer.content
    with brand_scope(shop):
        assert not OrderRule.objects.exists()


def test_without_scripts_the_effect_is_a_page(shop: Brand, ana: Client) -> None:
    answer = ana.post(f"{PAGE}preview/", WITHOUT_STAFF)
    assert b"<html" in answer.content
    assert answer.context["effect"].then.orders == 2


def test_a_saved_rule_is_shown_again_with_how_far_it_has_come(shop: Brand, ana: Client) -> None:
    data = {**WITHOUT_STAFF, "leave_out_channels": ["till"], "wholesale_from": "500.50"}
    answer = ana.post(PAGE, data, follow=True)
    page = answer.content.decode()
    assert 'value="staff, test"' in page
    assert 'value="500.50"' in page
    assert "The new rule goes through the orders" in page
    with brand_scope(shop):
        kept = OrderRule.objects.get()
        assert (kept.leave_out_tags, kept.leave_out_channels) == (["staff", "test"], ["till"])
        assert (kept.wholesale_from_minor, kept.count_zero) == (50_050, True)
    assert b"goes through" in ana.get(f"{PAGE}progress/").content


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"leave_out_tags": "x" * 61}, "at most 60 characters"),
        ({"wholesale_from": "-1"}, "greater than or equal to 0"),
        ({"leave_out_channels": ["letter"]}, "letter is not one of"),
    ],
)
def test_what_cannot_be_a_rule_is_said_beside_its_field(
    shop: Brand, ana: Client, data: dict[str, object], words: str
) -> None:
    assert words in ana.post(PAGE, data).content.decode()
    assert (
        words in ana.post(f"{PAGE}preview/", data, headers={"HX-Request": "true"}).content.decode()
    )
    with brand_scope(shop):
        assert not OrderRule.objects.exists()


def test_only_who_edits_the_brand_may(shop: Brand, ben: Client, cleo: Client) -> None:
    for client in (ben, cleo):
        assert client.get(PAGE).status_code == 404
        assert client.post(PAGE, WITHOUT_STAFF).status_code == 404
    with brand_scope(shop):
        assert not OrderRule.objects.exists()
