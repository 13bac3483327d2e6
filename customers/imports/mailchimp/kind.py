"""Mailchimp's audience export. Its times are UTC; the two IPs are kept without their last part."""

from customers.imports.kinds import Field, ImportKind

KIND = ImportKind(
    code="mailchimp",
    name="Mailchimp audience",
    about=(
        "Mailchimp exports three files: subscribed, unsubscribed and cleaned. Opt-in and "
        "confirmation times are kept as proof of consent; who unsubscribed is never written to; "
        "cleaned addresses go on the do-not-mail list."
    ),
    source="mailchimp",
    of_orders=False,
    asks_audience=True,
    takes_the_rest=True,
    signature=(
        "Email Address", "MEMBER_RATING", "OPTIN_TIME", "OPTIN_IP", "CONFIRM_TIME", "CONFIRM_IP",
        "LAST_CHANGED", "LEID", "EUID", "NOTES", "TAGS",
    ),
    fields=(
        Field("email", "E-mail address", ("Email Address",)),
        Field("first_name", "First name", ("First Name", "FNAME")),
        Field("last_name", "Last name", ("Last Name", "LNAME")),
        Field("phone", "Phone", ("Phone Number", "Phone")),
        Field("country", "Country", ("CC",)),
        Field("language", "Language", ("Language", "LANG")),
        Field("tags", "Tags", ("TAGS",)),
        Field("consent_at", "Opt-in time", ("OPTIN_TIME",), "Kept as proof of consent."),
        Field("consent_ip", "Opt-in address", ("OPTIN_IP",), "Kept without its last part."),
        Field("confirmed_at", "Confirmation time", ("CONFIRM_TIME",), "Kept as proof of consent."),
        Field("confirmed_ip", "Confirmation address", ("CONFIRM_IP",)),
        Field("withdrawn_at", "Unsubscribed at", ("UNSUB_TIME",)),
        Field("withdrawn_why", "Reason for leaving", ("UNSUB_REASON",)),
        Field("rating", "Member rating (left out)", ("MEMBER_RATING",)),
        Field("changed", "Last changed (left out)", ("LAST_CHANGED",)),
        Field("leid", "LEID (left out)", ("LEID",)),
        Field("euid", "EUID (left out)", ("EUID",)),
        Field("notes", "Notes (left out)", ("NOTES",)),
    ),
    required=(("email",),),
)  # fmt: skip
