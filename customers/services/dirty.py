"""Say that something about customers changed, so that their segments are looked at again."""

from collections.abc import Collection
from functools import partial

from django.db import connection, transaction

from accounts.scope import brand_scope, current_brand_id
from accounts.work import enqueue, is_coming

EVALUATE = "customers.tasks.evaluate_segments"
# Everybody of one second is evaluated together.
GATHER_SECONDS = 1.0


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
    ring_after_commit()


def ring_after_commit() -> None:
    """Have the dirty customers of the brand in scope evaluated soon; for SQL that adds the rows
    itself.

    After the commit, since asking locks the brand's work item: a long import would hold up every
    order of its brand. What a crash in between leaves unrung, `look_for_dirty` finds."""
    transaction.on_commit(partial(ring, current_brand_id()), robust=True)


def ring(brand_id: int) -> None:
    """Ask for an evaluation of what is committed, unless one is about to begin anyway."""
    if not is_coming(EVALUATE, brand_id=brand_id, ref_id=brand_id, within=GATHER_SECONDS):
        with brand_scope(brand_id):
            enqueue(EVALUATE, ref_id=brand_id, delay=GATHER_SECONDS)
