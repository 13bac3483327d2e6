"""What came back with the codes of campaigns by letter or phone."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from accounts.scope import current_brand_id
from config.kit import sql


@dataclass(frozen=True, slots=True)
class Redeemed:
    """Codes given and used, and the counted orders they came with. Money is minor units of the
    brand's currency, less what was paid back."""

    given: int = 0
    used: int = 0
    orders: int = 0
    net_minor: int = 0


def redeemed_of(campaign_ids: Collection[int]) -> dict[int, Redeemed]:
    """By campaign; mails are missing, and lists that gave no codes."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("campaigns", "list_result"),
            {"brand_id": current_brand_id(), "campaign_ids": list(campaign_ids)},
        )
        return {row[0]: Redeemed(*row[1:]) for row in cursor.fetchall()}
