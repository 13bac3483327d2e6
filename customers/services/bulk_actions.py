"""One act on many customers: chosen once, worked off in slices, and it can be taken back."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Value

from accounts.services.events import record
from config.kit.errors import Conflict, Invalid
from customers.events.customers import (
    BulkActionFinished,
    BulkActionRequested,
    BulkActionUndone,
    BulkActionUndoRequested,
)
from customers.models.views import BulkAction, BulkChange
from customers.selectors.customers import living
from customers.selectors.people import EVERYBODY, Filters, people
from customers.services.bulk_kinds import KINDS
from customers.services.dirty import mark_dirty

SLICE = 5_000
MAX_PICKED = 1_000


def request_bulk_action(
    *,
    kind: str,
    params: Mapping[str, str],
    picked: Collection[int] | None,
    filters: Filters = EVERYBODY,
    by_id: int | None,
) -> BulkAction:
    """Ask for an act on the `picked` customers (None: everybody who fits `filters` now).

    Who is chosen is written down at once, so that the act cannot change its own choice. Raises
    Invalid when nobody is chosen or the act lacks something."""
    if kind not in KINDS:
        raise Invalid("Choose what to do with these customers.", fields={"kind": "unknown"})
    if picked is not None and len(picked) > MAX_PICKED:
        raise Invalid(f"Pick at most {MAX_PICKED} customers, or everybody who is shown.")
    cleaned = KINDS[kind].clean(params)
    with transaction.atomic():
        action = BulkAction.objects.create(
            kind=kind,
            params=cleaned,
            selection={"picked": len(picked)} if picked is not None else {"all": True},
            by_id=by_id,
        )
        action.chosen = _choose(action, picked, filters)
        if not action.chosen:
            raise Invalid("Nobody is chosen. Tick the customers first.")
        action.save(update_fields=["chosen"])
        action.refresh_from_db()
        record(BulkActionRequested(subject_id=action.pk))
    return action


def _choose(action: BulkAction, picked: Collection[int] | None, filters: Filters) -> int:
    if picked is not None:
        known = living().filter(pk__in=list(picked)).values_list("pk", flat=True)
        BulkChange.objects.bulk_create(BulkChange(action=action, customer_id=pk) for pk in known)
        return len(known)
    rows = people(filters).order_by().annotate(action=Value(action.pk))
    chosen, params = rows.values_list("brand_id", "action", "customer_id").query.sql_with_params()
    # The sub-select is Django's own, with its own parameters.
    columns = "brand_id, action_id, customer_id"
    statement = f"INSERT INTO customers_bulkchange ({columns}) {chosen}"
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def do_slice(*, action_id: int) -> bool:
    """Work off the next slice; True when there is nothing left."""
    action = _locked(action_id)
    if action.state != BulkAction.State.RUNNING:
        return True
    chosen = _next(action)
    if not chosen:
        action.state = BulkAction.State.DONE
        action.save(update_fields=["state"])
        record(BulkActionFinished(subject_id=action.pk, customers=action.customers))
        return True
    ids = [row.customer_id for row in chosen]
    before = KINDS[action.kind].do(ids, action.params)
    for row in chosen:
        row.before = before.get(row.customer_id)
    BulkChange.objects.bulk_update([row for row in chosen if row.before is not None], ["before"])
    BulkChange.objects.filter(pk__in=[row.pk for row in chosen if row.before is None]).delete()
    mark_dirty(before)
    _advance(action, ids, customers=F("customers") + len(before))
    return False


def request_undo(*, action: BulkAction) -> None:
    """Raises Conflict while it still runs, or when it has been taken back."""
    with transaction.atomic():
        asked = BulkAction.objects.filter(pk=action.pk, state=BulkAction.State.DONE).update(
            state=BulkAction.State.UNDOING, cursor=0, done=0, kept=0
        )
        if not asked:
            raise Conflict("This cannot be taken back now: it still runs, or was taken back.")
        record(BulkActionUndoRequested(subject_id=action.pk))


def undo_slice(*, action_id: int) -> bool:
    """Take back the next slice; True when there is nothing left."""
    action = _locked(action_id)
    if action.state != BulkAction.State.UNDOING:
        return True
    chosen = _next(action)
    if not chosen:
        action.state = BulkAction.State.UNDONE
        action.save(update_fields=["state"])
        record(
            BulkActionUndone(
                subject_id=action.pk, customers=action.customers - action.kept, kept=action.kept
            )
        )
        return True
    before: dict[int, dict[str, Any]] = {row.customer_id: row.before or {} for row in chosen}
    kept = KINDS[action.kind].undo(before, action.params)
    mark_dirty(before)
    _advance(action, list(before), kept=F("kept") + kept)
    return False


def _locked(action_id: int) -> BulkAction:
    return BulkAction.objects.select_for_update(no_key=True).get(pk=action_id)


def _next(action: BulkAction) -> list[BulkChange]:
    rows = BulkChange.objects.filter(action=action, customer_id__gt=action.cursor)
    return list(rows.order_by("customer_id")[:SLICE])


def _advance(action: BulkAction, ids: list[int], **more: Any) -> None:
    BulkAction.objects.filter(pk=action.pk).update(
        cursor=max(ids), done=F("done") + len(ids), **more
    )
