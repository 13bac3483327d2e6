"""How often customers want to hear from a brand, by their own word."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from customers.models.customers import Customer


class Preference(BrandOwned):
    """One row per customer who chose something; topics are the permission ledger's business."""

    customer = OwnKey[Customer](Customer, related_name="preferences")
    # At most one mail in so many days; empty: as it comes.
    at_most_days = models.PositiveIntegerField(null=True)
    # No news and offers before this day, on the brand's calendar.
    paused_until = models.DateField(null=True)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("preference", "customer"),
            models.UniqueConstraint(fields=["brand", "customer"], name="preference_once"),
            models.CheckConstraint(
                condition=Q(at_most_days__isnull=True)
                | Q(at_most_days__gte=1, at_most_days__lte=366),
                name="preference_days_bounded",
            ),
        ]

    def __str__(self) -> str:
        return f"customer {self.customer_id}: {self.at_most_days or 'as it comes'}"
