"""What campaigns ask for on the overview: drafts that wait, sending that was paused."""

from django.urls import reverse

from accounts.models.brands import Brand
from campaigns.models.campaigns import Campaign
from customers.selectors.suggestions import Suggestion

_SHOWN = 3


def drafts_waiting(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """The newest drafts, for those who may finish them."""
    if "campaigns.edit" not in permissions:
        return []
    drafts = Campaign.objects.filter(state=Campaign.State.DRAFT).order_by("-updated_at")
    return [
        Suggestion(
            title=f"Finish “{draft.name}”",
            detail="A draft; nothing has been sent yet",
            url=reverse("list" if draft.is_list else "campaign_edit", args=[brand.slug, draft.pk]),
            icon="mail",
            tone="cross-sell",
        )
        for draft in drafts[:_SHOWN]
    ]


def paused(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Campaigns somebody stopped half-way, for those who may go on or cancel."""
    if "campaigns.send" not in permissions:
        return []
    stopped = Campaign.objects.filter(state=Campaign.State.PAUSED).order_by("-updated_at")
    return [
        Suggestion(
            title=f"“{campaign.name}” is paused",
            detail="Go on sending, or cancel what is left",
            url=reverse("campaign", args=[brand.slug, campaign.pk]),
            icon="pause",
            tone="venture",
        )
        for campaign in stopped[:_SHOWN]
    ]
