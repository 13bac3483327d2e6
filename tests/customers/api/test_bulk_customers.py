from datetime import UTC, datetime

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from config.kit import ids
from customers.models.attributes import AttributeDefinition, AttributeValue
from customers.models.consents import Consent, ConsentState, Suppression
from customers.models.customers import Customer, CustomerFacts
from customers.models.identities import Identity
from customers.models.segments import DirtyCustomer
from customers.selectors.erasure import hash_of
from customers.services.customers import Details, upsert_customer
from tests import factories
from tests.api import Api, new_key


def statuses(answer):
    return [result["status"] for result in answer.json()["results"]]


def everything():
    """All that is known of the brand's customers, without ids and instants."""
    people = {}
    for customer in Customer.objects.order_by("pk"):
        people[customer.pk] = (
            customer.email,
            customer.email_norm,
            customer.name_norm,
            customer.first_name,
            customer.last_name,
            customer.phone,
            customer.country,
            customer.city,
            customer.language,
            customer.attributes,
            customer.is_relay,
            sorted(customer.identities.values_list("kind", "source", "value", "value_norm")),
            sorted(Consent.objects.filter(customer=customer).values_list("status", "basis", "at")),
            list(
                ConsentState.objects.filter(customer=customer).values_list("status", "basis", "at")
            ),
            CustomerFacts.objects.filter(customer=customer).count(),
        )
    return list(people.values())


def test_many_customers_are_added_and_changed_in_one_call(cast, api):
    answer = api.post(
        "/customers/bulk",
        [
            {
                "email": "Ann@Example.com",
                "first_name": "Ann",
                "country": "GB",
                "phone": "020 7946 0958",
            },
            {"email": "rae@example.com", "external_id": "r-1", "city": "Leeds"},
            {"email": "rae@example.com"},
            {"first_name": "Nobody"},
        ],
    )

    assert answer.status_code == 200, answer.content
    assert statuses(answer) == ["created", "updated", "unchanged", "error"]
    with brand_scope(cast.floral):
        ann = Customer.objects.get(email_norm="ann@example.com")
        rae = Customer.objects.get(pk=cast.rae.pk)
        assert (ann.email, ann.phone, ann.name_norm) == ("Ann@Example.com", "+442079460958", "ann")
        assert (rae.city, rae.first_name, ann.country) == ("Leeds", "Rae", "United Kingdom")
        assert set(ann.identities.values_list("kind", "value_norm")) == {
            ("email", "ann@example.com"),
            ("phone", "+442079460958"),
        }
        assert Identity.objects.get(value_norm="r-1").customer_id == rae.pk
        assert CustomerFacts.objects.filter(customer=ann).exists()
        assert {ann.pk, rae.pk} <= set(DirtyCustomer.objects.values_list("customer_id", flat=True))
        told = DomainEvent.objects.get(type="customers.upserted")
        assert told.payload == {"created_ids": [ann.pk], "changed_ids": [rae.pk]}
    assert answer.json()["results"][0]["id"] == ids.encode("cus", ann.uid)


MANY = [
    {"email": "a@example.com", "external_id": "1", "first_name": "A"},
    {"external_id": "1", "last_name": "Able", "attributes": {"tier": "gold"}},
    {"email": "b@example.com", "attributes": {"tier": "", "size": "3"}},
    {"email": "new@example.com", "external_id": "1"},
    {"email": "a@example.com", "first_name": "Anna"},
    {"email": "x@marketplace.amazon.co.uk"},
    {"email": "c@example.com", "consent": {"status": "granted"}},
    {"email": "c@example.com", "consent": {"status": "withdrawn", "at": "2026-02-01T00:00:00Z"}},
    {"external_id": "9", "phone": "not a number", "country": "GB"},
    {"external_id": "8", "phone": "+44 20 7946 0958"},
    {"external_id": "7", "phone": "020 7946 0958", "country": "GB"},
]


def test_a_call_of_many_says_and_does_what_many_calls_of_one_do(cast):
    many, single = (Api(new_key(brand, cast.ana)) for brand in (cast.floral, cast.grocer))
    with brand_scope(cast.grocer):
        factories.customer(email="rae@example.com", first_name="Rae", last_name="Winter")

    together = many.post("/customers/bulk", MANY)
    apart = [single.post("/customers", one).status_code for one in MANY]

    assert apart == [201, 200, 201, 200, 200, 201, 201, 200, 201, 201, 201]
    assert statuses(together) == [
        *("created", "updated", "created", "updated", "updated", "created", "created"),
        *("unchanged", "created", "created", "created"),
    ]
    with brand_scope(cast.floral):
        left = [tuple(map(_rounded, row)) for row in everything()]
    with brand_scope(cast.grocer):
        right = [tuple(map(_rounded, row)) for row in everything()]
    assert left == right


def _rounded(value):
    """Instants of now differ between the calls."""
    if isinstance(value, datetime):
        return "now" if value > datetime(2026, 10, 1, tzinfo=UTC) else value
    return [_rounded(part) for part in value] if isinstance(value, list | tuple) else value


def test_told_again_nothing_changes(cast, api):
    api.post("/customers/bulk", MANY)
    with brand_scope(cast.floral):
        before = everything()
        events = DomainEvent.objects.count()

    again = api.post("/customers/bulk", [MANY[2], MANY[5], MANY[9]])

    assert statuses(again) == ["unchanged"] * 3
    with brand_scope(cast.floral):
        assert everything() == before
        assert DomainEvent.objects.count() == events


def test_an_id_and_an_address_of_two_customers_is_that_items_error(cast, api):
    with brand_scope(cast.floral):
        upsert_customer(external_id="t-1", details=Details(first_name="Tia"))
        before = everything()

    answer = api.post(
        "/customers/bulk",
        [{"external_id": "t-1", "email": "rae@example.com"}, {"external_id": "t-1"}],
    )

    assert statuses(answer) == ["error", "unchanged"]
    assert "two different customers" in answer.json()["results"][0]["errors"][0]["detail"]
    with brand_scope(cast.floral):
        assert everything() == before


def test_an_erased_address_does_not_come_back(cast, api):
    with brand_scope(cast.floral):
        Suppression.objects.create(
            channel="email", address=hash_of("gone@example.com"), reason=Suppression.Reason.ERASED
        )

    answer = api.post("/customers/bulk", [{"email": "Gone@example.com"}, {"email": "d@e.com"}])

    assert statuses(answer) == ["error", "created"]
    assert answer.json()["results"][0]["errors"][0]["pointer"] == "/email"
    with brand_scope(cast.floral):
        assert not Identity.objects.filter(value_norm="gone@example.com").exists()


def test_attributes_are_read_by_their_kind_and_bad_ones_are_named(cast, api):
    with brand_scope(cast.floral):
        size = AttributeDefinition.objects.create(
            name="size", label="Size", kind="number", is_promoted=True
        )

    answer = api.post(
        "/customers/bulk",
        [
            {"email": "a@example.com", "attributes": {"size": "12.5", "hat": "yes"}},
            {"email": "b@example.com", "attributes": {"size": "large"}},
        ],
    )

    assert statuses(answer) == ["created", "error"]
    assert answer.json()["results"][1]["errors"][0]["pointer"] == "/attributes/size"
    with brand_scope(cast.floral):
        assert AttributeValue.objects.get(definition=size).number == 12.5
        assert AttributeDefinition.objects.get(name="hat").kind == "text"
        assert not Customer.objects.filter(email="b@example.com").exists()


def test_a_sync_without_a_time_does_not_undo_an_unsubscribe(cast, api):
    with brand_scope(cast.floral):
        factories.consent(cast.rae, granted=False)
    said = {"email": "rae@example.com", "consent": {"status": "granted"}}

    answer = api.post("/customers/bulk", [said, {"email": "z@example.com"}])

    assert statuses(answer) == ["error", "created"]
    with brand_scope(cast.floral):
        assert ConsentState.objects.get(customer=cast.rae).status == "withdrawn"
        assert Consent.objects.count() == 1


BAD = [
    ({"email": "nobody"}, "/email"),
    ({"email": "a@example.com", "first_name": "x" * 81}, "/first_name"),
    ({"email": "a@example.com", "colour": "red"}, ""),
    ({"email": 3}, "/email"),
    ({"email": "a@example.com", "first_name": "a\x00"}, ""),
    ({"email": "a@example.com", "attributes": {"a": {}}}, "/attributes"),
    ({"email": "a@example.com", "consent": {"status": "maybe"}}, "/consent/status"),
    (
        {"email": "a@example.com", "consent": {"status": "granted", "basis": "none"}},
        "/consent/basis",
    ),
    (
        {"email": "a@example.com", "consent": {"status": "granted", "at": "2999-01-01T00:00:00Z"}},
        "/consent/at",
    ),
    ({"email": "a@example.com", "attributes": {str(n): 1 for n in range(51)}}, "/attributes"),
]


@pytest.mark.parametrize(("said", "pointer"), BAD)
def test_a_customer_that_cannot_be_used_is_refused(cast, api, said, pointer):
    with brand_scope(cast.floral):
        before = everything()
    answer = api.post("/customers/bulk", [said])

    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["pointer"] == f"#/0{pointer}"
    with brand_scope(cast.floral):
        assert everything() == before


def test_a_call_costs_the_same_statements_for_few_and_for_many(
    cast, api, django_assert_max_num_queries
):
    api.post("/customers/bulk", [{"email": "warm@example.com", "attributes": {"a": "1"}}])
    counts = []
    for span in (range(2), range(2, 80)):
        said = [{"email": f"{n}@example.com", "attributes": {"a": "1"}} for n in span]
        with django_assert_max_num_queries(80) as captured:
            api.post("/customers/bulk", said)
        counts.append(len(captured))
    assert counts[0] == counts[1]
