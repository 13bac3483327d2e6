"""Mails to the people who work with campaigns, when something happened that they would not see.

They are built inside the brand's scope and sent outside of it, from this installation's own
address: nothing about them may depend on the brand's sender, which may be what is wrong."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models.users import User
from accounts.selectors.brands import reachable_brands
from campaigns.models.campaigns import Campaign
from campaigns.rules.merge import clean_header


def build_failure_notice(campaign_id: int) -> EmailMessage | None:
    """To whoever launched the campaign, else who wrote it; None when that is nobody, or nobody
    who still works for the brand."""
    rows = Campaign.objects.select_related("brand")
    campaign = rows.filter(pk=campaign_id, state=Campaign.State.FAILED).first()
    owner = _owner(campaign) if campaign else None
    if campaign is None or owner is None:
        return None
    path = reverse("campaign", args=[campaign.brand.slug, campaign.pk])
    context = {
        "campaign": campaign,
        "owner": owner,
        "url": settings.BASE_URL.rstrip("/") + path,
    }
    return EmailMessage(
        subject=clean_header(f"“{campaign.name}” was not sent"),
        body=render_to_string("campaigns/mail/failed.txt", context),
        to=[owner.email],
    )


def _owner(campaign: Campaign) -> User | None:
    user_id = campaign.launched_by_id or campaign.created_by_id
    user = User.objects.filter(pk=user_id, is_active=True).first() if user_id else None
    if user is None:
        return None
    brands = {access.brand.pk for access in reachable_brands(user)}
    return user if campaign.brand_id in brands else None
