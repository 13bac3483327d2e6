"""Somebody shared, or was shown the offer: what the funnel begins with, once a day for each."""

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from config.kit.errors import Invalid
from referrals.models.links import Share, ShareChannel
from referrals.models.programmes import Advocate

PLACEMENTS = frozenset({"portal", "thank_you", "account", "mail", "insert"})


def count_share(
    advocate: Advocate,
    *,
    channel: str,
    placement: str = "portal",
    kind: str = Share.Kind.SHARED,
) -> None:
    """Once for each advocate, channel, place and day of the brand. Raises Invalid for a channel or
    a place that there is not."""
    if channel not in ShareChannel.values:
        raise Invalid.at("channel", "There is no such way to share.")
    if placement not in PLACEMENTS:
        raise Invalid.at("placement", "There is no such place.")
    share = Share(
        programme_id=advocate.programme_id,
        advocate=advocate,
        kind=kind,
        channel=channel,
        placement=placement,
        on=Brand.objects.get(pk=current_brand_id()).today,
    )
    Share.objects.bulk_create([share], ignore_conflicts=True)
