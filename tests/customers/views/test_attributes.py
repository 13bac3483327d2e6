"""Settings: the brand's own attributes."""

from typing import Any

import pytest
from django.test import Client

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from customers.models.attributes import AttributeDefinition
from customers.services import attribute_kinds
from customers.services.attributes import define_attribute, set_attributes
from customers.services.segments import create_segment
from tests.conftest import Cast

LIST = "/b/floral/settings/attributes/"


@pytest.fixture
def size(cast: Cast) -> AttributeDefinition:
    """A text attribute that Rae has a value of."""
    with brand_scope(cast.floral):
        row = define_attribute(name="size", label="Shoe size")
        set_attributes(customer=cast.rae, given={"size": "large"})
        return row


def _stored(brand: Brand) -> AttributeDefinition:
    with brand_scope(brand):
        return AttributeDefinition.objects.get()


def test_an_empty_page_says_what_attributes_are_for(ana: Client) -> None:
    assert "No attributes yet" in ana.get(LIST).content.decode()


def test_an_attribute_is_added(cast: Cast, ana: Client) -> None:
    said = {"name": "size", "label": "", "kind": "choice", "choices": "S\n\n L \nS"}
    assert ana.post(LIST, said)["Location"] == LIST
    row = _stored(cast.floral)
    assert (row.name, row.label, row.kind, row.choices) == ("size", "size", "choice", ["S", "L"])


def test_what_is_wrong_stands_beside_its_field(cast: Cast, ana: Client) -> None:
    page = ana.post(LIST, {"name": "size", "kind": "choice", "choices": ""}).content.decode()
    assert "Give between 1 and 200 choices." in page
    with brand_scope(cast.floral):
        assert not AttributeDefinition.objects.exists()


def test_the_list_shows_how_many_have_a_value(ana: Client, size: AttributeDefinition) -> None:
    page = ana.get(LIST).content.decode()
    assert "Shoe size" in page
    assert '<td class="num" data-label="Customers with a value">1</td>' in page


def test_values_in_the_way_of_another_kind_are_shown(
    cast: Cast, ana: Client, size: AttributeDefinition
) -> None:
    said = {"label": "Size", "kind": "number", "choices": ""}
    page = ana.post(f"{LIST}{size.pk}/", said).content.decode()
    assert "1 customer has a value that would not fit. Nothing was changed." in page
    assert "Write a number such as 1234.5." in page
    assert (_stored(cast.floral).kind, _stored(cast.floral).label) == ("text", "Shoe size")


def test_an_attribute_is_changed_and_deleted(
    cast: Cast, ana: Client, size: AttributeDefinition
) -> None:
    said = {"label": "Size", "kind": "choice", "choices": "large\nsmall", "is_promoted": "on"}
    assert ana.post(f"{LIST}{size.pk}/", said)["Location"] == LIST
    row = _stored(cast.floral)
    assert (row.label, row.choices, row.is_promoted) == ("Size", ["large", "small"], True)
    gone = ana.post(f"{LIST}{size.pk}/delete/", follow=True).content.decode()
    assert "with the values of 1 customer." in gone
    with brand_scope(cast.floral):
        assert not AttributeDefinition.objects.exists()
        cast.rae.refresh_from_db()
        assert cast.rae.attributes == {}


def test_an_attribute_in_a_segment_cannot_be_deleted(
    cast: Cast, ana: Client, size: AttributeDefinition
) -> None:
    leaf = {"kind": "attribute", "field": "custom", "name": "size", "values": ["large"]}
    with brand_scope(cast.floral):
        create_segment(name="Big feet", rule={"all": [leaf]})
    page = ana.post(f"{LIST}{size.pk}/delete/", follow=True).content.decode()
    assert "Big feet" in page
    assert _stored(cast.floral) == size


def test_a_change_of_many_customers_shows_how_far_it_is(
    ana: Client, size: AttributeDefinition, monkeypatch: pytest.MonkeyPatch, run_due_work: Any
) -> None:
    monkeypatch.setattr(attribute_kinds, "MANY", 0)
    said = {"label": "Size", "kind": "choice", "choices": "Large\nsmall"}
    page = ana.post(f"{LIST}{size.pk}/", said, follow=True).content.decode()
    assert "The values of your customers follow in the background." in page
    assert "“Size” is changed" in page
    assert "is being changed just now" in ana.get(f"{LIST}{size.pk}/").content.decode()
    part = ana.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert ("“Size” is changed" in part, "<html" in part) == (True, False)
    run_due_work()
    assert ana.get(LIST, headers={"HX-Request": "true"}).content.decode().strip() == ""
    gone = ana.post(f"{LIST}{size.pk}/delete/", follow=True).content.decode()
    assert "“Size” goes from all customers" in gone
    run_due_work()
    assert "No attributes yet" in ana.get(LIST).content.decode()
