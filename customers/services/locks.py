"""Take customers one program at a time, so that what is added up from their rows is complete."""

from collections.abc import Collection

from django.db import connection

from accounts.scope import current_brand_id
from customers.models.customers import Customer


def lock_customers(ids: Collection[int | None]) -> None:
    """In id order, until the transaction ends. Two orders of one customer recorded at once would
    each miss the other in the facts."""
    wanted = {pk for pk in ids if pk is not None}
    rows = Customer.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    list(rows.values_list("pk", flat=True))


def lock_number(kind: str, source: str, source_id: str) -> None:
    """One program at a time speaks of this order or refund, also while it is not known yet: a
    refund and its order that arrive together would each miss the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{kind}:{current_brand_id()}:{source}:{source_id}"],
        )
