"""The brand's retention cohorts as of a day."""

from datetime import date, timedelta
from typing import Any

from django.db import connection

from accounts.scope import current_brand_id
from config.kit import sql
from customers.rules import cohorts
from customers.rules.months import last_months


def retention_cohorts(*, as_of: date, is_over: bool, months: int = 12) -> list[cohorts.Cohort]:
    """The cohorts of the month of `as_of` and of `months` months before.

    `is_over` says that `as_of` itself has ended (a sample brand's day has, today has not)."""
    starts = last_months(as_of, months + 1)
    parameters: dict[str, Any] = {
        "brand_id": current_brand_id(),
        "as_of": as_of,
        "months": starts,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.load("customers", "cohorts"), parameters)
        counts = [
            (starts[cohort - 1], month - cohort, customers)
            for cohort, month, customers in cursor.fetchall()
        ]
    closed_through = as_of if is_over else as_of - timedelta(days=1)
    return cohorts.build(counts, closed_through=closed_through)
