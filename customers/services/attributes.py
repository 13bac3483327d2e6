"""The brand's own attributes: declare them, and read what is said of customers in them."""

import json
from collections.abc import Collection, Mapping, Sequence

from django.db import connection, transaction

from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.sql import load
from config.kit.text import clean_text
from customers.events.customers import AttributeDefined
from customers.models.attributes import AttributeDefinition
from customers.models.customers import Customer
from customers.rules.attributes import MAX_TEXT, Reading, Shape, Value, merged, read_value
from customers.selectors.attributes import current_reading, definitions, shape_of
from customers.services.dirty import mark_dirty
from customers.services.locks import BrandLock, lock_brand, lock_customers

MAX_DEFINITIONS = 100
MAX_PER_CALL = 50
MAX_NAME = 40
MAX_LABEL = 80
MAX_CHOICES = 200


def define_attribute(
    *,
    name: str,
    kind: str = AttributeDefinition.Kind.TEXT,
    label: str = "",
    choices: Collection[str] = (),
) -> AttributeDefinition:
    """A new attribute of the brand in scope. Raises Invalid, or Conflict when the name is taken."""
    row = AttributeDefinition(
        name=clean_name(name),
        label=clean_label(label or name),
        kind=clean_kind(kind),
        choices=clean_choices(kind, choices),
    )
    with transaction.atomic():
        lock_kinds(exclusive=True)
        known = definitions()
        if row.name in known:
            raise Conflict("There is an attribute of this name already.", code="name_taken")
        if len(known) >= MAX_DEFINITIONS:
            raise _too_many()
        row.save(force_insert=True)
        record(AttributeDefined(subject_id=row.pk))
    return row


def declare_missing(names: Collection[str]) -> dict[str, AttributeDefinition]:
    """All definitions by name, after the names never heard of have become text attributes.

    Nothing that is said gets lost for want of a declaration. Raises Invalid for a name that cannot
    be one, or when there would be more than MAX_DEFINITIONS (programs that declare at the same
    instant may go a few over). Kinds stay as they are until the transaction ends."""
    lock_kinds()
    known = definitions()
    new = sorted({clean_name(name) for name in names} - known.keys())
    if not new:
        return known
    if len(known) + len(new) > MAX_DEFINITIONS:
        raise _too_many()
    rows = [AttributeDefinition(name=name, label=name, kind="text") for name in new]
    AttributeDefinition.objects.bulk_create(rows, ignore_conflicts=True)
    return definitions()


def read_attributes(given: Mapping[str, object]) -> dict[str, Value | None]:
    """What is said of one customer, as typed values; None takes an attribute away.

    Declares names never heard of. Raises Invalid with every culprit at its place
    ("attributes/birthday": "Write a date such as ...")."""
    return read_all([given])[0]


def read_all(said: Sequence[Mapping[str, object]]) -> list[dict[str, Value | None]]:
    """The same for many customers at once; raises Invalid for the first with a culprit."""
    cleaned = [clean_names(given) for given in said]
    if not any(cleaned):
        return [{} for _ in cleaned]
    known = declare_missing(
        {n for given in cleaned for n, value in given.items() if value is not None and value != ""}
    )
    reading = current_reading()
    return [read_known(given, known, reading) for given in cleaned]


def clean_names(given: Mapping[str, object]) -> dict[str, object]:
    """What is said, by names in their normal form. Raises Invalid."""
    if len(given) > MAX_PER_CALL:
        raise Invalid.at("attributes", f"At most {MAX_PER_CALL} attributes at once, please.")
    return {clean_name(name): written for name, written in given.items()}


def read_known(
    given: Mapping[str, object], known: Mapping[str, AttributeDefinition], reading: Reading
) -> dict[str, Value | None]:
    """What is said under clean names, each read by its definition; raises Invalid."""
    values: dict[str, Value | None] = {}
    problems: dict[str, str] = {}
    for name, written in given.items():
        shape = shape_of(known[name]) if name in known else Shape()
        try:
            values[name] = read_value(written, shape, reading)
        except ValueError as error:
            problems[name] = str(error)
    if problems:
        name, sentence = next(iter(problems.items()))
        places = {f"attributes/{_pointer(culprit)}": text for culprit, text in problems.items()}
        raise Invalid(f"{name}: {sentence}", fields=places)
    return values


def set_attributes(*, customer: Customer, given: Mapping[str, object]) -> bool:
    """Change attributes of one customer; True when something is different now."""
    with transaction.atomic():
        said = read_attributes(given)
        stored = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
        after = merged(stored.attributes, said)
        if after == stored.attributes:
            return False
        Customer.objects.filter(pk=stored.pk).update(attributes=after, updated_at=now())
        customer.attributes = after
        refresh_values(customer_ids=[stored.pk])
        mark_dirty([stored.pk])
    return True


def set_attributes_of(given: Mapping[int, Mapping[str, object]]) -> list[int]:
    """The same for many customers, by id, in one statement; who is different now, in id order.

    Raises Invalid for a value that does not fit; nothing is changed then."""
    with transaction.atomic():
        said = dict(zip(given, read_all(list(given.values())), strict=True))
        lock_customers(said)
        stored = Customer.objects.filter(pk__in=said).order_by("pk").in_bulk()
        changed = {}
        for customer_id, customer in stored.items():
            after = merged(customer.attributes, said[customer_id])
            if after != customer.attributes:
                changed[customer_id] = after
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE customers_customer AS c SET attributes = n.attributes, updated_at = %(at)s"
                " FROM unnest(%(ids)s::bigint[], %(values)s::text[]::jsonb[]) AS n (id, attributes)"
                " WHERE c.brand_id = %(brand_id)s AND c.id = n.id",
                {
                    "brand_id": current_brand_id(),
                    "at": now(),
                    "ids": list(changed),
                    "values": [json.dumps(after) for after in changed.values()],
                },
            )
        if changed:
            refresh_values(customer_ids=changed)
            mark_dirty(list(changed))
    return sorted(changed)


def refresh_values(
    *, customer_ids: Collection[int] | None, definition_ids: Collection[int] | None = None
) -> int:
    """Bring the promoted values of these customers (None: all) up to date; how many rows moved.

    To be called in the transaction that changed `Customer.attributes`, however it did so."""
    with connection.cursor() as cursor:
        cursor.execute(
            load("customers", "attribute_values"),
            {
                "brand_id": current_brand_id(),
                "customer_ids": None if customer_ids is None else sorted(customer_ids),
                "definition_ids": None if definition_ids is None else sorted(definition_ids),
            },
        )
        return int(cursor.fetchone()[0])


def lock_kinds(*, exclusive: bool = False) -> None:
    """Until the transaction ends: writers of values share, a change of kinds has it alone, so that
    no value of the old kind is written behind its back."""
    lock_brand(BrandLock.ATTRIBUTE_KINDS, shared=not exclusive)


def clean_name(name: str) -> str:
    """The name in its normal form; raises Invalid."""
    return _clean_text("attributes", name, MAX_NAME, "An attribute needs a name.")


def clean_label(label: str) -> str:
    return _clean_text("label", label, MAX_LABEL, "An attribute needs a label.")


def clean_kind(kind: str) -> str:
    if kind not in AttributeDefinition.Kind:
        known = ", ".join(AttributeDefinition.Kind.values)
        raise Invalid.at("kind", f"The kind is one of {known}.")
    return AttributeDefinition.Kind(kind).value


def clean_choices(kind: str, choices: Collection[str]) -> list[str]:
    """Choices without doubles (also of another case), in the given order; raises Invalid."""
    if kind != AttributeDefinition.Kind.CHOICE:
        return []
    found: dict[str, str] = {}
    for choice in choices:
        text = _clean_text("choices", choice, MAX_TEXT, "A choice cannot be empty.")
        found.setdefault(text.casefold(), text)
    if not found or len(found) > MAX_CHOICES:
        raise Invalid.at("choices", f"Give between 1 and {MAX_CHOICES} choices.")
    return list(found.values())


def _clean_text(field: str, text: str, max_length: int, when_empty: str) -> str:
    with naming(field, aloud=True):
        cleaned = clean_text(text, max_length=max_length)
    if not cleaned:
        raise Invalid(when_empty, fields={field: when_empty})
    return cleaned


def _too_many() -> Invalid:
    return Invalid.at(
        "attributes",
        f"A brand has at most {MAX_DEFINITIONS} attributes. Delete one that is not needed.",
        code="too_many_attributes",
    )


def _pointer(name: str) -> str:
    """A name as one step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
