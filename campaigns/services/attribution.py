"""How long after a click an order counts: for one campaign, or for all new ones."""

from django.db import transaction

from accounts.scope import current_brand_id
from campaigns.models.attribution import MAX_DAYS, AttributionRule
from campaigns.models.campaigns import Campaign
from config.kit.clock import now
from config.kit.errors import Invalid


def set_attribution_days(campaign: Campaign, *, days: int, is_default: bool = False) -> None:
    """Count the campaign's orders within so many days after a click, those of the past too.

    `is_default`: new campaigns of the brand begin with it as well. Raises Invalid."""
    if not 1 <= days <= MAX_DAYS:
        message = f"Count orders for 1 to {MAX_DAYS} days."
        raise Invalid(message, fields={"days": message})
    with transaction.atomic():
        rows = Campaign.objects.filter(pk=campaign.pk)
        rows.update(attribution_days=days, updated_at=now())
        if is_default:
            AttributionRule.objects.update_or_create(
                brand_id=current_brand_id(), defaults={"days": days}
            )
    campaign.attribution_days = days
