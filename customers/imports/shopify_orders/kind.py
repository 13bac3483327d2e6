"""Shopify's orders export.

The order's money is what the customer was charged (its Total, with tax and shipping), so that
refunds, which Shopify counts the same way, never exceed it. The file does not say when money was
given back: a refund stands on the day of the cancellation, else on the day of the order.
"""

from customers.imports.kinds import Field, ImportKind

KIND = ImportKind(
    code="shopify_orders",
    name="Shopify orders",
    about=(
        "One row per line of an order; what belongs to the whole order stands on its first row. "
        "Orders without e-mail are found by phone, else kept as unattributed."
    ),
    source="shopify",
    signature=(
        "Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Accepts Marketing",
        "Currency", "Subtotal", "Shipping", "Taxes", "Total", "Discount Code", "Discount Amount",
        "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku",
    ),
    fields=(
        Field("order_id", "Order number", ("Name",)),
        Field("ordered_at", "Created at", ("Created at",)),
        Field("paid_at", "Paid at", ("Paid at",), "Used where an order has no other date."),
        Field("status", "Financial status", ("Financial Status",)),
        Field("cancelled_at", "Cancelled at", ("Cancelled at",)),
        Field("email", "E-mail address", ("Email",)),
        Field("phone", "Phone", ("Phone",)),
        Field("billing_phone", "Billing phone", ("Billing Phone",)),
        Field("shipping_phone", "Shipping phone", ("Shipping Phone",)),
        Field("name", "Billing name", ("Billing Name",)),
        Field("shipping_name", "Shipping name", ("Shipping Name",)),
        Field("city", "Billing city", ("Billing City",)),
        Field("shipping_city", "Shipping city", ("Shipping City",)),
        Field("country", "Billing country", ("Billing Country",)),
        Field("shipping_country", "Shipping country", ("Shipping Country",)),
        Field(
            "accepts_marketing",
            "Allows marketing e-mail",
            ("Accepts Marketing", "Accepts Email Marketing"),
            "The newest order of a customer tells. A no is kept as a no.",
        ),
        Field("currency", "Currency", ("Currency",)),
        Field("order_total", "Total of the order", ("Total",)),
        Field("refunded", "Refunded amount", ("Refunded Amount",)),
        Field("discount", "Discount amount", ("Discount Amount",)),
        Field("discount_codes", "Discount codes", ("Discount Code",)),
        Field("order_tags", "Tags of the order", ("Tags",)),
        Field("source", "Where it was sold", ("Source",)),
        Field("payment", "Payment method", ("Payment Method",)),
        Field("sku", "Product number", ("Lineitem sku",)),
        Field("product", "Product name", ("Lineitem name",)),
        Field("quantity", "Quantity", ("Lineitem quantity",)),
        Field("unit_price", "Price of one", ("Lineitem price",)),
        Field("line_discount", "Discount of the line", ("Lineitem discount",)),
    ),
    required=(("order_id",), ("ordered_at", "paid_at"), ("unit_price",), ("quantity",)),
)  # fmt: skip
