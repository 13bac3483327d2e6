"""A file's way into the customer base, on real PostgreSQL; the real UCI file at the end."""

import gzip
import io
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Count, Q, Sum

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from config.kit.errors import Conflict, Invalid
from customers.imports.mapping import Mapping
from customers.imports.options import Options
from customers.imports.registry import kind_of
from customers.imports.workbench import Workbench
from customers.models.consents import Consent, ConsentState
from customers.models.customers import Customer, CustomerFacts
from customers.models.identities import Identity
from customers.models.imports import Import, ImportReject, ImportSlice
from customers.models.orders import Order, OrderLine, Refund, RefundLine
from customers.models.products import Product
from customers.services import imports
from customers.services.consents import withdraw_consent
from customers.services.facts import Written, audit_facts
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

HEADER = "Order ID,Order date,Email,First name,Last name,Accepts marketing,SKU,Qty,Total\n"
SMALL = HEADER + (
    "A1,2026-01-05 10:00,Ann@Example.com,Ann,Lee,yes,ROSE,2,10.00\n"
    "A1,,,,,,VASE,1,5.50\n"
    "A2,2026-02-14 09:30,ben@example.com,Ben,Fox,no,ROSE,1,5.00\n"
    "A3,2026-02-20 18:00,ann@example.com,Ann,Lee,yes,TULIP,3,9.99\n"
    "A3,2026-02-25 12:00,,,,,TULIP,-1,-3.33\n"
)


def upload(
    brand: Brand,
    text: str | bytes,
    *,
    name: str = "orders.csv",
    simulated: bool = False,
    options: dict[str, object] | None = None,
    attributes: dict[str, tuple[int, str]] | None = None,
) -> Import:
    """Uploaded, mapped as suggested (with these options and attributes) and checked."""
    data = text.encode() if isinstance(text, str) else text
    with brand_scope(brand):
        imported = imports.create_import(
            brand=brand,
            file=io.BytesIO(data),
            file_name=name,
            user_id=None,
            simulated=simulated,
        )
        mapping = Mapping.from_json(imported.mapping)
        imports.map_columns(
            imported=imported,
            kind=kind_of(imported.kind),
            mapping=mapping if attributes is None else replace(mapping, attributes=attributes),
            options=Options.from_json(imported.options | (options or {})),
        )
    imports.check_import(brand_id=brand.pk, import_id=imported.pk)
    with brand_scope(brand):
        imported.refresh_from_db()
    return imported


def run(brand: Brand, imported: Import, *, seconds: float = 60.0) -> Import:
    with brand_scope(brand):
        imports.request_import(imported=imported)
    while not imports.run_import(brand_id=brand.pk, import_id=imported.pk, seconds=seconds):
        pass
    with brand_scope(brand):
        imported.refresh_from_db()
    return imported


def contents(brand: Brand) -> dict[str, list[tuple[object, ...]]]:
    """All that imports write about customers, without row ids."""
    with brand_scope(brand):
        return {
            "customers": sorted(Customer.objects.values_list("email_norm", "first_name", "city")),
            "orders": sorted(
                Order.objects.values_list("source_id", "customer__email_norm", "gross_minor")
            ),
            "lines": sorted(
                OrderLine.objects.values_list(
                    "order__source_id", "position", "product__source_id", "total_minor"
                )
            ),
            "refunds": sorted(Refund.objects.values_list("source_id", "amount_minor")),
            "facts": sorted(
                CustomerFacts.objects.values_list(
                    "customer__email_norm", "orders_count", "net_minor"
                )
            ),
            "consents": sorted(Consent.objects.values_list("customer__email_norm", "status")),
        }


def test_a_file_becomes_customers_orders_refunds_and_facts(cast: Cast) -> None:
    imported = run(cast.grocer, upload(cast.grocer, SMALL))
    assert imported.state == Import.State.DONE
    assert imported.lines_done == imported.lines_total == 5
    assert contents(cast.grocer) == {
        "customers": [("ann@example.com", "Ann", ""), ("ben@example.com", "Ben", "")],
        "orders": [
            ("A1", "ann@example.com", 1550),
            ("A2", "ben@example.com", 500),
            ("A3", "ann@example.com", 999),
        ],
        "lines": [
            ("A1", 1, "ROSE", 1000),
            ("A1", 2, "VASE", 550),
            ("A2", 1, "ROSE", 500),
            ("A3", 1, "TULIP", 999),
        ],
        "refunds": [("A3 refund 2026-02-25", 333)],
        "facts": [("ann@example.com", 2, 2216), ("ben@example.com", 1, 500)],
        "consents": [("ann@example.com", "granted"), ("ben@example.com", "withdrawn")],
    }
    with brand_scope(cast.grocer):
        ann = Customer.objects.get(email_norm="ann@example.com")
        facts = CustomerFacts.objects.get(customer=ann)
        assert (facts.gross_minor, facts.refunded_minor) == (2549, 333)
        assert facts.first_order_on == date(2026, 1, 5)
        assert facts.second_order_on == facts.last_order_on == date(2026, 2, 20)
        rungs = Order.objects.filter(customer=ann).order_by("placed_at")
        assert list(rungs.values_list("rung", "gap_days")) == [(1, None), (2, 46)]
        assert Refund.objects.get().order == Order.objects.get(source_id="A3")
        assert audit_facts() == Written(0, 0)


def test_the_dry_run_foresees_the_real_one_and_changes_nothing(cast: Cast) -> None:
    bad = SMALL + "A4,yesterday,cy@example.com,,,,ROSE,1,5.00\n,2026-01-01,,,,,,,1\n"
    before = contents(cast.grocer)
    imported = upload(cast.grocer, bad)
    assert imported.state == Import.State.CHECKED
    assert contents(cast.grocer) == before
    run(cast.grocer, imported)
    assert imported.counts == imported.foreseen
    assert imported.counts == {
        "lines": 7,
        "lines_used": 5,
        "lines_rejected": 2,
        "orders_created": 3,
        "orders_updated": 0,
        "orders_unchanged": 0,
        "refunds_created": 1,
        "refunds_updated": 0,
        "refunds_unchanged": 0,
        "customers_created": 2,
        "customers_updated": 0,
        "customers_unchanged": 0,
        "products_created": 3,
        "products_updated": 0,
        "orders_unattributed": 0,
        "consents_recorded": 1,
        "withdrawals_recorded": 1,
        "addresses_suppressed": 0,
        "reasons": {"bad_date": 1, "no_order_id": 1},
    }


def test_importing_the_same_file_again_changes_nothing(cast: Cast) -> None:
    run(cast.grocer, upload(cast.grocer, SMALL))
    before = contents(cast.grocer)
    again = run(cast.grocer, upload(cast.grocer, SMALL))
    assert contents(cast.grocer) == before
    assert again.counts == again.foreseen
    changes = {key: n for key, n in again.counts.items() if n and key != "reasons"}
    assert changes == {
        "lines": 5,
        "lines_used": 5,
        "orders_unchanged": 3,
        "refunds_unchanged": 1,
        "customers_unchanged": 2,
    }


def test_a_changed_order_is_written_anew_and_both_customers_facts_follow(cast: Cast) -> None:
    run(cast.grocer, upload(cast.grocer, SMALL))
    moved = HEADER + "A3,2026-02-20 18:00,ben@example.com,Benjamin,Fox,,TULIP,2,8.00\n"
    imported = run(cast.grocer, upload(cast.grocer, moved))
    assert imported.counts == imported.foreseen
    assert imported.counts["orders_updated"] == imported.counts["customers_updated"] == 1
    found = contents(cast.grocer)
    # A refund of an order goes where its order goes.
    assert found["facts"] == [("ann@example.com", 1, 1550), ("ben@example.com", 2, 967)]
    assert ("A3", 1, "TULIP", 800) in found["lines"]
    with brand_scope(cast.grocer):
        assert Customer.objects.get(email_norm="ben@example.com").name == "Benjamin Fox"
        assert audit_facts() == Written(0, 0)


def test_one_bad_line_holds_back_its_order_until_the_fixed_rows_come(cast: Cast) -> None:
    broken = SMALL.replace("VASE,1,5.50", "VASE,one,5.50")
    imported = run(cast.grocer, upload(cast.grocer, broken))
    with brand_scope(cast.grocer):
        rows = ImportReject.objects.filter(of=imported).order_by("line_number")
        assert list(rows.values_list("line_number", "reason")) == [
            (2, "order_incomplete"),
            (3, "bad_quantity"),
        ]
        assert not Order.objects.filter(source_id="A1").exists()
        cells = [",".join(row.cells) for row in rows]
    fixed = HEADER + "\n".join(cells).replace("one", "1")
    run(cast.grocer, upload(cast.grocer, fixed))
    with brand_scope(cast.grocer):
        assert Order.objects.get(source_id="A1").gross_minor == 1550


def test_every_kind_of_dirt_has_its_own_reason_and_imports_nothing(cast: Cast) -> None:
    header = "Order ID,Order date,Customer ID,Email,SKU,Qty,Total,Currency\n"
    rows = {
        "B1,2026-01-05,1,,X,1,5.00\n": "ragged",
        "B2,2026-01-05,1,,X,1,5\0.00,GBP\n": "nul",
        f"B3,2026-01-05,1,,{'X' * 121},1,5.00,GBP\n": "cell_too_long",
        f"B4,2026-01-05,1,,{'X' * 140_000},1,5.00,GBP\n": "cell_too_long",
        ",2026-01-05,1,,X,1,5.00,GBP\n": "no_order_id",
        "B6,2026-01-05,7.02E+12,,X,1,5.00,GBP\n": "damaged_id",
        "B7,2026-01-05,,ann@,X,1,5.00,GBP\n": "bad_email",
        "B8,2026-02-30,1,,X,1,5.00,GBP\n": "bad_date",
        "B9,2090-01-01,1,,X,1,5.00,GBP\n": "future_date",
        "B10,2026-01-05,1,,X,NaN,5.00,GBP\n": "bad_quantity",
        "B11,2026-01-05,1,,X,1,,GBP\n": "no_amount",
        "B12,2026-01-05,1,,X,1,Infinity,GBP\n": "bad_amount",
        "B13,2026-01-05,1,,X,1,99999999999999,GBP\n": "bad_amount",
        "B14,2026-01-05,1,,X,1,5.00,EUR\n": "other_currency",
        "B16,,1,,X,1,5.00,GBP\n": "no_date",
        "B17,2026-01-05,1,,X,1,-5.00,GBP\n": "negative_amount",
        "B18,2026-01-05,1,,X,-1,5.00,GBP\n": "no_quantity",
        "B19,2026-01-05,1,,X,1,5.00,GBP\n": "two_customers",
        "B19,2026-01-05,2,,X,1,5.00,GBP\n": "two_customers",
    }
    imported = run(cast.grocer, upload(cast.grocer, header + "".join(rows)))
    assert imported.counts == imported.foreseen
    with brand_scope(cast.grocer):
        found = ImportReject.objects.filter(of=imported).order_by("line_number")
        assert list(found.values_list("reason", flat=True)) == list(rows.values())
        assert not Customer.objects.exists()
        assert not Order.objects.exists()
        assert not Product.objects.exists()


def test_a_number_and_an_address_lead_to_one_customer(cast: Cast) -> None:
    header = "Order ID,Order date,Customer ID,Email,Total\n"
    run(
        cast.grocer,
        upload(
            cast.grocer,
            header
            + "C1,2026-01-01,77.0,joan@example.com,5\n"
            + "C2,2026-01-02,77,,5\n"
            + "C3,2026-01-03,,JOAN@EXAMPLE.COM,5\n"
            + "C4,2026-01-04,'78,zoë@bücher.example,5\n",
        ),
    )
    with brand_scope(cast.grocer):
        facts = CustomerFacts.objects.order_by("-orders_count")
        assert list(facts.values_list("customer__email_norm", "orders_count")) == [
            ("joan@example.com", 3),
            ("zoë@xn--bcher-kva.example", 1),
        ]
        known = Identity.objects.order_by("kind", "value_norm")
        assert list(known.values_list("kind", "source", "value_norm")) == [
            ("email", "", "joan@example.com"),
            ("email", "", "zoë@xn--bcher-kva.example"),
            ("external", "csv", "77"),
            ("external", "csv", "78"),
        ]


def test_a_withdrawn_permission_is_not_given_back_by_a_file(cast: Cast) -> None:
    run(cast.grocer, upload(cast.grocer, SMALL))
    with brand_scope(cast.grocer):
        ConsentState.objects.update(status=Consent.Status.WITHDRAWN)
    again = run(cast.grocer, upload(cast.grocer, SMALL))
    assert again.counts["consents_recorded"] == again.foreseen["consents_recorded"] == 0
    with brand_scope(cast.grocer):
        assert set(ConsentState.objects.values_list("status", flat=True)) == {"withdrawn"}
        assert Consent.objects.count() == 2


def test_made_up_people_are_marked_and_their_orders_are_not(cast: Cast) -> None:
    run(cast.grocer, upload(cast.grocer, SMALL, simulated=True))
    with brand_scope(cast.grocer):
        assert Customer.objects.filter(simulated=True).count() == Customer.objects.count() == 2
        granted = Consent.objects.get(status="granted")
        assert granted.simulated
        assert granted.proof["line"] == 5
        assert not Order.objects.filter(simulated=True).exists()


def test_an_import_is_one_event(cast: Cast) -> None:
    imported = run(cast.grocer, upload(cast.grocer, SMALL))
    with brand_scope(cast.grocer):
        types = DomainEvent.objects.filter(type__startswith="import.").order_by("id")
        assert list(types.values_list("type", flat=True)) == [
            "import.mapped",
            "import.requested",
            "import.completed",
        ]
        done = types.last()
        assert done is not None
        assert done.batch_id == imported.pk
        assert done.payload["orders_created"] == 3
        assert not DomainEvent.objects.filter(type="order.recorded").exists()


def test_a_run_that_stops_goes_on_behind_its_last_slice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customers.imports.workbench.SLICE_LINES", 1)
    imported = upload(cast.grocer, SMALL)
    with brand_scope(cast.grocer):
        imports.request_import(imported=imported)
    assert not imports.run_import(brand_id=cast.grocer.pk, import_id=imported.pk, seconds=0)
    with brand_scope(cast.grocer):
        assert ImportSlice.objects.filter(of=imported).count() == 1
        imported.refresh_from_db()
        assert imported.state == Import.State.RUNNING
    calls = 1
    while not imports.run_import(brand_id=cast.grocer.pk, import_id=imported.pk, seconds=0):
        calls += 1
    assert calls == 2
    with brand_scope(cast.grocer):
        imported.refresh_from_db()
        assert imported.counts == imported.foreseen
        assert Order.objects.count() == 3
        assert audit_facts() == Written(0, 0)


def test_another_brand_keeps_its_own(cast: Cast) -> None:
    before = contents(cast.floral)
    run(cast.grocer, upload(cast.grocer, SMALL))
    assert contents(cast.floral) == before


def test_a_run_needs_a_check_first_and_happens_once(cast: Cast) -> None:
    with brand_scope(cast.grocer):
        imported = imports.create_import(
            brand=cast.grocer, file=io.BytesIO(SMALL.encode()), file_name="x.csv", user_id=None
        )
        with pytest.raises(Conflict):
            imports.request_import(imported=imported)
    assert imports.run_import(brand_id=cast.grocer.pk, import_id=imported.pk)
    with brand_scope(cast.grocer):
        assert not Order.objects.exists()
        assert not DomainEvent.objects.filter(type="import.requested").exists()


def test_a_mapping_without_the_needed_columns_is_refused(cast: Cast) -> None:
    with brand_scope(cast.grocer):
        imported = imports.create_import(
            brand=cast.grocer, file=io.BytesIO(SMALL.encode()), file_name="x.csv", user_id=None
        )
        mapping = Mapping(columns={"order_id": 0, "sku": 0}, date_order="YMD", decimal=".")
        with pytest.raises(Invalid) as refusal:
            imports.map_columns(imported=imported, kind=kind_of("generic"), mapping=mapping)
        assert set(refusal.value.fields) == {
            "order_id",
            "sku",
            "ordered_at",
            "email",
            "line_total",
        }
        imported.refresh_from_db()
        assert imported.state == Import.State.UPLOADED
        assert not DomainEvent.objects.filter(type="import.mapped").exists()


def test_a_check_of_columns_that_were_matched_anew_does_not_count(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with brand_scope(cast.grocer):
        imported = imports.create_import(
            brand=cast.grocer, file=io.BytesIO(SMALL.encode()), file_name="x.csv", user_id=None
        )
        first = Mapping.from_json(imported.mapping)
        imports.map_columns(imported=imported, kind=kind_of("generic"), mapping=first)
    second = Mapping({**first.columns}, first.date_order, ",")
    foresee = Workbench.foresee

    def slowly(bench: Workbench) -> dict[str, object]:
        imports.map_columns(imported=imported, kind=kind_of("generic"), mapping=second)
        return foresee(bench)

    monkeypatch.setattr(Workbench, "foresee", slowly)
    assert not imports.check_import(brand_id=cast.grocer.pk, import_id=imported.pk)
    with brand_scope(cast.grocer):
        imported.refresh_from_db()
        assert (imported.state, imported.foreseen) == (Import.State.MAPPED, {})
    monkeypatch.undo()
    assert imports.check_import(brand_id=cast.grocer.pk, import_id=imported.pk)
    with brand_scope(cast.grocer):
        imported.refresh_from_db()
        assert imported.state == Import.State.CHECKED


def test_a_file_that_is_gone_stops_the_import_with_a_sentence(
    cast: Cast, run_due_work: Callable[[], int]
) -> None:
    imported = upload(cast.grocer, SMALL)
    with brand_scope(cast.grocer):
        imports.request_import(imported=imported)
        imported.file.storage.delete(imported.file.name)
    run_due_work()
    with brand_scope(cast.grocer):
        imported.refresh_from_db()
        assert imported.state == Import.State.FAILED
        assert imported.error == "The uploaded file is gone. Upload it again."
        assert not Order.objects.exists()


def uci_file() -> bytes:
    """The real file; missing is a skip at home and a failure in CI."""
    path = Path(settings.DATA_DIR) / "online_retail_uci.csv.gz"
    if not path.is_file():
        assert not os.environ.get("CI"), f"{path} is missing; RAPPORT_DATA names its folder"
        pytest.skip(f"{path} is missing; RAPPORT_DATA names its folder")
    return gzip.decompress(path.read_bytes())


@pytest.mark.full
@pytest.mark.timeout(600)
def test_uci_ends_at_its_published_numbers(cast: Cast) -> None:
    imported = upload(cast.grocer, uci_file())
    assert imported.kind == "uci"
    run(cast.grocer, imported)
    assert imported.counts == imported.foreseen
    with brand_scope(cast.grocer):
        assert OrderLine.objects.count() == 397_884
        assert Order.objects.count() == 18_532
        assert Order.objects.aggregate(Sum("gross_minor"))["gross_minor__sum"] == 891_140_790
        buyers = CustomerFacts.objects.filter(orders_count__gt=0)
        assert buyers.count() == 4_338
        assert buyers.aggregate(Sum("net_minor"))["net_minor__sum"] == 831_047_705
        facts = CustomerFacts.objects.all()
        assert facts.aggregate(Sum("net_minor"))["net_minor__sum"] == 830_006_581
        assert facts.filter(orders_count=0).count() == 33
        ladder = facts.aggregate(
            **{f"at_{k}": Count("pk", filter=Q(orders_count__gte=k)) for k in range(1, 8)}
        )
        assert list(ladder.values()) == [4338, 2845, 2010, 1502, 1114, 872, 700]
        assert RefundLine.objects.count() == 8_905
        assert not Refund.objects.filter(order__isnull=False).exists()
        rejects = ImportReject.objects.filter(of=imported)
        assert rejects.count() == 541_909 - 397_884 - 8_905 == 135_120
        reasons = rejects.values_list("reason").annotate(Count("pk")).order_by("reason")
        assert dict(reasons) == {"no_customer": 135_080, "no_price": 40}
        assert audit_facts() == Written(0, 0)


@pytest.mark.full
@pytest.mark.timeout(900)
def test_uci_again_changes_nothing(cast: Cast) -> None:
    data = uci_file()
    run(cast.grocer, upload(cast.grocer, data))
    again = run(cast.grocer, upload(cast.grocer, data))
    assert again.counts == again.foreseen
    assert again.counts["orders_unchanged"] == 18_532
    assert again.counts["refunds_unchanged"] == 3_654
    assert again.counts["customers_unchanged"] == 4_371
    assert again.counts["orders_created"] == again.counts["orders_updated"] == 0


def test_an_address_stays_with_the_customer_who_withdrew_whatever_number_a_file_gives_it(
    cast: Cast,
) -> None:
    header = "Order ID,Order date,Customer ID,Email,Accepts marketing,Total\n"
    first = run(cast.floral, upload(cast.floral, header + "A1,2026-01-05,77,,no,5.00\n"))
    assert first.counts["customers_created"] == 1
    with brand_scope(cast.floral):
        withdraw_consent(customer=cast.rae, source="unsubscribe")
    row = f"A2,2026-01-06,77,{cast.rae.email},yes,5.00\n"

    run(cast.floral, upload(cast.floral, header + row))

    with brand_scope(cast.floral):
        assert Customer.objects.get(email_norm=cast.rae.email) == cast.rae
        assert ConsentState.objects.get(customer=cast.rae).status == "withdrawn"
    again = upload(cast.floral, header + row)
    assert (again.foreseen["customers_updated"], again.foreseen["customers_unchanged"]) == (0, 1)


def test_a_yes_in_a_file_is_what_the_brand_claims(cast: Cast) -> None:
    run(cast.floral, upload(cast.floral, SMALL))
    with brand_scope(cast.floral):
        assert Consent.objects.get(status="granted").basis == "claimed"
        assert ConsentState.objects.get(status="granted").basis == "claimed"


def test_numbers_at_the_edge_and_ids_without_anything_are_rows_to_fix(cast: Cast) -> None:
    rows = (
        "A1,2026-01-05,a@example.com,,,,X,999999999.9999,1\n'',2026-01-05,a@example.com,,,,X,1,1\n"
    )
    imported = upload(cast.floral, HEADER + rows)
    assert imported.foreseen["reasons"] == {"bad_quantity": 1, "no_order_id": 1}
