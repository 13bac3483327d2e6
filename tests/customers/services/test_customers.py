"""Upserting customers: normal forms, merging of what is known, and many at once."""

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from config.kit.errors import Conflict, Invalid
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.services.customers import Details, upsert_customer
from tests.conftest import Cast
from tests.crowds import at_once


def test_a_new_customer_is_known_by_its_address_in_normal_form(floral: Brand) -> None:
    made = upsert_customer(
        email=" Jo.Bloggs@EXÄMPLE.com ", details=Details(first_name="Jo", last_name="Bloggs")
    )
    customer = made.customer
    assert made.created
    assert customer.email == "Jo.Bloggs@EXÄMPLE.com"
    assert customer.email_norm == "jo.bloggs@xn--exmple-cua.com"
    assert customer.name_norm == "jo bloggs"
    identity = customer.identities.get()
    assert (identity.kind, identity.value_norm) == ("email", "jo.bloggs@xn--exmple-cua.com")
    assert DomainEvent.objects.get(type="customer.created").subject_id == customer.pk


def test_the_same_address_in_another_spelling_is_the_same_customer(floral: Brand) -> None:
    first = upsert_customer(email="jo@example.com").customer
    again = upsert_customer(email="JO@Example.COM", details=Details(city="Leeds"))
    assert (again.customer.pk, again.created, again.changed) == (first.pk, False, True)
    first.refresh_from_db()
    assert (first.city, first.email) == ("Leeds", "JO@Example.COM")


def test_saying_the_same_again_changes_nothing(floral: Brand) -> None:
    details = Details(first_name="Jo", attributes={"tier": "gold"})
    first = upsert_customer(email="jo@example.com", external_id="7", details=details)
    again = upsert_customer(email="jo@example.com", external_id="7", details=details)
    assert (again.created, again.changed) == (False, False)
    again.customer.refresh_from_db()
    assert again.customer.updated_at == first.customer.updated_at
    assert DomainEvent.objects.filter(type="customer.changed").count() == 0


def test_the_external_id_goes_before_the_address(floral: Brand) -> None:
    first = upsert_customer(email="old@example.com", external_id="7").customer
    moved = upsert_customer(email="new@example.com", external_id="7").customer
    assert moved.pk == first.pk
    assert moved.email == "new@example.com"
    assert upsert_customer(email="old@example.com").customer.pk == first.pk


def test_an_id_and_an_address_of_two_customers_are_refused(floral: Brand) -> None:
    upsert_customer(external_id="7")
    upsert_customer(email="jo@example.com")
    with pytest.raises(Conflict) as refused:
        upsert_customer(email="jo@example.com", external_id="7", details=Details(city="Leeds"))
    assert refused.value.code == "two_customers"
    assert not Customer.objects.filter(city="Leeds").exists()


def test_none_leaves_a_field_and_empty_takes_it_away(floral: Brand) -> None:
    upsert_customer(
        email="jo@example.com",
        details=Details(city="Leeds", country="GB", attributes={"a": "1", "b": "2"}),
    )
    changed = upsert_customer(
        email="jo@example.com", details=Details(city="", attributes={"a": "", "c": "3"})
    ).customer
    changed.refresh_from_db()
    assert (changed.city, changed.country) == ("", "United Kingdom")
    assert changed.attributes == {"b": "2", "c": "3"}


@pytest.mark.parametrize(
    ("email", "external_id", "details", "field"),
    [
        ("", "", Details(), "email"),
        ("no address", "", Details(), "email"),
        ("a" * 65 + "@example.com", "", Details(), "email"),
        ("a\x00@example.com", "", Details(), "email"),
        ("", "id\ud800", Details(), "external_id"),
        ("", "x" * 255, Details(), "external_id"),
        ("jo@example.com", "", Details(first_name="J\x07o"), "first_name"),
        ("jo@example.com", "", Details(city="x" * 81), "city"),
        ("jo@example.com", "", Details(attributes={"x" * 41: "1"}), "attributes"),
        ("jo@example.com", "", Details(attributes={"x": "1" * 501}), "attributes/x"),
        (
            "jo@example.com",
            "",
            Details(attributes=dict.fromkeys(map(str, range(51)), "1")),
            "attributes",
        ),
    ],
)
def test_text_that_cannot_be_kept_is_refused_and_nothing_is_written(
    floral: Brand, email: str, external_id: str, details: Details, field: str
) -> None:
    before = Customer.objects.count()
    with pytest.raises(Invalid) as refused:
        upsert_customer(email=email, external_id=external_id, details=details)
    assert list(refused.value.fields) == [field]
    assert Customer.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_twenty_upserts_of_one_customer_at_once_make_one(cast: Cast) -> None:
    def upsert(number: int) -> None:
        with brand_scope(cast.floral):
            upsert_customer(
                email="jo@example.com",
                external_id="7",
                details=Details(attributes={f"n{number}": "1"}),
            )

    at_once(upsert, range(20))
    with brand_scope(cast.floral):
        customer = Customer.objects.get(email_norm="jo@example.com")
        assert len(customer.attributes) == 20
        assert Identity.objects.filter(customer=customer).count() == 2
        assert DomainEvent.objects.filter(type="customer.created").count() == 1
