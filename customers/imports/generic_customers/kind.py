"""Any customers CSV, one row per person, in any column order."""

from customers.imports.kinds import Field, ImportKind

KIND = ImportKind(
    code="generic_customers",
    name="Customers (CSV)",
    about="One row per customer. Whoever has the same e-mail address or number is one customer.",
    source="csv",
    of_orders=False,
    takes_the_rest=True,
    signature=(),
    fields=(
        Field(
            "customer_id",
            "Customer number",
            (
                "customer id", "customer number", "customer no", "client id", "member id",
                "user id", "external id", "kundennummer", "id",
            ),
        ),
        Field(
            "email",
            "E-mail address",
            ("email", "e-mail", "email address", "customer email", "mail", "e-mail-adresse"),
        ),
        Field(
            "phone",
            "Phone",
            ("phone", "phone number", "mobile", "telephone", "telefon", "mobil", "handy"),
        ),
        Field(
            "first_name",
            "First name",
            ("first name", "given name", "forename", "firstname", "fname", "vorname"),
        ),
        Field(
            "last_name",
            "Last name",
            ("last name", "surname", "family name", "lastname", "lname", "nachname"),
        ),
        Field("name", "Full name", ("name", "full name", "customer name")),
        Field("city", "City", ("city", "town", "ort", "stadt")),
        Field("country", "Country", ("country code", "country", "land")),
        Field("language", "Language", ("language", "locale", "sprache")),
        Field("tags", "Tags", ("tags", "labels", "groups")),
        Field(
            "accepts_marketing",
            "Allows marketing e-mail",
            (
                "accepts marketing", "accepts email marketing", "marketing consent", "opt in",
                "email consent", "newsletter", "subscribed", "consent",
            ),
            "A no is kept as a no, and so is an earlier no of the same customer.",
        ),
        Field(
            "consent_at",
            "When they agreed",
            (
                "consent date", "consent time", "consented at", "opt in date", "opt in time",
                "opted in at", "subscribed at", "subscription date",
            ),
            "Kept as proof of consent.",
        ),
        Field(
            "consent_ip",
            "From which address they agreed",
            ("consent ip", "opt in ip", "ip address", "ip"),
            "Kept as proof of consent, without its last part.",
        ),
        Field(
            "withdrawn_at",
            "When they left",
            ("unsubscribed at", "unsubscribe date", "opted out at", "opt out date"),
        ),
    ),
    required=(("email", "phone", "customer_id"),),
)  # fmt: skip
