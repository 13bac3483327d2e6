"""Several addresses, phones and ids per customer, each of one customer only."""

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from config.kit.errors import Conflict, Invalid
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.models.segments import DirtyCustomer
from customers.services.customers import Details, upsert_customer
from customers.services.identities import add_identity, make_primary, remove_identity
from tests import factories
from tests.conftest import Cast


def _known_as(customer: Customer) -> list[tuple[str, str]]:
    return list(customer.identities.order_by("id").values_list("kind", "value_norm"))


def test_a_customer_can_have_several_of_each_and_one_main_of_each(
    cast: Cast, floral: Brand
) -> None:
    second = add_identity(customer=cast.rae, kind="email", value="Rae@Work.example")
    add_identity(customer=cast.rae, kind="phone", value="020 7946 0958")
    add_identity(customer=cast.rae, kind="phone", value="+49 30 901820")
    add_identity(customer=cast.rae, kind="external", value="77", source="till")
    cast.rae.refresh_from_db()
    assert (cast.rae.email, cast.rae.phone) == ("rae@example.com", "+442079460958")
    assert _known_as(cast.rae) == [
        ("email", "rae@example.com"),
        ("email", "rae@work.example"),
        ("phone", "+442079460958"),
        ("phone", "+4930901820"),
        ("external", "77"),
    ]
    make_primary(identity=second)
    cast.rae.refresh_from_db()
    assert (cast.rae.email, cast.rae.email_norm) == ("Rae@Work.example", "rae@work.example")
    assert upsert_customer(email="rae@work.example").customer == cast.rae
    assert DirtyCustomer.objects.filter(customer_id=cast.rae.pk).exists()


def test_whether_an_address_is_a_stand_in_follows_the_main_one(cast: Cast, floral: Brand) -> None:
    own = cast.rae.identities.get(kind="email")
    relay = add_identity(
        customer=cast.rae, kind="email", value="x1@marketplace.amazon.de", is_primary=True
    )
    assert Customer.objects.get(pk=cast.rae.pk).is_relay
    make_primary(identity=own)
    assert not Customer.objects.get(pk=cast.rae.pk).is_relay
    make_primary(identity=relay)
    remove_identity(identity=relay)
    rae = Customer.objects.get(pk=cast.rae.pk)
    assert (rae.email_norm, rae.is_relay) == ("rae@example.com", False)


def test_the_same_name_again_is_no_mistake(cast: Cast, floral: Brand) -> None:
    add_identity(customer=cast.rae, kind="email", value="RAE@example.com")
    assert len(_known_as(cast.rae)) == 1
    assert not DomainEvent.objects.filter(type="customer.changed").exists()


def test_a_name_of_somebody_else_is_refused(cast: Cast, floral: Brand) -> None:
    jo = factories.customer(email="jo@example.com")
    with pytest.raises(Conflict) as refused:
        add_identity(customer=jo, kind="email", value="rae@example.com", is_primary=True)
    assert refused.value.code == "belongs_to_another"
    jo.refresh_from_db()
    assert (jo.email, len(_known_as(jo)), len(_known_as(cast.rae))) == ("jo@example.com", 1, 1)


@pytest.mark.parametrize(
    ("kind", "value", "source", "field"),
    [
        ("email", "nonsense", "", "email"),
        ("phone", "12", "", "phone"),
        ("external", "7", "", "source"),
        ("fax", "7", "", "kind"),
    ],
)
def test_what_cannot_be_a_name_is_refused(
    cast: Cast, floral: Brand, kind: str, value: str, source: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add_identity(customer=cast.rae, kind=kind, value=value, source=source)
    assert list(refused.value.fields) == [field]
    assert len(_known_as(cast.rae)) == 1


def test_when_the_main_address_goes_the_next_takes_its_place(cast: Cast, floral: Brand) -> None:
    add_identity(customer=cast.rae, kind="email", value="rae@work.example")
    remove_identity(identity=Identity.objects.get(value_norm="rae@example.com"))
    cast.rae.refresh_from_db()
    assert (cast.rae.email, cast.rae.email_norm) == ("rae@work.example", "rae@work.example")
    phone = add_identity(customer=cast.rae, kind="phone", value="020 7946 0958")
    remove_identity(identity=phone)
    cast.rae.refresh_from_db()
    assert cast.rae.phone == ""


def test_the_last_name_stays(cast: Cast, floral: Brand) -> None:
    with pytest.raises(Conflict) as refused:
        remove_identity(identity=Identity.objects.get())
    assert refused.value.code == "last_identity"
    assert len(_known_as(cast.rae)) == 1


def test_a_merged_record_gets_no_new_names(cast: Cast, floral: Brand) -> None:
    jo = factories.customer(email="jo@example.com")
    Customer.objects.filter(pk=jo.pk).update(merged_into=cast.rae)
    with pytest.raises(Conflict) as refused:
        add_identity(customer=jo, kind="email", value="new@example.com")
    assert refused.value.code == "not_in_use"
    assert len(_known_as(jo)) == 1


def test_a_phone_is_kept_in_its_normal_form_and_stays_with_who_had_it_first(floral: Brand) -> None:
    details = Details(phone="020 7946 0958")
    first = upsert_customer(email="a@example.com", details=details).customer
    second = upsert_customer(email="b@example.com", details=details).customer
    assert (first.phone, second.phone) == ("+442079460958", "+442079460958")
    assert Identity.objects.get(kind="phone").customer == first
    assert not upsert_customer(email="b@example.com", details=details).changed
    german = Details(phone="030 901820", country="DE")
    assert upsert_customer(email="c@example.com", details=german).customer.phone == "+4930901820"


def test_a_phone_that_cannot_be_read_stays_as_it_was_typed(floral: Brand) -> None:
    made = upsert_customer(email="a@example.com", details=Details(phone="call mum"))
    assert made.customer.phone == "call mum"
    assert not Identity.objects.filter(kind="phone").exists()
