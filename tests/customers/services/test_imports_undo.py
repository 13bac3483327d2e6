"""Taking an import back: what was there before is there again, what came since stays."""

from collections.abc import Callable

import pytest
from django.db.models import Sum

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from config.kit.errors import Conflict
from customers.models.consents import Consent, ConsentState, Suppression
from customers.models.customers import Customer, CustomerFacts
from customers.models.identities import Identity
from customers.models.imports import Import, ImportSlice
from customers.models.orders import Order, OrderLine, Refund
from customers.models.products import Product
from customers.services import imports_undo
from customers.services.attributes import set_attributes
from customers.services.consents import record_consent
from customers.services.customers import Details, upsert_customer
from customers.services.facts import Written, audit_facts
from customers.services.orders import record_order
from tests.conftest import Cast
from tests.customers.imports import make_files
from tests.customers.services.test_imports import HEADER, SMALL, contents, run, upload

pytestmark = pytest.mark.django_db


def undo(brand: Brand, imported: Import, *, seconds: float = 60.0) -> dict[str, int]:
    with brand_scope(brand):
        imports_undo.request_undo(imported=imported)
    names = {"brand_id": brand.pk, "import_id": imported.pk}
    while not imports_undo.undo_import(**names, seconds=seconds):
        pass
    with brand_scope(brand):
        imported.refresh_from_db()
        assert imported.undone_at is not None
        assert audit_facts() == Written(0, 0)
    return imported.undo_counts


def everything(brand: Brand) -> dict[str, object]:
    """All that counts of a brand; the ledger of consents stays written."""
    found: dict[str, object] = dict(contents(brand))
    del found["consents"]
    with brand_scope(brand):
        people = Customer.objects.filter(erased_at=None).order_by("email_norm", "pk")
        found["customers"] = list(
            people.values_list("pk", "email", "first_name", "city", "phone", "tags", "attributes")
        )
        found["states"] = sorted(ConsentState.objects.values_list("customer_id", "status", "at"))
        found["identities"] = sorted(Identity.objects.values_list("pk", "value_norm"))
        found["products"] = sorted(Product.objects.values_list("pk", "title", "category"))
        found["hashes"] = sorted(
            (pk, bytes(content)) for pk, content in Order.objects.values_list("pk", "content_hash")
        )
        facts = CustomerFacts.objects.filter(customer__erased_at=None)
        found["facts"] = sorted(facts.values_list("customer_id", "net_minor"))
        found["suppressed"] = sorted(Suppression.objects.values_list("address", "reason"))
    return found


def test_an_import_into_an_empty_brand_leaves_it_empty(cast: Cast) -> None:
    before = everything(cast.grocer)
    imported = run(cast.grocer, upload(cast.grocer, SMALL))
    assert everything(cast.grocer) != before
    counts = undo(cast.grocer, imported)
    assert everything(cast.grocer) == before
    assert counts == {
        "orders_removed": 3, "orders_kept": 0, "refunds_removed": 1, "refunds_kept": 0,
        "customers_removed": 2, "customers_kept": 0, "products_removed": 3, "products_kept": 0,
    }  # fmt: skip
    with brand_scope(cast.grocer):
        # The acts stay written, about records that say nothing.
        assert Consent.objects.count() == 2
        assert set(Customer.objects.values_list("email", "first_name")) == {("", "")}


def test_what_was_there_before_is_there_again(cast: Cast) -> None:
    run(cast.grocer, upload(cast.grocer, SMALL))
    before = everything(cast.grocer)
    second = HEADER.replace("SKU", "Phone,Tags,SKU") + (
        "A3,2026-02-20 18:00,ben@example.com,Benjamin,Fox,no,,,TULIP,2,8.00\n"
        "A9,2026-03-01 10:00,ann@example.com,Anne,Lee,no,,,ROSE,2,9.00\n"
        "A10,2026-03-02 10:00,new@example.com,New,Face,yes,,,LILY,1,4.00\n"
    )
    imported = run(cast.grocer, upload(cast.grocer, second))
    assert imported.counts["orders_updated"] == 1
    assert imported.counts["customers_updated"] == 2
    assert everything(cast.grocer) != before
    counts = undo(cast.grocer, imported)
    assert everything(cast.grocer) == before
    assert counts["orders_restored"] == 1
    assert counts["customers_restored"] == 2
    with brand_scope(cast.grocer):
        ann = Customer.objects.get(email_norm="ann@example.com")
        assert ConsentState.objects.get(customer=ann).status == "granted"


def test_what_somebody_changed_since_stays_and_is_counted(cast: Cast) -> None:
    imported = run(cast.grocer, upload(cast.grocer, SMALL))
    with brand_scope(cast.grocer):
        ann = upsert_customer(email="ann@example.com", details=Details(city="Leeds")).customer
        ben = Customer.objects.get(email_norm="ben@example.com")
        record_order(
            source="till", source_id="T1", placed_at=Order.objects.earliest("pk").placed_at,
            customer=ben, gross_minor=700,
        )  # fmt: skip
    counts = undo(cast.grocer, imported)
    assert (counts["customers_removed"], counts["customers_kept"]) == (0, 2)
    assert counts["orders_removed"] == 3
    with brand_scope(cast.grocer):
        ann.refresh_from_db()
        assert (ann.email, ann.city, ann.erased_at) == ("ann@example.com", "Leeds", None)
        assert Identity.objects.filter(customer=ann).count() == 1
        assert CustomerFacts.objects.get(customer=ben).net_minor == 700
        assert not ConsentState.objects.exists()


def test_an_attribute_set_since_keeps_its_customer(cast: Cast) -> None:
    imported = run(cast.grocer, upload(cast.grocer, SMALL))
    with brand_scope(cast.grocer):
        ann = Customer.objects.get(email_norm="ann@example.com")
        set_attributes(customer=ann, given={"size": "L"})
    undo(cast.grocer, imported)
    with brand_scope(cast.grocer):
        ann.refresh_from_db()
        assert (ann.email, ann.attributes) == ("ann@example.com", {"size": "L"})


def test_a_consent_given_since_counts_and_keeps_its_customer(cast: Cast) -> None:
    imported = run(cast.grocer, upload(cast.grocer, SMALL))
    with brand_scope(cast.grocer):
        ben = Customer.objects.get(email_norm="ben@example.com")
        record_consent(customer=ben, source="form")
    undo(cast.grocer, imported)
    with brand_scope(cast.grocer):
        assert ConsentState.objects.get().customer_id == ben.pk
        assert ConsentState.objects.get().status == "granted"
        ben.refresh_from_db()
        assert ben.email == "ben@example.com"


def test_a_file_can_be_imported_again_after_it_was_taken_back(cast: Cast) -> None:
    first = run(cast.grocer, upload(cast.grocer, SMALL))
    orders = contents(cast.grocer)["orders"]
    undo(cast.grocer, first)
    second = run(cast.grocer, upload(cast.grocer, SMALL))
    assert second.counts == first.counts
    assert contents(cast.grocer)["orders"] == orders


def test_an_undo_that_stops_goes_on_where_it_was(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(cast.grocer)
    monkeypatch.setattr("customers.imports.workbench.SLICE_LINES", 100)
    imported = run(cast.grocer, upload(cast.grocer, make_files.shopify_orders()))
    with brand_scope(cast.grocer):
        parts = ImportSlice.objects.filter(of=imported).count()
        assert parts > 8
        imports_undo.request_undo(imported=imported)
    names = {"brand_id": cast.grocer.pk, "import_id": imported.pk}
    assert not imports_undo.undo_import(**names, seconds=0.0001)
    with brand_scope(cast.grocer):
        left = ImportSlice.objects.filter(of=imported, undone_at=None).count()
        assert 0 < left < parts
        assert Order.objects.exists()
        assert audit_facts() == Written(0, 0)
    while not imports_undo.undo_import(**names, seconds=0.0001):
        pass
    assert everything(cast.grocer) == before
    with brand_scope(cast.grocer):
        assert not OrderLine.objects.exists()
        assert not Refund.objects.exists()
        assert Order.objects.aggregate(s=Sum("gross_minor"))["s"] is None


def test_an_undo_is_asked_for_once_and_only_of_what_was_done(cast: Cast) -> None:
    checked = upload(cast.grocer, SMALL)
    with brand_scope(cast.grocer), pytest.raises(Conflict):
        imports_undo.request_undo(imported=checked)
    imported = run(cast.grocer, checked)
    with brand_scope(cast.grocer):
        imports_undo.request_undo(imported=imported)
        with pytest.raises(Conflict):
            imports_undo.request_undo(imported=imported)
        asked = DomainEvent.objects.filter(type="import.undo_requested")
        assert asked.count() == 1
        assert Order.objects.count() == 3


def test_dead_addresses_an_import_listed_are_taken_off_the_list(cast: Cast) -> None:
    name = "cleaned_members_export.csv"
    imported = run(cast.grocer, upload(cast.grocer, make_files.mailchimp("cleaned"), name=name))
    with brand_scope(cast.grocer):
        assert Suppression.objects.count() == 1000
    undo(cast.grocer, imported)
    with brand_scope(cast.grocer):
        assert not Suppression.objects.exists()
        assert not Customer.objects.exists()


def test_an_order_the_api_has_told_otherwise_since_stays(cast: Cast) -> None:
    imported = run(cast.grocer, upload(cast.grocer, SMALL))
    with brand_scope(cast.grocer):
        order = Order.objects.get(source_id="A2")
        told = record_order(
            source=order.source,
            source_id="A2",
            placed_at=order.placed_at,
            customer=order.customer,
            gross_minor=650,
        )
        assert told.changed
    counts = undo(cast.grocer, imported)
    assert (counts["orders_removed"], counts["orders_kept"]) == (2, 1)
    assert (counts["customers_removed"], counts["customers_kept"]) == (1, 1)
    with brand_scope(cast.grocer):
        assert Order.objects.get().gross_minor == 650


def test_a_category_a_file_tells_moves_other_buyers_and_back(
    cast: Cast, run_due_work: Callable[[], int]
) -> None:
    header = "Order ID,Order date,Email,SKU,Category,Qty,Total\n"
    bought = "A1,2026-01-05,ann@example.com,{sku},{category},1,5.00\n"
    first = header + "".join(
        bought.format(sku=sku, category=category)
        for sku, category in (("ROSE", "Roses"), ("CARD", "Cards"))
    )
    run(cast.grocer, upload(cast.grocer, first))
    moved = header + "B1,2026-02-05,ben@example.com,CARD,Roses,1,5.00\n"
    imported = run(cast.grocer, upload(cast.grocer, moved))
    for expected in (1, 2):
        run_due_work()
        with brand_scope(cast.grocer):
            ann = CustomerFacts.objects.get(customer__email_norm="ann@example.com")
            assert ann.categories == expected
            assert audit_facts() == Written(0, 0)
        if expected == 1:
            with brand_scope(cast.grocer):
                imports_undo.request_undo(imported=imported)
