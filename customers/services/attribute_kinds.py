"""Changing a declared attribute: only when every value that is there can follow."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection, transaction

from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict
from customers.events.customers import AttributeChanged, AttributeDeleted
from customers.models.attributes import AttributeDefinition
from customers.rules.attributes import CHOICE, TEXT, Reading, Shape, Value, read_value, write_value
from customers.selectors.attributes import current_reading, segments_using, shape_of
from customers.services.attributes import (
    clean_choices,
    clean_kind,
    clean_label,
    lock_kinds,
    refresh_values,
)
from customers.services.dirty import mark_dirty

SAMPLES = 10


@dataclass(frozen=True, slots=True)
class Failure:
    """A value that cannot be one of the new kind: how many customers have it, and why not."""

    value: str
    customers: int
    reason: str


class Unconvertible(Conflict):
    """Values are in the way of another kind: how many customers have one, and the commonest."""

    code = "values_do_not_fit"

    def __init__(self, *, customers: int, samples: list[Failure]) -> None:
        people = (
            "1 customer has a value" if customers == 1 else f"{customers:,} customers have values"
        )
        super().__init__(f"{people} that would not fit. Nothing was changed.")
        self.customers = customers
        self.samples = samples


def change_attribute(
    *,
    definition: AttributeDefinition,
    label: str | None = None,
    kind: str | None = None,
    choices: Collection[str] | None = None,
    is_promoted: bool | None = None,
) -> AttributeDefinition:
    """Change what is given; None leaves it. A new kind converts every value in one go.

    Raises Unconvertible (and changes nothing) when a value does not fit, Conflict when segments ask
    for the attribute in its present kind, Invalid for what cannot be kept."""
    with transaction.atomic():
        lock_kinds(exclusive=True)
        row = AttributeDefinition.objects.select_for_update(no_key=True).get(pk=definition.pk)
        before = shape_of(row)
        row.label = row.label if label is None else clean_label(label)
        row.kind = row.kind if kind is None else clean_kind(kind)
        if row.kind != before.kind or choices is not None:
            row.choices = clean_choices(row.kind, row.choices if choices is None else choices)
        row.is_promoted = row.is_promoted if is_promoted is None else is_promoted
        if {before.kind, row.kind} - {TEXT, CHOICE} and before.kind != row.kind:
            _refuse_if_used(row.name, "Its kind stays while they do.")
        moved = _convert(row.name, before, shape_of(row)) if shape_of(row) != before else []
        row.save()
        refresh_values(customer_ids=None, definition_ids=[row.pk])
        mark_dirty(moved)
        record(AttributeChanged(subject_id=row.pk, customers=len(moved)))
    return row


def delete_attribute(*, definition: AttributeDefinition) -> int:
    """Take the attribute away with all its values; how many customers had one.

    Raises Conflict when segments ask for it."""
    with transaction.atomic():
        lock_kinds(exclusive=True)
        row = AttributeDefinition.objects.select_for_update().get(pk=definition.pk)
        _refuse_if_used(row.name, "Change or delete them first.")
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE customers_customer SET attributes = attributes - %(name)s,"
                " updated_at = %(at)s"
                " WHERE brand_id = %(brand_id)s AND attributes ? %(name)s RETURNING id",
                {"brand_id": current_brand_id(), "name": row.name, "at": now()},
            )
            ids = [customer_id for (customer_id,) in cursor.fetchall()]
        row.values.all().delete()
        row.delete()
        mark_dirty(ids)
        record(AttributeDeleted(subject_id=definition.pk, customers=len(ids)))
    return len(ids)


def _refuse_if_used(name: str, what_to_do: str) -> None:
    used_by = segments_using(name)
    if used_by:
        names = ", ".join(segment.name for segment in used_by)
        raise Conflict(f"Segments ask for this attribute: {names}. {what_to_do}", code="in_use")


def _convert(name: str, old: Shape, new: Shape) -> list[int]:
    """Rewrite all values; the customers whose value is another now. Raises Unconvertible."""
    reading = current_reading()
    pairs: list[tuple[str, str]] = []
    failures: list[Failure] = []
    for stored, customers in _distinct(name):
        value: Value = json.loads(stored)
        try:
            after = _converted(value, old, new, reading)
        except ValueError as error:
            failures.append(Failure(write_value(value, old, reading), customers, str(error)))
        else:
            if after != value or type(after) is not type(value):
                pairs.append((stored, json.dumps(after)))
    if failures:
        failures.sort(key=lambda failure: (-failure.customers, failure.value))
        total = sum(failure.customers for failure in failures)
        raise Unconvertible(customers=total, samples=failures[:SAMPLES])
    return _rewrite(name, pairs) if pairs else []


def _converted(value: Value, old: Shape, new: Shape, reading: Reading) -> Value:
    """Through text, as a person would retype it; a number that cannot be one stays refused."""
    after = read_value(write_value(value, old, reading), new, reading)
    assert after is not None, "a stored value is never empty"
    return after


def _distinct(name: str) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (attributes -> %(name)s)::text, count(*) FROM customers_customer"
            " WHERE brand_id = %(brand_id)s AND attributes ? %(name)s GROUP BY 1",
            {"brand_id": current_brand_id(), "name": name},
        )
        return [(str(stored), int(customers)) for stored, customers in cursor.fetchall()]


def _rewrite(name: str, pairs: list[tuple[str, str]]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer AS c"
            " SET attributes = c.attributes || jsonb_build_object(%(name)s::text, m.new_value),"
            " updated_at = %(at)s"
            " FROM unnest(%(old)s::text[]::jsonb[], %(new)s::text[]::jsonb[])"
            " AS m (old_value, new_value)"
            " WHERE c.brand_id = %(brand_id)s AND c.attributes -> %(name)s = m.old_value"
            " RETURNING c.id",
            {
                "brand_id": current_brand_id(),
                "name": name,
                "at": now(),
                "old": [old for old, _ in pairs],
                "new": [new for _, new in pairs],
            },
        )
        return [customer_id for (customer_id,) in cursor.fetchall()]
