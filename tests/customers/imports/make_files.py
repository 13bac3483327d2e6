"""Makes the example files of each source: about 1,000 rows of made-up people and orders under the
real headers, with the dirt real exports have. The same seed gives the same bytes.

    python -m tests.customers.imports.make_files

Traps, by file: shopify_orders (order cells on the first row only, repeated Name/Created at/Email
on the others, apostrophes before numbers, dates with a zone, spreadsheet serial dates, newlines in
notes, orders without e-mail, refunds, cancellations, test orders), shopify_customers and its older
header (damaged customer numbers, a no, tags, metafields), mailchimp (proof, repeated UNSUB_*
headers), klaviyo (columns in another order), woocommerce (REST objects, guests, failed orders)."""

import csv
import gzip
import io
import json
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

FILES = Path(__file__).parent / "files"
ROWS = 1000
_START = datetime(2024, 1, 1, 8, tzinfo=UTC)
_FIRST = ("Ann", "Ben", "Chloé", "Dev", "Ema", "Finn", "Gül", "Hana", "Ivo", "Jo", "Kim", "Łucja")
_LAST = ("Lee", "Fox", "O'Neil", "Müller", "Nováková", "Smith", "Patel", "van Dijk")
_CITIES = (("London", "GB"), ("Leeds", "GB"), ("Berlin", "DE"), ("Praha", "CZ"))
_PRODUCTS = tuple((f"SKU-{n:03}", f"Bouquet no. {n}", 500 + 125 * n) for n in range(40))

SHOPIFY_ORDERS = (
    "Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at",
    "Accepts Marketing", "Currency", "Subtotal", "Shipping", "Taxes", "Total", "Discount Code",
    "Discount Amount", "Shipping Method", "Created at", "Lineitem quantity", "Lineitem name",
    "Lineitem price", "Lineitem compare at price", "Lineitem sku", "Lineitem requires shipping",
    "Lineitem taxable", "Lineitem fulfillment status",
    *(f"{kind} {part}" for kind in ("Billing", "Shipping") for part in (
        "Name", "Street", "Address1", "Address2", "Company", "City", "Zip", "Province", "Country",
        "Phone",
    )),
    "Notes", "Note Attributes", "Cancelled at", "Payment Method", "Payment Reference",
    "Refunded Amount", "Vendor", "Outstanding Balance", "Employee", "Location", "Device ID", "Id",
    "Tags", "Risk Level", "Source", "Lineitem discount",
    *(f"Tax {n} {what}" for n in range(1, 6) for what in ("Name", "Value")),
    "Phone", "Receipt Number", "Duties", "Billing Province Name", "Shipping Province Name",
    "Payment ID", "Payment Terms Name", "Next Payment Due At", "Payment References",
)  # fmt: skip
SHOPIFY_CUSTOMERS = (
    "Customer ID", "First Name", "Last Name", "Email", "Accepts Email Marketing",
    "Default Address Company", "Default Address Address1", "Default Address Address2",
    "Default Address City", "Default Address Province Code", "Default Address Country Code",
    "Default Address Zip", "Default Address Phone", "Phone", "Accepts SMS Marketing",
    "Total Spent", "Total Orders", "Note", "Tax Exempt", "Tags",
    "Birthday (customer.metafields.facts.birth_date)",
)  # fmt: skip
SHOPIFY_CUSTOMERS_OLD = (
    "First Name", "Last Name", "Email", "Company", "Address1", "Address2", "City", "Province",
    "Province Code", "Country", "Country Code", "Zip", "Phone", "Accepts Marketing", "Total Spent",
    "Total Orders", "Tags", "Note", "Tax Exempt",
)  # fmt: skip
WOOCOMMERCE_CUSTOMERS = (
    "Name", "Username", "Last Active", "Sign Up", "Email", "Orders", "Total Spend", "AOV",
    "Country / Region", "City", "Region", "Postal Code", "Billing Phone", "Shipping Phone", "Role",
)  # fmt: skip
WOOCOMMERCE_ORDERS = (
    "Date", "Order #", "N. Revenue (formatted)", "Status", "Customer", "Customer type",
    "Product(s)", "Items sold", "Coupon(s)", "Net Sales", "Attribution",
)  # fmt: skip
MAILCHIMP = (
    "Email Address", "First Name", "Last Name", "Favourite flower", "MEMBER_RATING", "OPTIN_TIME",
    "OPTIN_IP", "CONFIRM_TIME", "CONFIRM_IP", "LATITUDE", "LONGITUDE", "GMTOFF", "DSTOFF",
    "TIMEZONE", "CC", "REGION", "LAST_CHANGED", "LEID", "EUID", "NOTES", "TAGS",
)  # fmt: skip
MAILCHIMP_LEFT = (
    "UNSUB_TIME", "UNSUB_CAMPAIGN_TITLE", "UNSUB_CAMPAIGN_ID", "UNSUB_REASON", "UNSUB_REASON_OTHER",
)  # fmt: skip
KLAVIYO = (
    "Klaviyo ID", "Date Added", "Email", "Zip Code", "First Name", "City", "State / Region",
    "Last Name", "Country", "Profile Created On", "Source", "Email Marketing Consent",
)  # fmt: skip


def person(number: int) -> dict[str, str]:
    """The same person in every file."""
    first, last = _FIRST[number % len(_FIRST)], _LAST[number % len(_LAST)]
    city, country = _CITIES[number % len(_CITIES)]
    return {
        "first": first,
        "last": last,
        "email": f"Buyer{number}@Example.com",
        "phone": f"+44 7700 9{number:05}",
        "city": city,
        "country": country,
    }


def shopify_orders(
    lines: int = ROWS, *, people: int = 331, apart: timedelta = timedelta(hours=5), seed: int = 1
) -> str:
    """Rows of Shopify's orders export, the newest order first, as Shopify writes it: orders of so
    many people, one every `apart`."""
    chance = random.Random(seed)
    orders: list[list[list[str]]] = []
    left = lines
    while left:
        number = 1001 + len(orders)
        at = _START + apart * len(orders) + timedelta(minutes=chance.randrange(59))
        orders.append(_shopify_order(number, person(number % people), at, chance, left))
        left -= len(orders[-1])
    return _csv(SHOPIFY_ORDERS, (row for order in reversed(orders) for row in order))


def _shopify_order(
    number: int, who: dict[str, str], at: datetime, chance: random.Random, most: int
) -> list[list[str]]:
    sold = [
        (product, chance.randint(1, 3))
        for product in chance.sample(_PRODUCTS, min(most, chance.randint(1, 4)))
    ]
    goods = sum(price * count for (_, _, price), count in sold)
    discount = goods // 10 if number % 7 == 0 else 0
    total = goods - discount + 495
    created = f"{at + timedelta(hours=1):%Y-%m-%d %H:%M:%S} +0100"
    if number % 50 == 0:
        # Somebody opened the file in a spreadsheet.
        created = f"{45292 + (at - _START).total_seconds() / 86400:.5f}"
    email = "" if number % 23 == 0 else who["email"]
    top = {
        "Name": f"#{number}", "Email": email, "Created at": created, "Vendor": "Floral",
        "Financial Status": "paid", "Paid at": created, "Fulfillment Status": "fulfilled",
        "Accepts Marketing": "no" if number % 5 == 0 else "yes", "Currency": "GBP",
        "Subtotal": _money(goods - discount), "Shipping": "4.95", "Taxes": "0.00",
        "Total": _money(total), "Discount Code": "SPRING10" if discount else "",
        "Discount Amount": _money(discount), "Shipping Method": "Standard",
        "Billing Name": f"{who['first']} {who['last']}", "Billing City": who["city"],
        "Billing Zip": "'01234", "Billing Country": who["country"],
        "Billing Phone": "" if number % 46 == 0 else "'" + who["phone"],
        "Notes": "Ring twice,\nthen leave it" if number % 11 == 0 else "",
        "Payment Method": "Bogus Gateway" if number % 97 == 0 else "Shopify Payments",
        "Refunded Amount": _money(total if number % 40 == 0 else 500 if number % 19 == 0 else 0),
        "Outstanding Balance": "0.00", "Id": str(5_500_000_000_000 + number),
        "Tags": "staff, gift" if number % 61 == 0 else "",
        "Source": ("web", "pos", "shopify_draft_order", "580111")[number % 4],
        "Cancelled at": created if number % 40 == 0 else "",
    }  # fmt: skip
    rows = []
    for place, ((sku, name, price), count) in enumerate(sold):
        cells = (
            top
            if not place
            else {key: top[key] for key in ("Name", "Email", "Created at", "Vendor")}
        )
        line = {
            "Lineitem quantity": str(count), "Lineitem name": name, "Lineitem price": _money(price),
            "Lineitem sku": f"'{sku}" if number % 3 == 0 else sku,
            "Lineitem requires shipping": "true", "Lineitem discount": "0.00",
        }  # fmt: skip
        rows.append(_row(SHOPIFY_ORDERS, cells | line))
    return rows


def shopify_customers() -> str:
    rows = []
    for number in range(ROWS):
        who = person(number)
        rows.append(_row(SHOPIFY_CUSTOMERS, {
            "Customer ID": "7.02E+12" if number % 100 == 99 else f"'{7_000_000_000_000 + number}",
            "First Name": who["first"], "Last Name": who["last"],
            "Email": "" if number % 90 == 1 else who["email"],
            "Accepts Email Marketing": "no" if number % 5 == 0 else "yes",
            "Default Address City": who["city"], "Default Address Country Code": who["country"],
            "Default Address Zip": "'01234", "Default Address Phone": who["phone"],
            "Phone": "'" + who["phone"].replace(" ", ""), "Accepts SMS Marketing": "no",
            "Total Spent": "12.50", "Total Orders": "1", "Tax Exempt": "no",
            "Tags": "vip, newsletter" if number % 10 == 0 else "",
            "Birthday (customer.metafields.facts.birth_date)":
                f"19{60 + number % 40}-0{1 + number % 9}-15" if number % 4 == 0 else "",
        }))  # fmt: skip
    return _csv(SHOPIFY_CUSTOMERS, rows)


def shopify_customers_old() -> str:
    rows = []
    for number in range(ROWS):
        who = person(number)
        rows.append(_row(SHOPIFY_CUSTOMERS_OLD, {
            "First Name": who["first"], "Last Name": who["last"], "Email": who["email"],
            "City": who["city"], "Country Code": who["country"], "Phone": who["phone"],
            "Accepts Marketing": "TRUE" if number % 2 else "FALSE", "Total Spent": "0.00",
            "Total Orders": "0", "Tax Exempt": "FALSE",
        }))  # fmt: skip
    return _csv(SHOPIFY_CUSTOMERS_OLD, rows)


def woocommerce_customers() -> str:
    rows = []
    for number in range(ROWS):
        who = person(number)
        rows.append(_row(WOOCOMMERCE_CUSTOMERS, {
            "Name": f"{who['first']} {who['last']}", "Username": f"buyer{number}",
            "Last Active": "2025-10-07 09:50:26", "Sign Up": "2024-01-01 10:00:00",
            "Email": "" if number % 200 == 7 else who["email"], "Orders": "2",
            "Total Spend": "25.00", "AOV": "12.50", "Country / Region": who["country"],
            "City": who["city"], "Billing Phone": "" if number % 200 == 7 else who["phone"],
            "Role": "customer",
        }))  # fmt: skip
    return _csv(WOOCOMMERCE_CUSTOMERS, rows)


def woocommerce_orders() -> str:
    row = ["2025-10-07 09:50:26", "1001", "£12.50", "completed", "Ann Lee", "new",
           "1x Bouquet", "1", "", "12.50", "Direct"]  # fmt: skip
    return _csv(WOOCOMMERCE_ORDERS, [row] * 5)


def woocommerce_rest_orders(*, as_lines: bool) -> str:
    orders = [_woocommerce_order(number) for number in range(1, 501)]
    if as_lines:
        return "\n".join(json.dumps(order) for order in orders)
    return json.dumps(orders, indent=1)


def _woocommerce_order(number: int) -> dict[str, object]:
    who = person(number % 150)
    at = _START + timedelta(hours=9 * number)
    lines = [_PRODUCTS[number % 40], _PRODUCTS[(number + 7) % 40]]
    goods = sum(price for _, _, price in lines)
    status = "failed" if number % 25 == 0 else "refunded" if number % 24 == 0 else "completed"
    return {
        "id": 9000 + number, "number": str(number), "status": status, "currency": "GBP",
        "date_created": f"{at:%Y-%m-%dT%H:%M:%S}", "date_created_gmt": f"{at:%Y-%m-%dT%H:%M:%S}",
        "date_modified_gmt": f"{at + timedelta(days=1):%Y-%m-%dT%H:%M:%S}",
        "discount_total": "0.00", "total": _money(goods + 300), "created_via": "checkout",
        "customer_id": 0 if number % 3 == 0 else 100 + number % 150,
        "billing": {
            "first_name": who["first"], "last_name": who["last"], "city": who["city"],
            "country": who["country"], "email": who["email"], "phone": who["phone"],
        },
        "payment_method": "stripe",
        "line_items": [
            {"id": 1, "name": name, "sku": sku, "quantity": 1, "total": _money(price)}
            for sku, name, price in lines
        ],
        "coupon_lines": [{"code": "spring10"}] if number % 10 == 0 else [],
        "refunds": [{"id": 1, "reason": "", "total": "-2.50"}] if number % 20 == 0 else [],
    }  # fmt: skip


def mailchimp(state: str) -> str:
    header = (
        [*MAILCHIMP, *MAILCHIMP_LEFT, *MAILCHIMP_LEFT] if state == "unsubscribed" else MAILCHIMP
    )
    first = {"subscribed": 0, "unsubscribed": 1000, "cleaned": 2000}[state]
    rows = []
    for number in range(first, first + ROWS):
        who = person(number)
        cells = [
            who["email"], who["first"], who["last"], "Rose" if number % 3 == 0 else "", "2",
            "2023-05-01 10:00:00" if number % 4 else "", "203.0.113.77" if number % 4 else "",
            "2023-05-01 10:05:00" if number % 4 else "", "203.0.113.77" if number % 4 else "",
            "51.5", "-0.12", "0", "1", "Europe/London", "gb", "ENG", "2024-02-01 10:00:00",
            str(number), f"e{number}", "", '"Garden club","Early bird"' if number % 6 == 0 else "",
        ]  # fmt: skip
        if state == "unsubscribed":
            left = ["2024-03-01 12:00:00", "Spring letter", "c1", "NORMAL", ""]
            cells += [*left, *left]
        rows.append(cells)
    return _csv(header, rows)


def klaviyo() -> str:
    rows = []
    for number in range(ROWS):
        who = person(number)
        rows.append(_row(KLAVIYO, {
            "Klaviyo ID": f"01H{number:06}", "Date Added": "2024-01-01 10:00:00",
            "Email": who["email"], "Zip Code": "01234", "First Name": who["first"],
            "City": who["city"], "Last Name": who["last"], "Country": who["country"],
            "Profile Created On": "2024-01-01 10:00:00", "Source": "Sign-up form",
            "Email Marketing Consent":
                ("SUBSCRIBED", "UNSUBSCRIBED", "NEVER_SUBSCRIBED")[number % 3],
        }))  # fmt: skip
    return _csv(KLAVIYO, rows)


def generic_customers() -> str:
    """German, with semicolons, as spreadsheets there write it."""
    header = ("Kundennummer", "E-Mail", "Vorname", "Nachname", "Ort", "Land", "Newsletter",
              "Consent date", "Telefon", "Geburtstag", "Umsatz")  # fmt: skip
    rows = []
    for number in range(ROWS):
        who = person(number)
        rows.append([
            f"K{number:05}", who["email"] if number % 250 else "keine", who["first"], who["last"],
            who["city"], "DE", "ja" if number % 2 else "nein",
            "01.02.2024 10:00" if number % 4 == 1 else "", f"0151 23{number:06}",
            "15.03.1980" if number % 500 != 3 else "31.02.1980", "1.234,50",
        ])  # fmt: skip
    return _csv(header, rows, delimiter=";")


def _row(header: Sequence[str], cells: dict[str, str]) -> list[str]:
    return [cells.get(name, "") for name in header]


def _money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]], *, delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def all_files() -> dict[str, str]:
    return {
        "orders_export_1.csv": shopify_orders(),
        "customers_export.csv": shopify_customers(),
        "customers_export_2019.csv": shopify_customers_old(),
        "wc-customers-report-export.csv": woocommerce_customers(),
        "wc-orders-report-export.csv": woocommerce_orders(),
        "wc-orders.json": woocommerce_rest_orders(as_lines=False),
        "wc-orders.ndjson": woocommerce_rest_orders(as_lines=True),
        "subscribed_members_export_0a1b2c.csv": mailchimp("subscribed"),
        "unsubscribed_members_export_0a1b2c.csv": mailchimp("unsubscribed"),
        "cleaned_members_export_0a1b2c.csv": mailchimp("cleaned"),
        "klaviyo-profiles.csv": klaviyo(),
        "kunden.csv": generic_customers(),
    }


def main() -> None:
    FILES.mkdir(exist_ok=True)
    for name, text in all_files().items():
        # No time stamp inside, so that the same text is the same file.
        (FILES / f"{name}.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
