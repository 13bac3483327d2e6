"""The order rule through the API: read, tried, and put in force, as the page has it."""

from datetime import date

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from customers.models.orders import Order, OrderRule
from customers.services.facts import refresh_facts
from tests import factories
from tests.api import Api, new_key
from tests.conftest import Cast

PATH = "/order-rule"
AT_FIRST = {
    "count_test": False,
    "count_zero": True,
    "leave_out_tags": [],
    "leave_out_channels": [],
    "wholesale_from": None,
    "progress": None,
}


@pytest.fixture
def api(cast: Cast) -> Api:
    with brand_scope(cast.floral):
        for number in range(3):
            factories.order(cast.rae, source_id=str(number), on=date(2026, 1, 1 + number))
        Order.objects.filter(source_id="0").update(tags=["STAFF"])
        refresh_facts(customer_ids=None)
    return Api(new_key(cast.floral, cast.ana))


def test_a_brand_that_never_chose_has_the_rule_of_everybody(api: Api) -> None:
    assert api.get(PATH).json() == AT_FIRST


def test_a_rule_is_tried_without_changing_anything(cast: Cast, api: Api) -> None:
    answer = api.post(f"{PATH}/preview", {"leave_out_tags": ["Staff"]})
    assert answer.json() == {
        "now": {"orders": 3, "net": 3000, "reached": [1, 1, 1, 0, 0]},
        "then": {"orders": 2, "net": 2000, "reached": [1, 1, 0, 0, 0]},
        "customers_changed": 1,
    }
    with brand_scope(cast.floral):
        assert not OrderRule.objects.exists()


def test_a_rule_is_put_in_force_and_figures_follow(cast: Cast, api: Api, run_due_work) -> None:
    said = {
        "leave_out_tags": ["Staff", "staff "],
        "leave_out_channels": ["till", "till"],
        "wholesale_from": 50_050,
    }
    answer = api.put(PATH, said)
    assert answer.status_code == 202
    kept = {
        **AT_FIRST,
        "leave_out_tags": ["staff"],
        "leave_out_channels": ["till"],
        "wholesale_from": 50_050,
    }
    assert answer.json() == {**kept, "progress": {"done": 0, "total": 1}}
    run_due_work()
    assert api.get(PATH).json() == kept
    with brand_scope(cast.floral):
        assert list(Order.objects.order_by("id").values_list("is_counted", flat=True)) == [
            False,
            True,
            True,
        ]

    assert api.put(PATH, said).status_code == 200
    with brand_scope(cast.floral):
        assert DomainEvent.objects.filter(type="order_rule.changed").count() == 1


@pytest.mark.parametrize(
    "said",
    [
        {"wholesale_from": 0},
        {"wholesale_from": "500"},
        {"leave_out_channels": ["space"]},
        {"leave_out_tags": ["x" * 61]},
        {"leave_out_tag": ["staff"]},
    ],
)
def test_what_cannot_be_a_rule_is_refused(cast: Cast, api: Api, said: dict[str, object]) -> None:
    assert api.put(PATH, said).status_code == 422
    assert api.post(f"{PATH}/preview", said).status_code == 422
    with brand_scope(cast.floral):
        assert not OrderRule.objects.exists()


def test_a_key_that_may_record_orders_may_not_say_which_count(cast: Cast) -> None:
    api = Api(new_key(cast.floral, cast.ana, "orders:write"))
    assert api.put(PATH, {}).status_code == 403
    with brand_scope(cast.floral):
        assert not OrderRule.objects.exists()
