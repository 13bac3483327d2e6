"""How a brand's customers usually buy: what its ready segments take their thresholds from."""

from datetime import date

from django.db import connection

from accounts.scope import current_brand_id
from config.kit import sql
from customers.segments.ready import Habits


def habits(*, as_of: date) -> Habits:
    """By what had happened up to the brand's day."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("customers", "buying_habits"),
            {"brand_id": current_brand_id(), "as_of": as_of},
        )
        return Habits(*cursor.fetchone())
