"""What campaigns are called, for whoever has to name one elsewhere."""

from campaigns.models.campaigns import Campaign
from config.kit import ids

PREFIX = "cmp"


def by_public_id(most: int) -> list[tuple[str, str]]:
    """(`cmp_...`, name) of the newest campaigns."""
    rows = Campaign.objects.order_by("-id").values_list("uid", "name")[:most]
    return [(ids.encode(PREFIX, uid), name) for uid, name in rows]
