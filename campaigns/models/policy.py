"""How much mail a brand lets its customers get, and whose turn is being taken right now."""

from django.db import models
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from campaigns.models.campaigns import Campaign
from config.kit.clock import now
from customers.models.customers import Customer


class ContactPolicy(BrandOwned):
    """A brand's contact rules from `since` on. Each change adds a row; the newest one holds."""

    # The JSON of campaigns.rules.pressure.Rules.
    rules = models.JSONField(default=dict)
    by_id = models.BigIntegerField(null=True, editable=False)
    since = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [*owned("contact_policy", append_only=True)]
        indexes = [models.Index(fields=["brand", "since"], name="contact_policy_since")]

    def __str__(self) -> str:
        return f"Contact rules since {self.since:%Y-%m-%d}"


class Reservation(BrandOwned):
    """A mail that is about to leave: it counts like one that left, until its outcome is written."""

    campaign = OwnKey[Campaign](Campaign, related_name="reservations")
    customer = OwnKey[Customer](Customer, related_name="reservations")
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("reservation", "campaign", "customer"),
            models.UniqueConstraint(
                fields=["brand", "customer", "campaign"], name="reservation_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Reserved for customer {self.customer_id}"
