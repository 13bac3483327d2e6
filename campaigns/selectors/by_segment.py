"""What came of a campaign in each of the brand's segments."""

from dataclasses import dataclass

from django.db import connection
from psycopg.sql import SQL

from accounts.scope import current_brand_id
from campaigns.models.campaigns import Campaign
from campaigns.selectors.attribution import attributed
from config.kit import ids, sql

MOST = 20
SEGMENT = "seg"


@dataclass(frozen=True, slots=True)
class SegmentOutcome:
    """Of those written to who were in the segment; `left` unsubscribed or complained. Money is
    minor units of the brand's currency."""

    public_id: str
    name: str
    sent: int
    clicked: int
    left: int
    orders: int
    net_minor: int

    @property
    def net_per_sent_minor(self) -> int:
        return round(self.net_minor / self.sent)


def outcomes_by_segment(campaign: Campaign) -> list[SegmentOutcome]:
    """The largest first, at most MOST; empty before the launch."""
    if campaign.launched_at is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            SQL(sql.load("campaigns", "by_segment")).format(attributed=attributed()),
            {
                "brand_id": current_brand_id(),
                "campaign_id": campaign.pk,
                "campaign_ids": [campaign.pk],
                "launched_at": campaign.launched_at,
                "most": MOST,
            },
        )
        return [SegmentOutcome(ids.encode(SEGMENT, uid), *row) for uid, *row in cursor.fetchall()]
