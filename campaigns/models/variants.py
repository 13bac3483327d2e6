"""Other wordings of a campaign, to see which one people answer to."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from campaigns.models.campaigns import Campaign
from config.kit.clock import now

# The campaign's own words are variant A.
MAIN = "A"
LETTERS = "ABCDEF"


class CampaignVariant(BrandOwned):
    """Variant B to F: its own subject, preview line and blocks. A launch freezes them too."""

    campaign = OwnKey[Campaign](Campaign, related_name="variants")
    letter = models.CharField(max_length=1)
    subject = models.CharField(max_length=200, blank=True)
    preheader = models.CharField(max_length=200, blank=True)
    blocks = models.JSONField(default=list)
    # {"de": {"subject": ..., "preheader": ..., "texts": {block id: {field: text}}}}
    translations = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("campaign_variant", "campaign"),
            models.UniqueConstraint(
                fields=["brand", "campaign", "letter"], name="campaign_variant_letter"
            ),
            models.CheckConstraint(
                condition=Q(letter__in=list(LETTERS[1:])), name="campaign_variant_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Variant {self.letter} of campaign {self.campaign_id}"

    @property
    def name(self) -> str:
        return f"{self.campaign.name}: variant {self.letter}"
