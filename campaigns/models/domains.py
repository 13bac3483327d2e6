"""The domains a brand sends from: their keys, and what the last look at their records found."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, owned
from config.kit.clock import now


class SendingDomain(BrandOwned):
    """A domain with the DKIM key (RFC 6376) that signs its mail. A new key is a new selector."""

    class State(models.TextChoices):
        NEW = "new", "Not verified yet"
        VERIFIED = "verified", "Verified"
        FAILING = "failing", "Records are missing"

    class Algorithm(models.TextChoices):
        RSA = "rsa", "RSA 2048"
        ED25519 = "ed25519", "Ed25519"

    domain = models.CharField(max_length=253)
    selector = models.CharField(max_length=63)
    algorithm = models.CharField(max_length=8, choices=Algorithm.choices, default=Algorithm.RSA)
    # PKCS 8 in PEM, sealed by config.kit.sealed; never shown.
    private_key = models.TextField(editable=False)
    # The p= of the DNS record, base64.
    public_key = models.TextField(editable=False)
    # Where bounces come back to, such as bounce.example.com; empty: to the sender's address.
    return_domain = models.CharField(max_length=253, blank=True, default="", db_default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    # Of the last look: one verdict for each record.
    findings = models.JSONField(default=dict)
    checked_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("sending_domain"),
            models.UniqueConstraint(fields=["brand", "domain"], name="sending_domain_once"),
            models.CheckConstraint(
                condition=Q(state__in=["new", "verified", "failing"]),
                name="sending_domain_state_known",
            ),
            models.CheckConstraint(
                condition=Q(algorithm__in=["rsa", "ed25519"]),
                name="sending_domain_algorithm_known",
            ),
        ]

    def __str__(self) -> str:
        return self.domain
