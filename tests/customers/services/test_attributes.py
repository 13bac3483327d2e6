"""Typed attributes: declared on first sight, validated, changed only when every value follows."""

from typing import Any

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from config.kit.errors import Conflict, Invalid
from customers.models.attributes import AttributeDefinition, AttributeValue
from customers.models.customers import Customer
from customers.models.segments import DirtyCustomer
from customers.services.attribute_kinds import Unconvertible, change_attribute, delete_attribute
from customers.services.attributes import (
    MAX_DEFINITIONS,
    define_attribute,
    read_attributes,
    refresh_values,
    set_attributes,
)
from customers.services.customers import Details, upsert_customer
from customers.services.segments import create_segment
from tests import factories
from tests.conftest import Cast


def _values(definition: AttributeDefinition) -> list[tuple[str | None, float | None]]:
    return list(definition.values.order_by("customer_id").values_list("text", "number"))


def test_a_name_never_heard_of_becomes_a_text_attribute(floral: Brand) -> None:
    upsert_customer(email="jo@example.com", details=Details(attributes={"tier": "gold"}))
    declared = AttributeDefinition.objects.get()
    assert (declared.name, declared.label, declared.kind) == ("tier", "tier", "text")


def test_values_are_kept_with_their_type(floral: Brand) -> None:
    define_attribute(name="birthday", kind="date")
    define_attribute(name="children", kind="number")
    define_attribute(name="vip", kind="boolean")
    define_attribute(name="limit", kind="money")
    define_attribute(name="size", kind="choice", choices=["S", "L", "l"])
    said = {"birthday": "22/11/1990", "children": "2", "vip": "yes", "limit": "50", "size": "s"}
    customer = upsert_customer(email="jo@example.com", details=Details(attributes=said)).customer
    customer.refresh_from_db()
    assert customer.attributes == {
        "birthday": "1990-11-22",
        "children": 2,
        "vip": True,
        "limit": 5000,
        "size": "S",
    }
    assert DirtyCustomer.objects.filter(customer_id=customer.pk).exists()


def test_each_bad_value_is_named_with_its_place_and_nothing_is_kept(floral: Brand) -> None:
    define_attribute(name="birthday", kind="date")
    define_attribute(name="a/b", kind="number")
    before = Customer.objects.count()
    said = {"birthday": "soon", "a/b": "x", "new": "fine"}
    with pytest.raises(Invalid) as refused:
        upsert_customer(email="jo@example.com", details=Details(attributes=said))
    assert refused.value.fields == {
        "attributes/birthday": "Write a date such as 2026-11-22 or 22/11/2026.",
        "attributes/a~1b": "Write a number such as 1234.5.",
    }
    assert Customer.objects.count() == before


def test_a_brand_has_at_most_a_hundred_attributes(floral: Brand) -> None:
    AttributeDefinition.objects.bulk_create(
        AttributeDefinition(name=f"n{i}", label="n", kind="text") for i in range(MAX_DEFINITIONS)
    )
    for declare in (lambda: define_attribute(name="new"), lambda: read_attributes({"new": "x"})):
        with pytest.raises(Invalid) as refused:
            declare()
        assert refused.value.code == "too_many_attributes"
    assert AttributeDefinition.objects.count() == MAX_DEFINITIONS
    assert read_attributes({"n1": "x", "unknown": ""}) == {"n1": "x", "unknown": None}


def test_a_name_is_taken_once(floral: Brand) -> None:
    define_attribute(name="size")
    with pytest.raises(Conflict):
        define_attribute(name=" size ", kind="number")
    assert AttributeDefinition.objects.get().kind == "text"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "attributes"),
        ({"name": "x" * 41}, "attributes"),
        ({"name": "a", "kind": "colour"}, "kind"),
        ({"name": "a", "kind": "choice"}, "choices"),
        ({"name": "a", "kind": "choice", "choices": [""]}, "choices"),
        ({"name": "a", "kind": "choice", "choices": [str(n) for n in range(201)]}, "choices"),
    ],
)
def test_a_definition_that_cannot_be_kept_is_refused(
    floral: Brand, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        define_attribute(**values)
    assert list(refused.value.fields) == [field]
    assert not AttributeDefinition.objects.exists()


def test_a_kind_changes_when_every_value_can_follow(floral: Brand) -> None:
    size = define_attribute(name="size")
    jo = factories.customer(email="jo@example.com", attributes={"size": "1,200.50"})
    al = factories.customer(email="al@example.com", attributes={"size": "7", "other": "x"})
    factories.customer(email="no@example.com")
    change_attribute(definition=size, kind="number")
    jo.refresh_from_db()
    al.refresh_from_db()
    assert (jo.attributes, al.attributes) == ({"size": 1200.5}, {"size": 7, "other": "x"})
    size.refresh_from_db()
    change_attribute(definition=size, kind="money")
    jo.refresh_from_db()
    assert jo.attributes == {"size": 120050}
    change_attribute(definition=size, kind="text")
    jo.refresh_from_db()
    assert jo.attributes == {"size": "1200.50"}
    assert DomainEvent.objects.filter(type="attribute.changed").count() == 3


def test_a_kind_stays_when_a_value_cannot_follow_and_the_culprits_are_shown(floral: Brand) -> None:
    size = define_attribute(name="size")
    for n, value in enumerate(["7", "big", "big", "tiny"]):
        factories.customer(email=f"p{n}@example.com", attributes={"size": value})
    with pytest.raises(Unconvertible) as refused:
        change_attribute(definition=size, kind="number")
    assert refused.value.message == (
        "3 customers have values that would not fit. Nothing was changed."
    )
    shown = [(failure.value, failure.customers) for failure in refused.value.samples]
    assert shown == [("big", 2), ("tiny", 1)]
    size.refresh_from_db()
    assert size.kind == "text"
    assert sorted(
        Customer.objects.filter(attributes__has_key="size").values_list(
            "attributes__size", flat=True
        )
    ) == ["7", "big", "big", "tiny"]
    assert not DomainEvent.objects.filter(type="attribute.changed").exists()


def test_a_choice_that_is_in_use_stays(floral: Brand) -> None:
    size = define_attribute(name="size", kind="choice", choices=["S", "L"])
    factories.customer(email="jo@example.com", attributes={"size": "S"})
    with pytest.raises(Unconvertible):
        change_attribute(definition=size, choices=["L", "XL"])
    change_attribute(definition=size, choices=["s", "XL"])
    assert Customer.objects.get(email="jo@example.com").attributes == {"size": "s"}


def test_a_promoted_attribute_has_typed_rows_that_follow(cast: Cast, floral: Brand) -> None:
    day = define_attribute(name="birthday", kind="date")
    vip = define_attribute(name="vip", kind="boolean")
    said = {"birthday": "1970-01-11", "vip": "no"}
    jo = upsert_customer(email="jo@example.com", details=Details(attributes=said)).customer
    assert not AttributeValue.objects.exists()
    change_attribute(definition=day, is_promoted=True)
    change_attribute(definition=vip, is_promoted=True)
    assert (_values(day), _values(vip)) == ([(None, 10.0)], [(None, 0.0)])
    set_attributes(customer=jo, given={"birthday": "1970-01-12", "vip": ""})
    assert (_values(day), _values(vip)) == ([(None, 11.0)], [])
    set_attributes(customer=cast.rae, given={"birthday": "1970-01-01"})
    assert _values(day) == [(None, 0.0), (None, 11.0)]
    assert refresh_values(customer_ids=None) == 0
    change_attribute(definition=day, kind="text")
    assert _values(day) == [("1970-01-01", None), ("1970-01-12", None)]
    change_attribute(definition=day, is_promoted=False)
    assert _values(day) == []


def test_saying_the_same_again_changes_nothing(cast: Cast, floral: Brand) -> None:
    assert set_attributes(customer=cast.rae, given={"tier": "gold"})
    DirtyCustomer.objects.all().delete()
    assert not set_attributes(customer=cast.rae, given={"tier": "gold"})
    assert not DirtyCustomer.objects.exists()


RULE = {
    "all": [{"any": [{"kind": "attribute", "field": "custom", "name": "tier", "values": ["gold"]}]}]
}


def test_an_attribute_that_a_segment_asks_for_stays(cast: Cast, floral: Brand) -> None:
    set_attributes(customer=cast.rae, given={"tier": "1"})
    tier = AttributeDefinition.objects.get()
    create_segment(name="Gold people", rule=RULE)
    for act in (
        lambda: delete_attribute(definition=tier),
        lambda: change_attribute(definition=tier, kind="number"),
    ):
        with pytest.raises(Conflict, match="Gold people"):
            act()
    cast.rae.refresh_from_db()
    assert cast.rae.attributes == {"tier": "1"}
    change_attribute(definition=tier, kind="choice", choices=["1"])


def test_a_deleted_attribute_takes_its_values_along(cast: Cast, floral: Brand) -> None:
    set_attributes(customer=cast.rae, given={"tier": "gold", "size": "L"})
    tier = AttributeDefinition.objects.get(name="tier")
    change_attribute(definition=tier, is_promoted=True)
    assert delete_attribute(definition=tier) == 1
    cast.rae.refresh_from_db()
    assert cast.rae.attributes == {"size": "L"}
    assert not AttributeValue.objects.exists()
    assert not AttributeDefinition.objects.filter(name="tier").exists()
