"""Handing everything over, and erasing: complete, reported, for good, with the figures intact."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from accounts.models.base import BrandOwned
from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from config.kit.errors import Conflict, NotFound
from customers.models.consents import PrivacyRequest, Suppression
from customers.models.customer_events import CustomerEvent
from customers.models.customers import Customer, CustomerFacts, Note
from customers.models.identities import Identity
from customers.models.imports import Import, ImportReject
from customers.models.orders import Order
from customers.selectors.erasure import hash_of, is_erased
from customers.services.consents import record_consent
from customers.services.facts import refresh_facts
from customers.services.kept_files import forget_next_file
from customers.services.privacy import copy_of, erase_customer, participants, request_copy
from tests import factories

NAMES = ("rae", "winter", "4420712345")
# Ids of customers that say nothing of them: work to be done, and what a segment once counted.
WITHOUT_DATA = {"customers_dirtycustomer", "customers_privacyrequest"}


@pytest.fixture
def rae(floral, cast) -> Customer:
    """Somebody with a bit of everything."""
    customer = cast.rae
    Customer.objects.filter(pk=customer.pk).update(
        phone="+442071234567", city="Winterbourne", attributes={"pet": "Rae the cat"}
    )
    Identity.objects.create(
        customer=customer, kind="phone", value="+442071234567", value_norm="+442071234567"
    )
    factories.order(customer, source_id="A1", on=date(2026, 1, 5), minor=5000)
    factories.order(customer, source_id="A2", on=date(2026, 3, 5), minor=2500)
    refresh_facts(customer_ids=[customer.pk])
    record_consent(customer=customer, source="form")
    Note.objects.create(customer=customer, text="Mrs Winter likes tulips")
    CustomerEvent.objects.create(
        customer_id=customer.pk,
        name="page_viewed",
        at=customer.created_at,
        source="web",
        source_id="e1",
        properties={"search": "rae winter"},
    )
    customer.refresh_from_db()
    return customer


def everything(brand) -> str:
    """All rows of the brand, as text."""
    tables = [m._meta.db_table for m in apps.get_models() if issubclass(m, BrandOwned)]
    with connection.cursor() as cursor:
        found = []
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            found.append(f"{table}: {cursor.fetchone()[0]}")
    return "\n".join(found).lower()


def test_every_table_with_customers_takes_part(floral):
    answered = {model._meta.db_table for each in participants() for model in each.models}
    with_customer = {
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, BrandOwned)
        and any(field.attname == "customer_id" for field in model._meta.concrete_fields)
    }
    assert with_customer - answered - WITHOUT_DATA == set()


def test_a_copy_holds_everything_and_is_noted(rae):
    request = request_copy(customer=rae, by_id=7)
    with zipfile.ZipFile(io.BytesIO(copy_of(request))) as archive:
        data = json.loads(archive.read("data.json"))
        assert archive.namelist() == ["data.json", "read-me.txt"]
    assert data["Profile"][0]["email"] == "rae@example.com"
    assert [row["source_id"] for row in data["Orders"]] == ["A1", "A2"]
    assert data["Notes"][0]["text"] == "Mrs Winter likes tulips"
    assert data["Permissions"][0]["source"] == "form"
    assert data["Events"][0]["properties"] == {"search": "rae winter"}
    assert {row["kind"] for row in data["Addresses and ids"]} == {"email", "phone"}
    assert request.report["handed_over"]["Orders"] == 2
    event = DomainEvent.objects.get(type="customer.data_handed_over")
    assert event.payload == {"customer_id": rae.pk}
    assert "rae" not in json.dumps(request.report)


def test_a_copy_can_be_fetched_for_fifteen_minutes(rae):
    request = request_copy(customer=rae)
    request.requested_at -= timedelta(minutes=15, seconds=1)
    with pytest.raises(NotFound):
        copy_of(request)


def test_erasing_leaves_no_name_anywhere_and_the_figures_as_they_were(rae, floral):
    before = CustomerFacts.objects.values().get(customer=rae)
    orders = list(Order.objects.order_by("pk").values())
    request = erase_customer(customer=rae, by_id=7)
    text = everything(floral)
    assert [name for name in NAMES if name in text] == []
    rae.refresh_from_db()
    assert rae.erased_at is not None
    assert CustomerFacts.objects.values().get(customer=rae) == {**before, "is_living": False}
    assert list(Order.objects.order_by("pk").values()) == orders
    lines = {line["what"]: line for line in request.report["lines"]}
    assert lines["Notes"]["erased"] == 1
    assert lines["Orders"] == {
        "what": "Orders",
        "erased": 0,
        "kept": 2,
        "why": "Figures stay as they are; nothing in it names the person.",
    }
    event = DomainEvent.objects.get(type="customer.erased")
    assert (event.subject_id, event.payload) == (request.pk, {"customer_id": rae.pk})


def test_only_keyed_hashes_stay_and_know_the_address_again(rae):
    Suppression.objects.create(channel="email", address="rae@example.com", reason="bounce")
    erase_customer(customer=rae)
    rows = set(Suppression.objects.values_list("channel", "address", "reason"))
    assert rows == {
        ("email", hash_of("rae@example.com"), "erased"),
        ("sms", hash_of("+442071234567"), "erased"),
    }
    assert is_erased("rae@example.com")


def test_erasing_twice_is_refused_and_so_is_a_copy_afterwards(rae):
    copy = request_copy(customer=rae)
    erase_customer(customer=rae)
    rae.refresh_from_db()
    copy.refresh_from_db()
    for again in (erase_customer, request_copy):
        with pytest.raises(Conflict) as refused:
            again(customer=rae)
        assert refused.value.code == "erased"
    with pytest.raises(Conflict):
        copy_of(copy)
    assert PrivacyRequest.objects.count() == 2


def test_records_merged_into_the_customer_and_twins_with_the_address_are_erased_too(rae):
    merged = factories.customer(email="old@example.com", first_name="Winter")
    Customer.objects.filter(pk=merged.pk).update(merged_into=rae)
    twin = Customer.objects.create(email="Rae@example.com", email_norm="rae@example.com")
    erase_customer(customer=merged)
    assert set(Customer.objects.filter(erased_at__isnull=False).values_list("pk", flat=True)) == {
        rae.pk,
        merged.pk,
    }
    twin.refresh_from_db()
    assert (twin.email, twin.email_norm, twin.erased_at) == ("", "", None)
    assert is_erased("old@example.com")


def test_cells_of_rows_to_fix_go_and_the_line_stays(rae, floral):
    imported = Import.objects.create(kind="generic", file_name="a.csv", file="a.csv", size=1)
    ImportReject.objects.create(
        of=imported, line_number=3, reason="bad_date", cells=["RAE@Example.com", "x"]
    )
    ImportReject.objects.create(of=imported, line_number=4, reason="bad_date", cells=["bo@b.c"])
    erase_customer(customer=rae)
    assert list(ImportReject.objects.order_by("line_number").values_list("cells", flat=True)) == [
        [],
        ["bo@b.c"],
    ]


@pytest.mark.django_db(transaction=True)
def test_kept_files_that_name_the_person_are_deleted(cast, run_due_work):
    def kept(name: str, content: bytes, state: str = "done") -> Import:
        path = default_storage.save(f"brand/test/{name}", ContentFile(content))
        return Import.objects.create(
            kind="generic", file_name=name, file=path, size=len(content), state=state
        )

    padding = b"x,y\n" * 300_000
    with brand_scope(cast.floral):
        named = kept("a.csv", padding + b"1,RAE@example.com,2\n")
        wide = kept("b.csv", "1,Rae@Example.com\n".encode("utf-16"))
        packed = kept("c.xlsx", b"PK\x03\x04rest")
        other = kept("d.csv", b"1,bo@example.com\n")
        waiting = kept("e.csv", b"1,rae@example.com\n", state="mapped")
        request = erase_customer(customer=cast.rae)
    run_due_work()
    with brand_scope(cast.floral):
        request.refresh_from_db()
        assert request.done_at is not None
        assert request.report["lines"][-1] == {
            "what": "Uploaded files",
            "erased": 3,
            "kept": 1,
            "why": "Files that do not name the person stay.",
        }
        left = set(Import.objects.exclude(file="").values_list("pk", flat=True))
        assert left == {other.pk, waiting.pk}
    for gone in (named, wide, packed):
        assert not default_storage.exists(gone.file.name)
    assert default_storage.exists(other.file.name)
    assert forget_next_file(brand_id=cast.floral.pk, request_id=request.pk)
