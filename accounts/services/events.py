"""Recording what happened, and letting the wired handlers react exactly once each."""

import logging
from collections.abc import Callable

from django.db import connection

from accounts.events import EVENT_TYPES, Event
from accounts.models.events import DomainEvent, EventHandled
from accounts.routing import handler_name, handlers_of, is_wired
from accounts.scope import brand_scope, current_actor
from accounts.work import enqueue

logger = logging.getLogger(__name__)

DISPATCH = "accounts.tasks.dispatch_event"


def record(event: Event, *, batch_id: int | None = None) -> DomainEvent:
    """Write the fact in the open transaction; its handlers run after the commit."""
    assert connection.in_atomic_block, "record() belongs inside the transaction of the change"
    assert is_wired(type(event)), f"{type(event).__name__} is missing from config/wiring.py"
    actor = current_actor()
    row = DomainEvent.objects.create(
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
    if handlers_of(type(event)):
        enqueue(DISPATCH, ref_id=row.pk)
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
            _handle_once(brand_id, row.pk, handler=handler, event=event)
        except Exception as error:
            logger.exception("handler %s failed on %s", handler_name(handler), row)
            first_error = first_error or error
    if first_error is not None:
        raise first_error


def _handle_once(
    brand_id: int, event_id: int, *, handler: Callable[..., None], event: Event
) -> None:
    with brand_scope(brand_id):
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {EventHandled._meta.db_table} (brand_id, event_id, handler)"  # noqa: S608
                " VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                [brand_id, event_id, handler_name(handler)],
            )
            is_first = cursor.rowcount == 1
        if is_first:
            handler(event)
