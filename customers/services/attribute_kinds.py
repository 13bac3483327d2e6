"""Changing a declared attribute: only when every value that is there can follow."""

from collections.abc import Collection

from django.db import transaction

from accounts.services.events import record
from config.kit.errors import Conflict
from customers.events.customers import AttributeChangeBegun, AttributeChanged, AttributeDeleted
from customers.models.attributes import AttributeDefinition
from customers.rules.attributes import CHOICE, MONEY, NUMBER, TEXT, Shape
from customers.selectors.attributes import current_reading, segments_using, shape_of
from customers.services.attribute_changes import begun
from customers.services.attribute_values import (
    SAMPLES,
    Failure,
    conversion,
    rewrite,
    take_away,
    values_of,
)
from customers.services.attributes import (
    clean_choices,
    clean_kind,
    clean_label,
    lock_kinds,
    refresh_values,
)
from customers.services.dirty import mark_dirty

# More customers than that are changed in the background.
MANY = 5000


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
    """Change what is given; None leaves it. A new kind converts every value: of many customers in
    the background, which `definition.changing` then tells of (see attribute_changes).

    Raises Unconvertible (and changes nothing) when a value does not fit, Conflict when segments ask
    for the attribute in its present kind or it is being changed, Invalid for what cannot be."""
    with transaction.atomic():
        lock_kinds(exclusive=True)
        row = _free(definition)
        before, was_promoted = shape_of(row), row.is_promoted
        row.label = row.label if label is None else clean_label(label)
        row.kind = row.kind if kind is None else clean_kind(kind)
        if row.kind != before.kind or choices is not None:
            row.choices = clean_choices(row.kind, row.choices if choices is None else choices)
        row.is_promoted = row.is_promoted if is_promoted is None else is_promoted
        if {before.kind, row.kind} - {TEXT, CHOICE} and before.kind != row.kind:
            _refuse_if_used(row.name, "Its kind stays while they do.")
        if shape_of(row) == before and row.is_promoted == was_promoted:
            row.save()
            record(AttributeChanged(subject_id=row.pk, customers=0))
        else:
            _carry_out(row, before)
    return row


def delete_attribute(*, definition: AttributeDefinition) -> int | None:
    """Take the attribute away with all its values; how many customers had one, None when they are
    so many that it is done in the background.

    Raises Conflict when segments ask for it or it is being changed."""
    with transaction.atomic():
        lock_kinds(exclusive=True)
        row = _free(definition)
        _refuse_if_used(row.name, "Change or delete them first.")
        customers = sum(having for _, having in values_of(row.name))
        if customers > MANY:
            row.changing = begun(customers, is_going=True)
            row.save(update_fields=["changing"])
            record(AttributeChangeBegun(subject_id=row.pk))
            return None
        ids = take_away(row.name)
        row.values.all().delete()
        row.delete()
        mark_dirty(ids)
        record(AttributeDeleted(subject_id=definition.pk, customers=len(ids)))
    return len(ids)


def _free(definition: AttributeDefinition) -> AttributeDefinition:
    """The definition, locked."""
    row = AttributeDefinition.objects.select_for_update(no_key=True).get(pk=definition.pk)
    if row.changing:
        raise Conflict(
            "This attribute is being changed just now. Try again in a minute.", code="changing"
        )
    return row


def _carry_out(row: AttributeDefinition, before: Shape) -> None:
    """Convert the values to the definition's shape. Raises Unconvertible."""
    values = values_of(row.name)
    found = conversion(values, before, shape_of(row), current_reading())
    if found.failures:
        total = sum(failure.customers for failure in found.failures)
        raise Unconvertible(customers=total, samples=found.failures[:SAMPLES])
    customers = sum(having for _, having in values)
    if customers > MANY:
        row.changing = begun(customers, before=before)
        if {before.kind, row.kind} == {NUMBER, MONEY}:
            # Both are JSON numbers: halfway nobody could tell which are which. As text they can.
            row.changing["then"], row.kind = row.kind, TEXT
        row.save()
        record(AttributeChangeBegun(subject_id=row.pk))
        return
    moved = rewrite(row.name, found.pairs)
    row.save()
    refresh_values(customer_ids=None, definition_ids=[row.pk])
    mark_dirty(moved)
    record(AttributeChanged(subject_id=row.pk, customers=len(moved)))


def _refuse_if_used(name: str, what_to_do: str) -> None:
    used_by = segments_using(name)
    if used_by:
        names = ", ".join(segment.name for segment in used_by)
        raise Conflict(f"Segments ask for this attribute: {names}. {what_to_do}", code="in_use")
