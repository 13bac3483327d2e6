"""Klaviyo's profiles export (Lists and segments, Export)."""

from customers.imports.kinds import Field, ImportKind

KIND = ImportKind(
    code="klaviyo",
    name="Klaviyo profiles",
    about=(
        "One row per profile. SUBSCRIBED is a yes, UNSUBSCRIBED a no; NEVER_SUBSCRIBED says "
        "neither."
    ),
    source="klaviyo",
    of_orders=False,
    takes_the_rest=True,
    signature=(
        "Email", "Klaviyo ID", "First Name", "Last Name", "City", "State / Region", "Country",
        "Zip Code", "Source", "Email Marketing Consent", "Profile Created On", "Date Added",
    ),
    fields=(
        Field("customer_id", "Klaviyo number", ("Klaviyo ID",)),
        Field("email", "E-mail address", ("Email",)),
        Field("phone", "Phone", ("Phone Number", "Phone")),
        Field("first_name", "First name", ("First Name",)),
        Field("last_name", "Last name", ("Last Name",)),
        Field("city", "City", ("City",)),
        Field("country", "Country", ("Country",)),
        Field("accepts_marketing", "Allows marketing e-mail", ("Email Marketing Consent",)),
        Field(
            "consent_at",
            "When they agreed",
            ("Email Marketing Consent Timestamp", "Consent Timestamp"),
            "Kept as proof of consent.",
        ),
        Field("region", "Region (left out)", ("State / Region",)),
        Field("zip", "Postal code (left out)", ("Zip Code",)),
        Field("source", "Source (left out)", ("Source",)),
        Field("created", "Profile created on (left out)", ("Profile Created On",)),
        Field("added", "Date added (left out)", ("Date Added",)),
    ),
    required=(("email", "phone", "customer_id"),),
)  # fmt: skip
