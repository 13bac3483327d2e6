"""The brand's repurchase ladder as of a day."""

from datetime import date
from typing import Any

from django.db import connection

from accounts.scope import current_brand_id
from config.kit import sql
from customers.rules.ladder import Climb, Rung, build


def repurchase_ladder(*, as_of: date, rungs: int = 7) -> list[Rung]:
    """Rungs 1 to `rungs` with what had happened by the end of `as_of`."""
    parameters: dict[str, Any] = {"brand_id": current_brand_id(), "as_of": as_of, "rungs": rungs}
    with connection.cursor() as cursor:
        cursor.execute(sql.load("customers", "ladder"), parameters)
        return build((Climb(*row) for row in cursor.fetchall()), rungs=rungs)
