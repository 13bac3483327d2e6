"""WooCommerce's customers report (Analytics, Customers, Download)."""

from customers.imports.kinds import Field, ImportKind

KIND = ImportKind(
    code="woocommerce_customers",
    name="WooCommerce customers",
    about=(
        "One row per customer. The report does not say who allowed mail, and its sums are not "
        "taken over: they follow from the orders."
    ),
    source="woocommerce",
    of_orders=False,
    signature=(
        "Name", "Username", "Last Active", "Sign Up", "Email", "Orders", "Total Spend", "AOV",
        "Country / Region", "City", "Region", "Postal Code",
    ),
    fields=(
        Field("email", "E-mail address", ("Email",)),
        Field("name", "Name", ("Name",)),
        Field("phone", "Billing phone", ("Billing Phone", "Phone")),
        Field("shipping_phone", "Shipping phone", ("Shipping Phone",)),
        Field("city", "City", ("City",)),
        Field("country", "Country", ("Country / Region", "Country")),
    ),
    required=(("email", "phone"),),
)  # fmt: skip
