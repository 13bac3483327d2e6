"""How a customer is known: e-mail addresses, phones, ids in other systems."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from customers.models.customers import Customer


class Identity(BrandOwned):
    """One address or id. `value_norm` is what is compared; `value` is as it was given."""

    class Kind(models.TextChoices):
        EMAIL = "email", "E-mail"
        PHONE = "phone", "Phone"
        EXTERNAL = "external", "Id in another system"

    customer = OwnKey[Customer](Customer, related_name="identities")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # Which system an external id belongs to ("uci", "shopify"); empty for addresses.
    source = models.CharField(max_length=30, blank=True)
    value = models.CharField(max_length=254)
    value_norm = models.CharField(max_length=254)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("identity", "customer"),
            models.UniqueConstraint(
                fields=["brand", "kind", "source", "value_norm"], name="identity_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["email", "phone", "external"]), name="identity_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["brand", "customer"], name="identity_customer")]

    def __str__(self) -> str:
        return self.value
