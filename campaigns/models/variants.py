"""Other wordings of a campaign, to see which one people answer to."""

from django.db import models
from django.db.models import Q

from accounts.models.base import BrandOwned, OwnKey, owned
from campaigns.models.campaigns import Campaign

# The campaign's own words are variant A.
MAIN = "A"
LETTERS = "ABCDEF"


class CampaignVariant(BrandOwned):
    """Variant B to F: its own subject, preview line and blocks; frozen with its campaign."""

    campaign = OwnKey[Campaign](Campaign, related_name="variants")
    letter = models.CharField(max_length=1)
    subject = models.CharField(max_length=200, blank=True)
    preheader = models.CharField(max_length=200, blank=True)
    blocks = models.JSONField(default=list)
    # At launch: how many links of the campaign come before its own (see CampaignLink.number).
    links_before = models.PositiveIntegerField(default=0, db_default=0)

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
