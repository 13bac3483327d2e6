"""Shopify's customers export. Metafields become attributes of the brand's own."""

from customers.imports.kinds import Field, ImportKind

KIND = ImportKind(
    code="shopify_customers",
    name="Shopify customers",
    about=(
        "One row per customer. “Accepts Email Marketing: no” is kept as a no, whatever else says "
        "yes. Total Spent and Total Orders are not taken over: they follow from the orders."
    ),
    source="shopify",
    of_orders=False,
    signature=(
        "First Name", "Last Name", "Email", "Total Spent", "Total Orders", "Note", "Tax Exempt",
        "Tags", "Phone",
    ),
    fields=(
        Field("customer_id", "Customer number", ("Customer ID",)),
        Field("email", "E-mail address", ("Email",)),
        Field("phone", "Phone", ("Phone",)),
        Field("address_phone", "Phone of the address", ("Default Address Phone",)),
        Field("first_name", "First name", ("First Name",)),
        Field("last_name", "Last name", ("Last Name",)),
        Field("city", "City", ("Default Address City", "City")),
        Field(
            "country",
            "Country",
            ("Default Address Country Code", "Country Code", "Country"),
        ),
        Field("tags", "Tags", ("Tags",)),
        Field(
            "accepts_marketing",
            "Allows marketing e-mail",
            ("Accepts Email Marketing", "Accepts Marketing"),
            "A no is kept as a no.",
        ),
    ),
    required=(("email", "phone", "customer_id"),),
)  # fmt: skip
