"""Carry the change of an attribute through many customers, some at a time.

From the beginning new values are of the new kind; old ones are told apart by what they are in
JSON, so that it does not matter who writes where meanwhile. Until the end segments read the
customers and not the index of promoted values."""

import time
from typing import Any

from accounts.scope import brand_scope
from accounts.services.events import record
from customers.events.customers import AttributeChanged, AttributeDeleted
from customers.models.attributes import AttributeDefinition
from customers.models.customers import Customer
from customers.rules.attributes import Shape
from customers.selectors.attributes import current_reading, shape_of
from customers.services.attribute_values import conversion, rewrite, take_away, values_of
from customers.services.attributes import lock_kinds, refresh_values
from customers.services.dirty import mark_dirty
from customers.services.locks import lock_customers

# Customers who are changed in one transaction.
STEP = 2000
# A task may run for 60 s.
RUN_SECONDS = 30.0
_TEXT = Shape()


def begun(customers: int, *, before: Shape = _TEXT, is_going: bool = False) -> dict[str, Any]:
    """What `AttributeDefinition.changing` says of a change that so many customers wait for: the
    shape their values have, or that the attribute is to go, and how far it has come."""
    return {
        "kind": before.kind,
        "choices": list(before.choices),
        "is_going": is_going,
        "up_to": 0,
        "done": 0,
        "of": customers,
    }


def carry_change_through(*, brand_id: int, definition_id: int) -> bool:
    """Go on for some time; True when the change is complete. Opens its own scopes."""
    deadline = time.monotonic() + RUN_SECONDS
    while True:
        with brand_scope(brand_id):
            is_left = _do_next(definition_id)
        # In a transaction of its own: who changes kinds locks them before the definition.
        with brand_scope(brand_id):
            if not is_left and _complete(definition_id):
                return True
        if time.monotonic() >= deadline:
            return False


def _do_next(definition_id: int) -> bool:
    """The next customers; False when there are none."""
    row = _changing(definition_id)
    if row is None or row.changing is None:
        return False
    having = Customer.objects.filter(pk__gt=row.changing["up_to"], attributes__has_key=row.name)
    ids = list(having.order_by("pk").values_list("pk", flat=True)[:STEP])
    if not ids:
        return False
    lock_customers(ids)
    _carry_out(row, ids)
    row.changing["up_to"] = ids[-1]
    row.changing["done"] += len(ids)
    row.save(update_fields=["changing"])
    return True


def _carry_out(row: AttributeDefinition, ids: list[int] | None) -> None:
    assert row.changing is not None, "the caller has looked"
    if row.changing["is_going"]:
        moved = take_away(row.name, ids)
    else:
        before = Shape(row.changing["kind"], tuple(row.changing["choices"]))
        found = conversion(values_of(row.name, ids), before, shape_of(row), current_reading())
        moved = rewrite(row.name, found.pairs, ids)
    refresh_values(customer_ids=moved if ids is None else ids, definition_ids=[row.pk])
    mark_dirty(moved)


def _complete(definition_id: int) -> bool:
    """The end, while nobody writes values; False when another change follows."""
    lock_kinds(exclusive=True)
    row = _changing(definition_id)
    if row is None or row.changing is None:
        return True
    # What a merge has carried to a customer we had passed.
    _carry_out(row, None)
    done, then = row.changing["done"], row.changing.get("then")
    if row.changing["is_going"]:
        row.values.all().delete()
        row.delete()
        record(AttributeDeleted(subject_id=definition_id, customers=done))
        return True
    row.changing = begun(row.changing["of"], before=_TEXT) if then else None
    row.kind = then or row.kind
    row.save()
    if then is None:
        record(AttributeChanged(subject_id=row.pk, customers=done))
    return then is None


def _changing(definition_id: int) -> AttributeDefinition | None:
    rows = AttributeDefinition.objects.select_for_update(no_key=True)
    return rows.filter(pk=definition_id, changing__isnull=False).first()
