"""Each source's real-looking export, from upload to the customer base: exact counts."""

import gzip
from pathlib import Path

import pytest
from django.db.models import Sum

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from config.kit.errors import Invalid
from customers.imports.registry import kind_for
from customers.models.consents import Consent, ConsentState, Suppression
from customers.models.customers import Customer, CustomerFacts
from customers.models.identities import Identity
from customers.models.imports import Import, ImportReject
from customers.models.orders import Order, OrderLine, Refund
from customers.services.facts import Written, audit_facts
from tests.conftest import Cast
from tests.customers.imports import make_files
from tests.customers.services.test_imports import run, upload

pytestmark = pytest.mark.django_db


def taken_in(brand: Brand, name: str) -> Import:
    """The file, imported as suggested; the dry run foresaw it."""
    data = gzip.decompress((make_files.FILES / f"{name}.gz").read_bytes())
    imported = run(brand, upload(brand, data, name=name))
    assert imported.state == Import.State.DONE, imported.error
    assert imported.counts == imported.foreseen
    return imported


def figures(imported: Import, *names: str) -> list[int]:
    return [imported.counts[name] for name in names]


def test_the_files_are_those_the_script_makes() -> None:
    for name, text in make_files.all_files().items():
        stored = gzip.decompress((make_files.FILES / f"{name}.gz").read_bytes())
        assert stored.decode() == text, name
    assert {path.name for path in Path(make_files.FILES).iterdir()} == {
        f"{name}.gz" for name in make_files.all_files()
    }


def test_shopify_orders(cast: Cast) -> None:
    imported = taken_in(cast.grocer, "orders_export_1.csv")
    assert imported.kind == "shopify_orders"
    assert imported.counts["lines"] == imported.counts["lines_used"] == 1000
    with brand_scope(cast.grocer):
        orders = Order.objects.all()
        count = orders.count()
        assert imported.counts["orders_created"] == count
        assert OrderLine.objects.count() == 1000
        # Every 23rd order has no e-mail: found by phone, or (each 46th) nobody's.
        nobody = [n for n in range(1001, 1001 + count) if n % 46 == 0]
        assert imported.counts["orders_unattributed"] == len(nobody)
        assert orders.filter(customer=None).count() == len(nobody)
        by_phone = orders.get(source_id="#1035")
        assert by_phone.customer is not None
        assert by_phone.customer.phone == "+447700900042"
        assert by_phone.customer.email_norm == "buyer42@example.com"
        seventh = orders.get(source_id="#1001")
        assert (seventh.discount_codes, seventh.channel) == (["SPRING10"], "till")
        assert orders.filter(tags=["staff", "gift"]).count() == sum(
            1 for n in range(1001, 1001 + count) if n % 61 == 0
        )
        assert orders.filter(is_test=True).count() == sum(
            1 for n in range(1001, 1001 + count) if n % 97 == 0
        )
        cancelled = orders.get(source_id="#1040")
        assert cancelled.cancelled_at is not None
        assert not cancelled.is_counted
        refund = Refund.objects.get(source_id="#1040 refund")
        assert refund.order == cancelled
        assert refund.amount_minor == cancelled.gross_minor
        # Written by a spreadsheet as 45293.91667.
        assert orders.get(source_id="#1050").placed_at.isoformat()[:10] == "2024-01-11"
        assert orders.get(source_id="#1001").placed_at.isoformat()[:10] == "2024-01-01"
        ann = Customer.objects.get(email_norm="buyer8@example.com")
        assert (ann.name, ann.city, ann.country) == ("Ivo Lee", "London", "United Kingdom")
        assert audit_facts() == Written(0, 0)


def test_shopify_orders_keep_the_discount_of_a_line_and_the_total_of_the_order(
    cast: Cast,
) -> None:
    header = ",".join(make_files.SHOPIFY_ORDERS)
    at = {name: place for place, name in enumerate(make_files.SHOPIFY_ORDERS)}

    def row(**cells: str) -> str:
        values = [""] * len(at)
        for name, cell in cells.items():
            values[at[name.replace("_", " ")]] = cell
        return ",".join(values)

    text = "\n".join([
        header,
        row(Name="#1", Email="a@example.com", Total="17.95", Created_at="2025-10-07 09:50:26 +0200",
            Lineitem_quantity="2", Lineitem_price="7.50", Lineitem_name="Rose",
            Lineitem_discount="2.00", Currency="GBP"),
        row(Name="#1", Lineitem_quantity="1", Lineitem_price="0.00", Lineitem_name="Card"),
    ])  # fmt: skip
    imported = run(cast.grocer, upload(cast.grocer, text))
    assert figures(imported, "lines_used", "orders_created") == [2, 1]
    with brand_scope(cast.grocer):
        assert Order.objects.get().gross_minor == 1795
        assert Order.objects.get().placed_at.isoformat() == "2025-10-07T07:50:26+00:00"
        assert list(
            OrderLine.objects.order_by("position").values_list("total_minor", flat=True)
        ) == [1300, 0]


def test_shopify_customers_with_present_headers(cast: Cast) -> None:
    imported = taken_in(cast.grocer, "customers_export.csv")
    assert imported.kind == "shopify_customers"
    assert imported.counts["reasons"] == {"damaged_id": 10}
    assert figures(imported, "lines_used", "customers_created", "orders_created") == [990, 990, 0]
    # 200 of 1,000 said no; of the rest who said yes some have no address to be known by.
    assert figures(imported, "consents_recorded", "withdrawals_recorded") == [790, 200]
    with brand_scope(cast.grocer):
        ann = Customer.objects.get(email_norm="buyer20@example.com")
        assert ann.tags == ["vip", "newsletter"]
        assert ann.phone == "+447700900020"
        assert ann.attributes == {"Birthday": "1980-03-15"}
        assert ConsentState.objects.get(customer=ann).status == "withdrawn"
        assert Identity.objects.filter(customer=ann).count() == 3
        assert CustomerFacts.objects.count() == 990
        assert ImportReject.objects.filter(of=imported, reason="damaged_id").count() == 10


def test_shopify_customers_with_their_old_headers(cast: Cast) -> None:
    imported = taken_in(cast.grocer, "customers_export_2019.csv")
    assert imported.kind == "shopify_customers"
    assert figures(imported, "customers_created", "withdrawals_recorded") == [1000, 500]
    assert imported.counts["consents_recorded"] == 500


def test_woocommerce_customers(cast: Cast) -> None:
    imported = taken_in(cast.grocer, "wc-customers-report-export.csv")
    assert imported.kind == "woocommerce_customers"
    assert figures(imported, "customers_created", "lines_rejected") == [995, 5]
    assert imported.counts["reasons"] == {"no_identity": 5}
    assert imported.counts["consents_recorded"] == 0


def test_woocommerce_orders_report_is_sent_away_with_a_way_out(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        upload(cast.grocer, make_files.woocommerce_orders())
    assert refusal.value.code == "orders_without_email"
    assert "/wc/v3/orders" in refusal.value.message
    with brand_scope(cast.grocer):
        assert not Import.objects.exists()


@pytest.mark.parametrize("name", ["wc-orders.json", "wc-orders.ndjson"])
def test_woocommerce_orders_from_rest(cast: Cast, name: str) -> None:
    imported = taken_in(cast.grocer, name)
    assert imported.kind == "woocommerce_rest_orders"
    assert figures(imported, "lines_used", "orders_created") == [1000, 500]
    with brand_scope(cast.grocer):
        assert Order.objects.filter(cancelled_at__isnull=False).count() == 20
        # 25 with a refund of 2.50, of which each sixth is wholly refunded by its state alone.
        assert Refund.objects.filter(amount_minor=250).count() == 25
        assert Customer.objects.count() == 150
        first = Order.objects.get(source_id="10")
        assert (first.discount_codes, first.channel) == (["spring10"], "web")
        assert audit_facts() == Written(0, 0)


def test_mailchimp_proof_withdrawals_and_dead_addresses(cast: Cast) -> None:
    subscribed = taken_in(cast.grocer, "subscribed_members_export_0a1b2c.csv")
    assert subscribed.kind == "mailchimp"
    assert figures(subscribed, "customers_created", "consents_recorded") == [1000, 1000]
    left = taken_in(cast.grocer, "unsubscribed_members_export_0a1b2c.csv")
    assert figures(left, "customers_created", "withdrawals_recorded") == [1000, 1000]
    dead = taken_in(cast.grocer, "cleaned_members_export_0a1b2c.csv")
    assert figures(dead, "addresses_suppressed", "consents_recorded") == [1000, 0]
    with brand_scope(cast.grocer):
        assert Consent.objects.filter(basis="consent").count() == 750
        assert Consent.objects.filter(basis="claimed").count() == 250
        proven = Consent.objects.get(customer__email_norm="buyer1@example.com")
        assert proven.at.isoformat() == "2023-05-01T09:05:00+00:00"
        assert proven.proof["opt_in_ip"] == "203.0.113.0"
        withdrawn = Consent.objects.get(customer__email_norm="buyer1001@example.com")
        assert withdrawn.at.isoformat() == "2024-03-01T12:00:00+00:00"
        assert Suppression.objects.filter(reason="bounce").count() == 1000
        ann = Customer.objects.get(email_norm="buyer6@example.com")
        assert ann.tags == ["Garden club", "Early bird"]
        assert ann.attributes["Favourite flower"] == "Rose"
    again = taken_in(cast.grocer, "unsubscribed_members_export_0a1b2c.csv")
    assert figures(again, "withdrawals_recorded", "customers_unchanged") == [0, 1000]


def test_klaviyo_whose_columns_stand_in_any_order(cast: Cast) -> None:
    imported = taken_in(cast.grocer, "klaviyo-profiles.csv")
    assert imported.kind == "klaviyo"
    assert figures(imported, "consents_recorded", "withdrawals_recorded") == [334, 333]
    assert imported.counts["customers_created"] == 1000


def test_any_customers_with_typed_attributes_and_rows_to_fix(cast: Cast) -> None:
    data = gzip.decompress((make_files.FILES / "kunden.csv.gz").read_bytes())
    attributes = {"Geburtstag": (9, "date"), "Umsatz": (10, "money")}
    imported = run(cast.grocer, upload(cast.grocer, data, attributes=attributes))
    assert imported.kind == "generic_customers"
    assert imported.counts == imported.foreseen
    assert imported.counts["reasons"] == {"bad_email": 4, "bad_attribute": 2}
    with brand_scope(cast.grocer):
        rejected = ImportReject.objects.filter(of=imported, reason="bad_attribute")
        assert list(rejected.order_by("line_number").values_list("line_number", "detail")) == [
            (5, "Geburtstag: There is no such day; write it as 2026-11-22 or 22/11/2026."),
            (505, "Geburtstag: There is no such day; write it as 2026-11-22 or 22/11/2026."),
        ]
        ann = Customer.objects.get(email_norm="buyer1@example.com")
        assert ann.attributes == {"Geburtstag": "1980-03-15", "Umsatz": 123450}
        assert ann.phone == "+4915123000001"
        assert Consent.objects.filter(basis="consent").count() == 250
        claimed = Consent.objects.filter(basis="claimed").first()
        assert claimed is not None


def test_a_header_is_known_whatever_its_order() -> None:
    for header, code in (
        (make_files.SHOPIFY_ORDERS, "shopify_orders"),
        (make_files.SHOPIFY_CUSTOMERS, "shopify_customers"),
        (make_files.SHOPIFY_CUSTOMERS_OLD, "shopify_customers"),
        (make_files.WOOCOMMERCE_CUSTOMERS, "woocommerce_customers"),
        (make_files.MAILCHIMP, "mailchimp"),
        (make_files.KLAVIYO, "klaviyo"),
        (("email", "vorname", "tags"), "generic_customers"),
        (("Order", "Date", "Total", "Email"), "generic"),
    ):
        assert kind_for(header).code == code
        assert kind_for(list(reversed(header))).code == code


def test_money_of_unattributed_orders_is_in_no_customers_facts(cast: Cast) -> None:
    text = (
        "Order ID,Order date,Email,Total\nA1,2026-01-05,,5.00\nA2,2026-01-05,a@example.com,7.00\n"
    )
    imported = run(cast.grocer, upload(cast.grocer, text))
    assert figures(imported, "orders_created", "orders_unattributed") == [2, 1]
    with brand_scope(cast.grocer):
        assert Order.objects.get(source_id="A1").customer is None
        assert Order.objects.aggregate(s=Sum("gross_minor"))["s"] == 1200
        assert CustomerFacts.objects.aggregate(s=Sum("net_minor"))["s"] == 700
    known = text.replace("A1,2026-01-05,,", "A1,2026-01-05,b@example.com,")
    again = run(cast.grocer, upload(cast.grocer, known))
    assert figures(again, "orders_updated", "orders_unattributed") == [1, 0]
    with brand_scope(cast.grocer):
        assert CustomerFacts.objects.aggregate(s=Sum("net_minor"))["s"] == 1200
        assert audit_facts() == Written(0, 0)
