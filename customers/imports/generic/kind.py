"""Any orders CSV, one row per order line, in any column order."""

from customers.imports.kinds import Field, ImportKind

KIND = ImportKind(
    code="generic",
    name="Orders (CSV)",
    about=(
        "One row per order line. Order and customer cells may stand on the first row of an order "
        "only. A negative amount is a refund of the order it names."
    ),
    source="csv",
    whole_orders=True,
    signature=(),
    fields=(
        Field(
            "order_id",
            "Order number",
            (
                "order id", "order number", "order no", "order name", "order #", "invoice no",
                "invoice number", "invoice", "transaction id", "receipt number", "name", "order",
                "bestellnummer", "auftragsnummer", "rechnungsnummer",
            ),
        ),
        Field(
            "ordered_at",
            "Order date",
            (
                "order date", "ordered at", "created at", "placed at", "paid at", "invoice date",
                "purchase date", "transaction date", "date", "timestamp", "day",
                "bestelldatum", "rechnungsdatum", "datum",
            ),
        ),
        Field(
            "customer_id",
            "Customer number",
            (
                "customer id", "customer number", "customer no", "client id", "member id",
                "user id", "kundennummer",
            ),
        ),
        Field(
            "email",
            "E-mail address",
            (
                "email", "e-mail", "email address", "customer email", "billing email", "mail",
                "e-mail-adresse",
            ),
        ),
        Field(
            "first_name",
            "First name",
            ("first name", "given name", "forename", "firstname", "vorname"),
        ),
        Field(
            "last_name",
            "Last name",
            ("last name", "surname", "family name", "lastname", "nachname"),
        ),
        Field("city", "City", ("city", "town", "billing city", "shipping city", "ort", "stadt")),
        Field(
            "country",
            "Country",
            ("country code", "country", "billing country", "shipping country", "land"),
        ),
        Field(
            "accepts_marketing",
            "Allows marketing e-mail",
            (
                "accepts marketing", "accepts email marketing", "marketing consent", "opt in",
                "email consent", "newsletter", "subscribed",
            ),
            "Yes records permission with this file as its evidence. No, or empty, records nothing.",
        ),
        Field(
            "sku",
            "Product number",
            (
                "sku", "product id", "stock code", "item number", "article number", "lineitem sku",
                "artikelnummer",
            ),
        ),
        Field(
            "product",
            "Product name",
            (
                "product name", "product", "item name", "lineitem name", "item", "description",
                "artikel", "produkt", "bezeichnung",
            ),
        ),
        Field("category", "Product category", ("category", "product category", "department")),
        Field(
            "quantity",
            "Quantity",
            ("quantity", "qty", "lineitem quantity", "units", "count", "menge", "anzahl"),
        ),
        Field(
            "unit_price",
            "Price of one",
            (
                "unit price", "price", "item price", "lineitem price", "price each",
                "einzelpreis", "preis",
            ),
        ),
        Field(
            "line_total",
            "Total of the line",
            (
                "line total", "line amount", "total", "amount", "net amount", "value", "revenue",
                "gesamtpreis", "gesamt", "summe", "betrag",
            ),
            "Used instead of quantity times price when both are there.",
        ),
        Field("currency", "Currency", ("currency", "currency code", "währung")),
    ),
    required=(
        ("order_id",),
        ("ordered_at",),
        ("email", "customer_id"),
        ("line_total", "unit_price"),
    ),
)  # fmt: skip
