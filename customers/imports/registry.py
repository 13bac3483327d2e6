"""The kinds of file we can read. A new kind is a folder and a line here."""

from collections.abc import Sequence

from config.kit.errors import Invalid
from customers.imports.generic import kind as generic
from customers.imports.generic_customers import kind as generic_customers
from customers.imports.kinds import ImportKind
from customers.imports.klaviyo import kind as klaviyo
from customers.imports.mailchimp import kind as mailchimp
from customers.imports.mapping import RECOGNISED_AT, likeness_of, recognise, suggest_columns
from customers.imports.shopify_customers import kind as shopify_customers
from customers.imports.shopify_orders import kind as shopify_orders
from customers.imports.uci import kind as uci
from customers.imports.woocommerce_customers import kind as woocommerce_customers
from customers.imports.woocommerce_rest_orders import kind as woocommerce_rest_orders

# What a file is read as when no signature fits.
GENERIC = generic.KIND
GENERIC_CUSTOMERS = generic_customers.KIND
KINDS = (
    shopify_orders.KIND,
    shopify_customers.KIND,
    woocommerce_rest_orders.KIND,
    woocommerce_customers.KIND,
    mailchimp.KIND,
    klaviyo.KIND,
    uci.KIND,
    GENERIC,
    GENERIC_CUSTOMERS,
)
_BY_CODE = {kind.code: kind for kind in KINDS}

# WooCommerce's orders report (Analytics, Orders, Download).
_WOOCOMMERCE_ORDERS = (
    "Date", "Order #", "N. Revenue (formatted)", "Status", "Customer", "Customer type",
    "Product(s)", "Items sold", "Coupon(s)", "Net Sales", "Attribution",
)  # fmt: skip


def kind_of(code: str) -> ImportKind:
    """Raises Invalid for a code that names no kind."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise Invalid("Choose what this file is.", code="unknown_kind") from None


def kind_for(header: Sequence[str]) -> ImportKind:
    """What a file with this header seems to be.

    Raises Invalid, with the way out, for a file that cannot be used whatever its columns are
    called."""
    if likeness_of(_WOOCOMMERCE_ORDERS, header) >= RECOGNISED_AT:
        raise Invalid(
            "This is the orders report of WooCommerce. It has no column with the e-mail address, "
            "so nobody can tell whose orders these are. Take the orders from the REST API instead "
            "(/wp-json/wc/v3/orders?per_page=100, page by page) and upload that JSON: it names "
            "the buyer of each order.",
            code="orders_without_email",
        )
    known = recognise(KINDS, header)
    if known is not None:
        return known
    if _has_all(GENERIC_CUSTOMERS, header) and not _has_all(GENERIC, header):
        return GENERIC_CUSTOMERS
    return GENERIC


def _has_all(kind: ImportKind, header: Sequence[str]) -> bool:
    columns = suggest_columns(kind, header)
    return all(any(code in columns for code in group) for group in kind.required)
