"""Which orders followed a click, and how long after it they count in new campaigns."""

from psycopg.sql import SQL, Composable

from campaigns.models.attribution import DEFAULT_DAYS, AttributionRule
from config.kit import sql


def default_days() -> int:
    found = AttributionRule.objects.values_list("days", flat=True).first()
    return found or DEFAULT_DAYS


def attributed() -> Composable:
    """A SELECT of the orders that followed clicks on the campaigns `campaign_ids`."""
    return SQL(sql.load("campaigns", "attribution"))
