"""Recording what happened, and letting the wired handlers react exactly once each."""

import json
import logging
from collections.abc import Callable

from django.db import connection

from accounts.events import EVENT_TYPES, Event
from accounts.models.events import DomainEvent
from accounts.routing import handler_name, handlers_of, is_wired
from accounts.scope import brand_scope, current_actor
from accounts.work import ring_after_commit
from config.kit.sql import rows_of

logger = logging.getLogger(__name__)

DISPATCH = "accounts.tasks.dispatch_event"

# The event and, where somebody reacts to it, the work of telling them: nobody can have asked for
# that before, so there is nothing to conflict with.
_RECORD = """
WITH event AS (
    INSERT INTO accounts_domainevent
        (brand_id, type, version, subject_kind, subject_id, actor_kind, actor_id, reason,
         request_id, batch_id, at, payload)
    VALUES (%(brand_id)s, %(type)s, %(version)s, %(subject_kind)s, %(subject_id)s, %(actor_kind)s,
            %(actor_id)s, %(reason)s, %(request_id)s, %(batch_id)s, %(at)s, %(payload)s::jsonb)
    RETURNING id, brand_id, at
),
work AS (
    INSERT INTO accounts_workitem (brand_id, kind, ref_id, due_at)
    SELECT brand_id, %(kind)s::text, id, at FROM event WHERE %(is_heard)s::boolean
    RETURNING id
)
SELECT event.id, work.id FROM event LEFT JOIN work ON true
"""

_HANDLE = """
INSERT INTO accounts_eventhandled (brand_id, event_id, handler)
VALUES (%(brand_id)s, %(event_id)s, %(handler)s)
ON CONFLICT DO NOTHING
RETURNING id
"""


def record(event: Event, *, batch_id: int | None = None) -> DomainEvent:
    """Write the fact in the open transaction; its handlers run after the commit."""
    assert connection.in_atomic_block, "record() belongs inside the transaction of the change"
    assert is_wired(type(event)), f"{type(event).__name__} is missing from config/wiring.py"
    actor = current_actor()
    row = DomainEvent(
        type=event.type,
        version=event.version,
        subject_kind=event.subject,
        subject_id=event.subject_id,
        actor_kind=actor.kind,
        actor_id=actor.id,
        reason=actor.reason,
        request_id=actor.request_id[:64],
        batch_id=batch_id,
        payload=event.payload(),
    )
    said = {field.attname: getattr(row, field.attname) for field in DomainEvent._meta.fields}
    is_heard = bool(handlers_of(type(event)))
    params = {**said, "payload": json.dumps(row.payload), "kind": DISPATCH, "is_heard": is_heard}
    ((row.pk, item_id),) = rows_of(_RECORD, params)
    if item_id is not None:
        ring_after_commit(DISPATCH, item_id)
    return row


def dispatch(*, brand_id: int, event_id: int) -> None:
    """Run each handler that has not dealt with this event, each in its own transaction.

    One failing handler does not stop the others; its error is raised at the end."""
    with brand_scope(brand_id):
        row = DomainEvent.objects.get(pk=event_id)
    event_class = EVENT_TYPES[row.type]
    event = event_class(subject_id=row.subject_id, **row.payload)
    first_error: Exception | None = None
    for handler in handlers_of(event_class):
        try:
            handle_once(brand_id, row.pk, handler=handler, event=event)
        except Exception as error:
            logger.exception("handler %s failed on %s", handler_name(handler), row)
            first_error = first_error or error
    if first_error is not None:
        raise first_error


def handle_once(
    brand_id: int, event_id: int, *, handler: Callable[..., None], event: Event
) -> None:
    """Nothing when it has dealt with this event before."""
    with brand_scope(brand_id):
        said = {"brand_id": brand_id, "event_id": event_id, "handler": handler_name(handler)}
        is_first = bool(rows_of(_HANDLE, said))
        if is_first:
            handler(event)
