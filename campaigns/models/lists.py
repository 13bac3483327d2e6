"""Campaigns that leave as a list for a printer or a call team, not as mails."""

from django.db import models
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from campaigns.models.campaigns import Campaign
from config.kit.clock import now


class CampaignList(BrandOwned):
    """What a campaign by letter or phone has beside its audience: who approved the list, and when
    it was handed over. Until then nobody counts as written to."""

    campaign = OwnKey[Campaign](Campaign, related_name="lists")
    # For whoever prints or calls: format, offer, what to say.
    notes = models.TextField(max_length=2000, blank=True, default="", db_default="")
    # Where the personal link of each line leads to; empty: lines have none.
    link = models.CharField(max_length=2000, blank=True, default="", db_default="")
    approved_by_id = models.BigIntegerField(null=True, editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)
    # All codes are drawn: the list can be fetched.
    ready_at = models.DateTimeField(null=True, editable=False)
    handed_over_on = models.DateField(null=True, editable=False)
    handed_over_by_id = models.BigIntegerField(null=True, editable=False)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("campaign_list", "campaign"),
            models.UniqueConstraint(fields=["brand", "campaign"], name="campaign_list_once"),
        ]

    def __str__(self) -> str:
        return f"List of campaign {self.campaign_id}"
