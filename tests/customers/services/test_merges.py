"""Merging and its undo: everything moves, nothing is lost, and all of it can go back."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from config.kit.errors import Conflict, Invalid
from customers.models.attributes import AttributeValue
from customers.models.consents import Consent, ConsentState
from customers.models.customer_events import CustomerEvent
from customers.models.customers import Customer, CustomerFacts, Note
from customers.models.identities import Identity
from customers.models.merges import DuplicatePair, Merge, MergeMove
from customers.models.orders import Order, Refund
from customers.models.segments import DirtyCustomer, Segment, SegmentMember
from customers.selectors.customers import canonical_ids
from customers.services.attribute_kinds import change_attribute
from customers.services.attributes import define_attribute, set_attributes
from customers.services.consents import record_consent, withdraw_consent
from customers.services.credits import credit_orders
from customers.services.customers import Details, upsert_customer
from customers.services.facts import Written, audit_facts, refresh_facts
from customers.services.identities import make_primary
from customers.services.merges import merge_customers, undo_merge
from tests import factories
from tests.conftest import Cast

_TABLES = (
    *("customer", "customerfacts", "order", "orderline", "refund", "identity", "note"),
    *("consent", "consentstate", "segmentmember", "customerevent", "credit"),
)


def _state() -> dict[str, list[Any]]:
    """Every row of the brand in every table a merge may touch, but for its times of writing."""
    found: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(
                f"SELECT (to_jsonb(t) - 'updated_at')::text FROM customers_{table} AS t ORDER BY 1"
            )
            found[table] = [row for (row,) in cursor.fetchall()]
    # Worked out anew, so their ids are others.
    values = AttributeValue.objects.order_by("customer_id", "definition_id")
    found["attributevalue"] = list(
        values.values_list("customer_id", "definition_id", "text", "number")
    )
    return found


def _refund(customer: Customer, source_id: str, on: date, minor: int) -> Refund:
    return Refund.objects.create(
        customer=customer,
        source="test",
        source_id=source_id,
        refunded_at=datetime(on.year, on.month, on.day, 12, tzinfo=UTC),
        refunded_on=on,
        amount_minor=minor,
        content_hash=b"x" * 32,
    )


@pytest.fixture
def jo(cast: Cast, floral: Brand) -> Customer:
    """Jo is Rae under another address, with orders, names, notes and opinions of her own."""
    define_attribute(name="size")
    change_attribute(definition=define_attribute(name="children", kind="number"), is_promoted=True)
    jo = upsert_customer(
        email="jo@example.com",
        external_id="7",
        details=Details(
            first_name="Rae",
            last_name="Winter-Roy",
            phone="020 7946 0958",
            city="Leeds",
            attributes={"children": "2", "size": "L"},
        ),
    ).customer
    set_attributes(customer=cast.rae, given={"size": "S"})
    factories.order(jo, source_id="1", on=date(2026, 1, 5), minor=1000)
    factories.order(cast.rae, source_id="2", on=date(2026, 2, 5), minor=500)
    factories.order(jo, source_id="3", on=date(2026, 3, 5), minor=700)
    _refund(jo, "r", date(2026, 3, 9), 200)
    Note.objects.create(customer=jo, text="Likes peonies")
    CustomerEvent.objects.create(
        customer_id=jo.pk,
        name="page_viewed",
        at=datetime(2026, 4, 1, tzinfo=UTC),
        source="web",
        source_id="e1",
    )
    record_consent(customer=cast.rae, source="till", at=datetime(2026, 1, 1, tzinfo=UTC))
    withdraw_consent(customer=jo, source="page", at=datetime(2026, 2, 1, tzinfo=UTC))
    guests = Segment.objects.create(name="Guests", kind="list", rule={})
    change = {"entered_at": datetime(2026, 1, 1, tzinfo=UTC), "entered_by": "hand"}
    SegmentMember.objects.create(segment=guests, customer_id=jo.pk, entered_change=1, **change)
    refresh_facts(customer_ids=None)
    credit_orders()
    return jo


def _facts(customer: Customer) -> tuple[int, int, int]:
    facts = CustomerFacts.objects.get(customer=customer)
    return facts.orders_count, facts.net_minor, len(facts.events)


def test_a_merge_moves_what_can_change_and_adds_up_anew(
    cast: Cast, floral: Brand, jo: Customer
) -> None:
    merge = merge_customers(kept=cast.rae, gone=jo)
    rae = Customer.objects.get(pk=cast.rae.pk)
    gone = Customer.objects.get(pk=jo.pk)
    assert gone.merged_into_id == rae.pk
    assert (_facts(rae), _facts(gone)) == ((3, 2000, 1), (0, 0, 0))
    orders = Order.objects.order_by("placed_on").values_list("customer_id", "rung")
    assert list(orders) == [(rae.pk, 1), (rae.pk, 2), (rae.pk, 3)]
    assert set(rae.identities.values_list("value_norm", flat=True)) == {
        "rae@example.com",
        "jo@example.com",
        "7",
        "+442079460958",
    }
    assert (rae.email, rae.phone, rae.city) == ("rae@example.com", "+442079460958", "Leeds")
    assert (rae.last_name, rae.name_norm) == ("Winter", "rae winter")
    assert rae.attributes == {"size": "S", "children": 2}
    assert list(AttributeValue.objects.values_list("customer_id", "number")) == [(rae.pk, 2.0)]
    assert Note.objects.get().customer_id == rae.pk
    assert SegmentMember.objects.get().customer_id == rae.pk
    assert audit_facts() == Written(0, 0)
    dirty = set(DirtyCustomer.objects.values_list("customer_id", flat=True))
    assert {rae.pk, gone.pk} <= dirty
    event = DomainEvent.objects.get(type="customers.merged")
    assert (event.subject_id, event.payload) == (rae.pk, {"gone_id": jo.pk, "merge_id": merge.pk})


def test_rows_that_are_only_added_keep_their_customer_and_are_read_together(
    cast: Cast, floral: Brand, jo: Customer
) -> None:
    merge_customers(kept=cast.rae, gone=jo)
    assert CustomerEvent.objects.get().customer_id == jo.pk
    acts = Consent.objects.filter(customer__in=canonical_ids(cast.rae.pk))
    assert acts.count() == 2
    # She withdrew after she had allowed it: the withdrawal holds for the one person they are.
    state = ConsentState.objects.get(customer=cast.rae)
    assert state.status == "withdrawn"


def test_consent_given_after_the_withdrawal_holds(cast: Cast, floral: Brand) -> None:
    jo = factories.customer(email="jo@example.com")
    withdraw_consent(customer=jo, source="page", at=datetime(2026, 1, 1, tzinfo=UTC))
    record_consent(customer=cast.rae, source="till", at=datetime(2026, 2, 1, tzinfo=UTC))
    merge_customers(kept=cast.rae, gone=jo)
    assert ConsentState.objects.get(customer=cast.rae).status == "granted"


def test_an_undo_brings_everything_back_as_it_was(cast: Cast, floral: Brand, jo: Customer) -> None:
    before = _state()
    merge = merge_customers(kept=cast.rae, gone=jo, take=["name", "email", "attributes/size"])
    assert _state() != before
    rae = Customer.objects.get(pk=cast.rae.pk)
    assert (rae.email, rae.last_name, rae.attributes["size"]) == (
        "jo@example.com",
        "Winter-Roy",
        "L",
    )
    undone = undo_merge(merge=merge)
    assert undone.undone_at is not None
    assert _state() == before
    assert audit_facts() == Written(0, 0)
    assert canonical_ids(cast.rae.pk) == [cast.rae.pk]
    assert DomainEvent.objects.filter(type="merge.undone").count() == 1


def test_what_came_in_between_stays_with_the_kept_record(
    cast: Cast, floral: Brand, jo: Customer
) -> None:
    merge = merge_customers(kept=cast.rae, gone=jo)
    found = upsert_customer(email="jo@example.com", details=Details(city="York")).customer
    assert found == cast.rae
    factories.order(found, source_id="4", on=date(2026, 4, 5), minor=300)
    record_consent(customer=found, source="till", at=datetime(2026, 5, 1, tzinfo=UTC))
    refresh_facts(customer_ids=[found.pk])
    undo_merge(merge=merge)
    rae, jo = Customer.objects.get(pk=cast.rae.pk), Customer.objects.get(pk=jo.pk)
    assert (_facts(rae)[:2], _facts(jo)[:2]) == ((2, 800), (2, 1500))
    assert (rae.city, jo.city) == ("York", "Leeds")
    assert rae.email == "rae@example.com"
    assert ConsentState.objects.get(customer=rae).status == "granted"
    assert ConsentState.objects.get(customer=jo).status == "withdrawn"
    rungs = Order.objects.order_by("source_id").values_list("customer_id", "rung")
    assert list(rungs) == [(jo.pk, 1), (rae.pk, 1), (jo.pk, 2), (rae.pk, 2)]
    assert audit_facts() == Written(0, 0)


def test_a_withdrawal_made_as_one_person_holds_for_both_after_an_undo(
    cast: Cast, floral: Brand
) -> None:
    jo = factories.customer(email="jo@example.com")
    for each in (jo, cast.rae):
        record_consent(customer=each, source="till", at=datetime(2026, 1, 1, tzinfo=UTC))
    merge = merge_customers(kept=cast.rae, gone=jo)
    # A link in a mail to Jo's address, read by a program that has not heard of the merge.
    withdraw_consent(customer=jo, source="unsubscribe_page")
    assert ConsentState.objects.get(customer=cast.rae).status == "withdrawn"
    undo_merge(merge=merge)
    assert set(ConsentState.objects.values_list("customer_id", "status")) == {
        (cast.rae.pk, "withdrawn"),
        (jo.pk, "withdrawn"),
    }


def test_a_merged_record_cannot_be_merged_again_nor_take_others_in(
    cast: Cast, floral: Brand
) -> None:
    jo, al = (factories.customer(email=f"{name}@example.com") for name in ("jo", "al"))
    merge_customers(kept=cast.rae, gone=jo)
    for kept, gone, code in (
        (al, jo, "merged"),
        (jo, al, "merged"),
        (cast.rae, jo, "merged"),
        (al, cast.rae, "stands_for_others"),
    ):
        with pytest.raises(Conflict) as refused:
            merge_customers(kept=kept, gone=gone)
        assert refused.value.code == code
    with pytest.raises(Invalid):
        merge_customers(kept=al, gone=al)
    with pytest.raises(Invalid):
        merge_customers(kept=cast.rae, gone=al, take=["shoe_size"])
    assert Merge.objects.count() == 1
    merge_customers(kept=cast.rae, gone=al)
    assert canonical_ids(cast.rae.pk) == [cast.rae.pk, jo.pk, al.pk]


def test_an_undo_happens_once_and_then_the_two_can_be_merged_again(
    cast: Cast, floral: Brand, jo: Customer
) -> None:
    merge = merge_customers(kept=cast.rae, gone=jo)
    undo_merge(merge=merge)
    with pytest.raises(Conflict) as refused:
        undo_merge(merge=merge)
    assert refused.value.code == "already_undone"
    again = merge_customers(kept=jo, gone=cast.rae)
    assert _facts(jo)[:2] == (3, 2000)
    undo_merge(merge=again)
    assert MergeMove.objects.filter(merge=again).count() == 2


def test_an_erased_person_is_neither_merged_nor_brought_back(cast: Cast, floral: Brand) -> None:
    jo = factories.customer(email="jo@example.com")
    merge = merge_customers(kept=cast.rae, gone=jo)
    Customer.objects.filter(pk=cast.rae.pk).update(erased_at=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(Conflict):
        undo_merge(merge=merge)
    with pytest.raises(Conflict):
        merge_customers(kept=cast.rae, gone=factories.customer(email="al@example.com"))
    assert Customer.objects.get(pk=jo.pk).merged_into_id == cast.rae.pk


def test_an_address_chosen_in_between_goes_back_with_its_owner(cast: Cast, floral: Brand) -> None:
    jo = factories.customer(email="jo@example.com")
    merge = merge_customers(kept=cast.rae, gone=jo)
    make_primary(identity=Identity.objects.get(value_norm="jo@example.com"))
    undo_merge(merge=merge)
    assert Customer.objects.get(pk=cast.rae.pk).email == "rae@example.com"


def test_the_pair_leaves_the_queue_and_does_not_come_back_after_an_undo(
    cast: Cast, floral: Brand
) -> None:
    jo = factories.customer(email="jo@example.com")
    pair = DuplicatePair.objects.create(first=cast.rae, second=jo, reasons=["phone"], score=50)
    merge = merge_customers(kept=jo, gone=cast.rae)
    pair.refresh_from_db()
    assert pair.state == "merged"
    undo_merge(merge=merge)
    pair.refresh_from_db()
    assert pair.state == "dismissed"
