"""What customers allowed: an append-only ledger, and where each of them stands now."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from customers.models.customers import Customer


class Purpose(models.TextChoices):
    MARKETING = "marketing", "News and offers"


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"


class Basis(models.TextChoices):
    """The legal ground for a message (GDPR Art. 6, ePrivacy Art. 13)."""

    CONSENT = "consent", "Consent"
    SOFT_OPT_IN = "soft_opt_in", "Soft opt-in"
    CLAIMED = "claimed", "Claimed by the brand"
    NONE = "none", "None"


class Consent(BrandOwned):
    """One act: somebody allowed or withdrew something, when, where and in which words."""

    class Status(models.TextChoices):
        GRANTED = "granted", "Allowed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    customer = OwnKey[Customer](Customer, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    status = models.CharField(max_length=10, choices=Status.choices)
    basis = models.CharField(max_length=12, choices=Basis.choices)
    # Where the act took place: import, api, unsubscribe link, staff.
    source = models.CharField(max_length=40)
    wording = models.TextField(max_length=1000, blank=True)
    wording_version = models.CharField(max_length=40, blank=True)
    proof = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
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


class ConsentState(BrandOwned):
    """The latest act per customer, purpose and channel: what sending joins. Rebuilt from the
    ledger at any time."""

    customer = OwnKey[Customer](Customer, related_name="consent_states")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    status = models.CharField(max_length=10, choices=Consent.Status.choices)
    basis = models.CharField(max_length=12, choices=Basis.choices)
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
