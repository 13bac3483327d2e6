"""Say that something about customers changed, so that their segments are looked at again."""

from collections.abc import Collection

from django.db import connection

from accounts.scope import current_brand_id


def mark_dirty(customer_ids: Collection[int]) -> None:
    """Call it in the transaction of the change; one statement however many customers."""
    if not customer_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_dirtycustomer (brand_id, customer_id)"
            " SELECT %(brand_id)s, unnest(%(customer_ids)s::bigint[])",
            {"brand_id": current_brand_id(), "customer_ids": sorted(set(customer_ids))},
        )
