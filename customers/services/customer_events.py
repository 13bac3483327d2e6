"""Keeping what customers do, a thousand events at a time, also of people nobody knows yet."""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.sql import load
from customers.events.customers import CustomerEventsRecorded
from customers.models.customer_events import CustomerEvent
from customers.models.customers import Customer
from customers.rules.bulk import Outcome
from customers.rules.events import CREATED, DUPLICATE, ERASED, NOBODY, UNKNOWN, Batch
from customers.selectors.erasure import hash_params
from customers.services.dirty import ring_after_commit
from customers.services.facts import refresh_facts

# Clocks of shops run a little fast; a later time is a mistake.
FUTURE = timedelta(days=1)


def record_events(batch: Batch) -> list[Outcome]:
    """Keep the batch's events and say what became of each item of the body, in its order.

    (source, id) counts once: told again, an event stays as it was. One whose customer is not
    known is kept, and joins them as soon as somebody has the address or id it names."""
    outcomes = dict.fromkeys(batch.places, CREATED)
    outcomes |= {at: Outcome("error", errors=(p,)) for at, p in batch.problems.items()}
    if len(batch.places):
        # A savepoint would cost two round trips, and there is nothing to go back to.
        with transaction.atomic(savepoint=False):
            outcomes |= _write(batch)
    return [outcomes[at] for at in range(batch.total)]


def _write(batch: Batch) -> dict[int, Outcome]:
    """What became of the events that were not simply created."""
    params = {**_params(), **hash_params(), "events": batch.rows.decode()}
    with connection.cursor() as cursor:
        cursor.execute(load("customers", "events_record"), params)
        added, first, last, told, unknown, nobody, erased = cursor.fetchone()
        joined: list[int] = []
        if batch.names_visitors:
            cursor.execute(load("customers", "events_join_visitors"), params)
            (joined,) = cursor.fetchone()
    _refresh(joined)
    if added:
        ring_after_commit()
        record(CustomerEventsRecorded(subject_id=first, last_id=last, events=added))
    places = batch.places
    return {
        **{places[no - 1]: UNKNOWN for no in unknown},
        **{places[no - 1]: DUPLICATE for no in told},
        **{places[no - 1]: NOBODY for no in nobody},
        **{places[no - 1]: ERASED for no in erased},
    }


def join_events(*, customer_ids: Collection[int] | None, since: datetime | None = None) -> None:
    """Give these customers (None: all who got a name since `since`) the events that wait for an
    address or id of theirs."""
    rows = CustomerEvent.objects.filter(waiting_for__isnull=False)
    if not rows.exists():
        return
    ids = None if customer_ids is None else sorted(customer_ids)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            load("customers", "events_join"), {**_params(), "customer_ids": ids, "since": since}
        )
        (joined,) = cursor.fetchone()
        _refresh(joined)


def refresh_event_facts(*, first_id: int, last_id: int) -> None:
    """Bring the facts of everybody up to date of whom the events between two ids tell."""
    told = CustomerEvent.objects.filter(pk__range=(first_id, last_id))
    ids = told.values_list("customer_id", flat=True).distinct()
    with transaction.atomic():
        _refresh([pk for pk in ids if pk is not None])


def _refresh(customer_ids: Collection[int]) -> None:
    """In id order, as orders lock them: facts written at the same time would miss each other."""
    if not customer_ids:
        return
    rows = Customer.objects.select_for_update(no_key=True).filter(pk__in=customer_ids)
    refresh_facts(customer_ids=list(rows.order_by("pk").values_list("pk", flat=True)))


def _params() -> dict[str, Any]:
    """A key of its own for each brand, so that waiting hashes of two cannot be compared."""
    brand_id = current_brand_id()
    pepper = hashlib.blake2b(
        str(brand_id).encode(),
        key=hashlib.sha256(settings.ERASURE_KEY.encode()).digest(),
        person=b"rapport waiting",
    ).digest()
    return {"brand_id": brand_id, "pepper": pepper}


def latest_instant() -> datetime:
    """What is later lies in the future."""
    return now() + FUTURE
