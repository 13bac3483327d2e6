"""WooCommerce's orders from its REST API: a JSON array of /wc/v3/orders, or one object per line."""

from customers.imports.kinds import Field, ImportKind
from customers.imports.woocommerce_rest_orders.rows import HEADER

KIND = ImportKind(
    code="woocommerce_rest_orders",
    name="WooCommerce orders (REST)",
    about=(
        "Orders as the REST API gives them (/wc/v3/orders), as a JSON list or one per line. "
        "Orders that were cancelled, have failed or were never paid are kept but do not count."
    ),
    source="woocommerce",
    is_json=True,
    signature=HEADER,
    fields=(
        Field("order_id", "Order number", ("number",)),
        Field("ordered_at", "Created", ("date_created_gmt",)),
        Field("status", "State", ("status",)),
        Field("changed_at", "Changed", ("date_modified_gmt",)),
        Field("currency", "Currency", ("currency",)),
        Field("order_total", "Total of the order", ("total",)),
        Field("discount", "Discount", ("discount_total",)),
        Field("refunded", "Given back", ("refunded_total",)),
        Field("customer_id", "Customer number", ("customer_id",)),
        Field("email", "E-mail address", ("billing email",)),
        Field("phone", "Phone", ("billing phone",)),
        Field("first_name", "First name", ("billing first_name",)),
        Field("last_name", "Last name", ("billing last_name",)),
        Field("city", "City", ("billing city",)),
        Field("country", "Country", ("billing country",)),
        Field("discount_codes", "Discount codes", ("coupons",)),
        Field("created_via", "Where it was sold", ("created_via",)),
        Field("payment", "Payment method", ("payment_method",)),
        Field("sku", "Product number", ("line sku",)),
        Field("product", "Product name", ("line name",)),
        Field("quantity", "Quantity", ("line quantity",)),
        Field("line_total", "Total of the line", ("line total",)),
    ),
    required=(("order_id",), ("ordered_at",), ("line_total",)),
)  # fmt: skip
