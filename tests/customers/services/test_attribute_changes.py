"""An attribute of many customers is changed some at a time, whatever is written meanwhile."""

from typing import Any

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from config.kit.errors import Conflict
from customers import tasks
from customers.models.attributes import AttributeDefinition, AttributeValue
from customers.models.customers import Customer
from customers.models.segments import DirtyCustomer
from customers.selectors import segments
from customers.selectors.attributes import changes_on_their_way
from customers.services import attribute_changes, attribute_kinds
from customers.services.attribute_kinds import Unconvertible, change_attribute, delete_attribute
from customers.services.attributes import define_attribute, set_attributes
from customers.services.customers import Details, upsert_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(floral: Brand, monkeypatch: pytest.MonkeyPatch) -> list[Customer]:
    """Five customers whose size is a text from "1" to "5", which are many; two go at a time."""
    monkeypatch.setattr(attribute_kinds, "MANY", 4)
    monkeypatch.setattr(attribute_changes, "STEP", 2)
    monkeypatch.setattr(attribute_changes, "RUN_SECONDS", 0.0)
    define_attribute(name="size")
    define_attribute(name="other")
    return [_person(number, size=str(number), other="x") for number in range(1, 6)]


def _person(number: int, **attributes: Any) -> Customer:
    details = Details(attributes=attributes)
    return upsert_customer(email=f"p{number}@example.com", details=details).customer


def _size() -> AttributeDefinition:
    return AttributeDefinition.objects.get(name="size")


def _values() -> list[Any]:
    rows = Customer.objects.filter(email__startswith="p").order_by("pk")
    return [attributes.get("size") for attributes in rows.values_list("attributes", flat=True)]


def _turn(brand: Brand, row: AttributeDefinition) -> bool:
    return tasks.change_attribute.run(brand.pk, row.pk) is None


def _finish(brand: Brand, row: AttributeDefinition) -> int:
    """How many turns it took."""
    for turn in range(1, 20):
        if _turn(brand, row):
            return turn
    raise AssertionError("the change never ends")


def test_a_change_goes_through_the_customers_in_turns(floral: Brand, many: list[Customer]) -> None:
    DirtyCustomer.objects.all().delete()
    changed = change_attribute(definition=_size(), kind="number")
    assert (changed.kind, _values()) == ("number", ["1", "2", "3", "4", "5"])
    assert [(c.done, c.total, c.is_going) for c in changes_on_their_way()] == [(0, 5, False)]

    assert not _turn(floral, changed)
    assert _values() == [1, 2, "3", "4", "5"]
    assert [(c.done, c.total) for c in changes_on_their_way()] == [(2, 5)]
    assert _finish(floral, changed) == 3

    assert _values() == [1, 2, 3, 4, 5]
    assert (_size().changing, changes_on_their_way()) == (None, [])
    assert set(DirtyCustomer.objects.values_list("customer_id", flat=True)) == {
        person.pk for person in many
    }
    event = DomainEvent.objects.get(type="attribute.changed")
    assert event.payload == {"customers": 5}
    assert _turn(floral, changed)
    assert DomainEvent.objects.filter(type="attribute.changed").count() == 1


def test_what_is_written_meanwhile_is_of_the_new_kind_and_stays(
    floral: Brand, many: list[Customer]
) -> None:
    changed = change_attribute(definition=_size(), kind="number")
    _turn(floral, changed)
    set_attributes(customer=many[0], given={"size": "70"})
    set_attributes(customer=many[4], given={"size": "90"})
    # What a merge would carry to somebody we have passed.
    Customer.objects.filter(pk=many[1].pk).update(attributes={"size": "8"})
    _finish(floral, changed)
    assert _values() == [70, 8, 3, 4, 90]


def test_numbers_become_money_once_though_both_are_numbers(
    floral: Brand, many: list[Customer]
) -> None:
    row = change_attribute(definition=_size(), kind="number")
    _finish(floral, row)
    row = change_attribute(definition=_size(), kind="money")
    _turn(floral, row)
    _finish(floral, row)
    assert (_size().kind, _values()) == ("money", [100, 200, 300, 400, 500])


def test_values_that_do_not_fit_are_in_the_way_at_once(floral: Brand, many: list[Customer]) -> None:
    set_attributes(customer=many[2], given={"size": "large"})
    with pytest.raises(Unconvertible):
        change_attribute(definition=_size(), kind="number")
    assert (_size().kind, _size().changing) == ("text", None)
    assert _values() == ["1", "2", "large", "4", "5"]


def test_an_attribute_on_its_way_is_not_changed_again(floral: Brand, many: list[Customer]) -> None:
    change_attribute(definition=_size(), kind="number")
    for act in (
        lambda: change_attribute(definition=_size(), kind="text"),
        lambda: delete_attribute(definition=_size()),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "changing"
    assert _size().kind == "number"


def test_segments_are_right_while_values_move_into_their_index(
    floral: Brand, many: list[Customer]
) -> None:
    rule = {"all": [{"kind": "attribute", "field": "custom", "name": "size", "values": ["1", "5"]}]}
    row = change_attribute(definition=_size(), is_promoted=True)
    counts = [segments.count(rule)]
    _turn(floral, row)
    assert AttributeValue.objects.count() == 2
    counts.append(segments.count(rule))
    _finish(floral, row)
    assert AttributeValue.objects.count() == 5
    assert [*counts, segments.count(rule)] == [2, 2, 2]
    _finish(floral, change_attribute(definition=_size(), is_promoted=False))
    assert not AttributeValue.objects.exists()


def test_an_attribute_goes_with_all_its_values_in_turns(
    floral: Brand, many: list[Customer]
) -> None:
    row = _size()
    assert delete_attribute(definition=row) is None
    assert [c.is_going for c in changes_on_their_way()] == [True]
    assert not _turn(floral, row)
    assert _values() == [None, None, "3", "4", "5"]
    # Somebody who has not heard of it yet.
    set_attributes(customer=many[0], given={"size": "7"})
    _finish(floral, row)
    assert _values() == [None] * 5
    assert not AttributeDefinition.objects.filter(name="size").exists()
    assert Customer.objects.filter(attributes__other="x").count() == 5
    assert DomainEvent.objects.get(type="attribute.deleted").payload == {"customers": 5}


def test_the_change_is_wired_to_its_work(
    floral: Brand, many: list[Customer], run_due_work: Any
) -> None:
    change_attribute(definition=_size(), kind="number")
    run_due_work()
    with brand_scope(floral):
        assert _values() == [1, 2, 3, 4, 5]
