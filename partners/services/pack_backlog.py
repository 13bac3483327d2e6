"""A whole file of orders at once: the few that sold gift packs, batch by batch."""

from time import monotonic

from accounts.scope import brand_scope
from customers.models.imports import Import
from partners.selectors.packs import has_packs, order_ids_of_import
from partners.services.pack_sales import follow_orders

BATCH = 50
# A turn of background work takes at most a minute.
_SECONDS = 40.0


def follow_import(*, brand_id: int, import_id: int) -> bool:
    """Follow a file's orders: those that are news where the file is to be taken as such, and what
    it says of packs that were sold before. False when more is left to do.

    Opens the brand's scope by itself, one transaction for each batch. What was looked at is not
    found again, so that the next turn goes on where this one stopped."""
    ends = monotonic() + _SECONDS
    with brand_scope(brand_id):
        if not has_packs():
            return True
        waiting = order_ids_of_import(Import.objects.get(pk=import_id))
    for start in range(0, len(waiting), BATCH):
        if monotonic() > ends:
            return False
        with brand_scope(brand_id):
            follow_orders(waiting[start : start + BATCH])
    return True
