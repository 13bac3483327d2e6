"""How much mail a brand lets its customers get."""

from django.db import models
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, owned
from config.kit.clock import now


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
