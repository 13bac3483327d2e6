"""What customers allowed: an append-only ledger, and where each of them stands now."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from config.kit.sql import UuidV7
from customers.models.customers import Customer


class Purpose(models.TextChoices):
    """What a permission is for. The column holds any text: offers of one named partner have the
    purpose `partner:<id>`, those of one category `offers:<id>`."""

    MARKETING = "marketing", "News and offers"
    PARTNER_OFFERS = "partner_offers", "Offers from businesses we choose, sent by us"
    SURVEYS = "surveys", "Questions and surveys"


def purpose_label(purpose: str) -> str:
    """What the screen calls a purpose where no name is at hand: see selectors/purposes.py."""
    if purpose in Purpose:
        return Purpose(purpose).label
    kind, _, name = purpose.partition(":")
    return f"Offers of kind {name}" if kind == "offers" else f"Offers of {name or purpose}"


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"
    SMS = "sms", "Text message"
    POST = "post", "Letter"
    PHONE = "phone", "Phone call"


class Basis(models.TextChoices):
    """The legal ground for a message (GDPR Art. 6, ePrivacy Art. 13)."""

    CONSENT = "consent", "Consent"
    SOFT_OPT_IN = "soft_opt_in", "Soft opt-in"
    IMPLIED = "implied", "Implied"
    BUSINESS = "business", "Business contact"
    CLAIMED = "claimed", "Claimed by the brand"
    NONE = "none", "None"


class Consent(BrandOwned):
    """One act: somebody allowed or withdrew something, when, where and in which words."""

    class Status(models.TextChoices):
        GRANTED = "granted", "Allowed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    customer = OwnKey[Customer](Customer, related_name="consents")
    purpose = models.CharField(max_length=20)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    status = models.CharField(max_length=10, choices=Status.choices)
    basis = models.CharField(max_length=12, choices=Basis.choices)
    # Where the act took place: import, api, unsubscribe link, staff.
    source = models.CharField(max_length=40)
    wording = models.TextField(max_length=1000, blank=True)
    wording_version = models.CharField(max_length=40, blank=True)
    proof = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    # The last day an implied permission holds; empty: until it is withdrawn.
    expires_on = models.DateField(null=True)
    # Who of the brand claimed it, where nothing proves it.
    claimed_by_id = models.BigIntegerField(null=True, editable=False)
    simulated = models.BooleanField(default=False, db_default=False)
    # When it happened, and when we learned of it.
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    import_id = models.BigIntegerField(null=True, editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("consent", "customer", append_only=True),
            models.CheckConstraint(
                condition=Q(status__in=["granted", "withdrawn"]), name="consent_status_known"
            ),
        ]
        indexes = [models.Index(fields=["brand", "customer", "at"], name="consent_customer")]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.channel}: {self.status}"

    @property
    def purpose_label(self) -> str:
        return purpose_label(self.purpose)


class ConsentState(BrandOwned):
    """The latest act per customer, purpose and channel: what sending joins. Rebuilt from the
    ledger at any time."""

    customer = OwnKey[Customer](Customer, related_name="consent_states")
    purpose = models.CharField(max_length=20)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    status = models.CharField(max_length=10, choices=Consent.Status.choices)
    basis = models.CharField(max_length=12, choices=Basis.choices)
    expires_on = models.DateField(null=True)
    simulated = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField()

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("consent_state", "customer"),
            models.UniqueConstraint(
                fields=["brand", "customer", "purpose", "channel"], name="consent_state_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.channel}: {self.status}"

    @property
    def purpose_label(self) -> str:
        return purpose_label(self.purpose)


class PermissionRule(BrandOwned):
    """The legal grounds a brand accepts for one country; country "" stands for all others.

    Without any row every ground but `none` is accepted."""

    country = models.CharField(max_length=60, blank=True)
    bases = models.JSONField()
    # How long an implied permission holds after the act.
    implied_days = models.PositiveIntegerField(default=730)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("permission_rule"),
            models.UniqueConstraint(fields=["brand", "country"], name="permission_rule_country"),
        ]

    def __str__(self) -> str:
        return self.country or "all other countries"


class ConsentWording(BrandOwned):
    """The words under which permission was asked, by version. Acts of the ledger carry a copy, so
    a version is never changed; a new text is a new version."""

    purpose = models.CharField(max_length=20)
    version = models.CharField(max_length=40)
    text = models.TextField(max_length=1000)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("consent_wording"),
            models.UniqueConstraint(
                fields=["brand", "purpose", "version"], name="consent_wording_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class SignUpRule(BrandOwned):
    """How new sign-ups are taken; no row means double opt-in."""

    is_double = models.BooleanField(default=True, db_default=True)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("sign_up_rule"),
            models.UniqueConstraint(fields=["brand"], name="sign_up_rule_once"),
        ]

    def __str__(self) -> str:
        return "double opt-in" if self.is_double else "single opt-in"


class OptInRequest(BrandOwned):
    """A permission that waits for the click in a mail (double opt-in). The token is kept hashed
    and works once."""

    customer = OwnKey[Customer](Customer, related_name="opt_in_requests")
    purpose = models.CharField(max_length=20)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    token_hash = models.BinaryField(max_length=32, editable=False)
    wording = models.TextField(max_length=1000, blank=True)
    wording_version = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=40)
    proof = models.JSONField(default=dict)
    requested_at = models.DateTimeField(default=now, db_default=Now())
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("opt_in_request", "customer"),
            models.UniqueConstraint(fields=["brand", "token_hash"], name="opt_in_request_token"),
        ]
        indexes = [models.Index(fields=["brand", "customer"], name="opt_in_request_customer")]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.channel}, asked {self.requested_at:%Y-%m-%d}"


class PrivacyRequest(BrandOwned):
    """A customer's wish to have their data handed over or erased, and the report of what was
    done. The report names tables and counts, never personal data."""

    class Kind(models.TextChoices):
        EXPORT = "export", "Hand over a copy"
        ERASE = "erase", "Erase"

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    customer = OwnKey[Customer](Customer, related_name="privacy_requests")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    report = models.JSONField(default=dict)
    file = models.FileField(max_length=300, blank=True)
    requested_by_id = models.BigIntegerField(null=True, editable=False)
    requested_at = models.DateTimeField(default=now, db_default=Now())
    done_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("privacy_request", "customer"),
            models.UniqueConstraint(fields=["brand", "uid"], name="privacy_request_uid"),
        ]
        indexes = [models.Index(fields=["brand", "customer"], name="privacy_request_customer")]

    def __str__(self) -> str:
        return f"{self.kind} of customer {self.customer_id}"


class Suppression(BrandOwned):
    """An address that must never be mailed, whatever anybody consented to."""

    class Reason(models.TextChoices):
        BOUNCE = "bounce", "The address does not exist"
        COMPLAINT = "complaint", "Reported our mail as spam"
        MANUAL = "manual", "Added by the brand"
        ERASED = "erased", "Erased at the customer's wish"

    channel = models.CharField(max_length=10, choices=Channel.choices)
    # The normal form of the address; for erased ones a keyed hash of it, hex.
    address = models.CharField(max_length=254)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    detail = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("suppression"),
            models.UniqueConstraint(
                fields=["brand", "channel", "address"], name="suppression_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.reason}"
