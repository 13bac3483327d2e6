"""The values of one attribute, rewritten where they stand: of some customers, or of all."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from accounts.scope import current_brand_id
from config.kit.clock import now
from customers.rules.attributes import Reading, Shape, Value, is_of, read_value, write_value

SAMPLES = 10


@dataclass(frozen=True, slots=True)
class Failure:
    """A value that cannot be one of the new kind: how many customers have it, and why not."""

    value: str
    customers: int
    reason: str


@dataclass(slots=True)
class Conversion:
    """What becomes of an attribute's values: stored JSON -> the JSON in its place, how many
    customers have one of these, and the values for which there is none."""

    pairs: dict[str, str] = field(default_factory=dict)
    customers: int = 0
    failures: list[Failure] = field(default_factory=list)


def values_of(name: str, customer_ids: Collection[int] | None = None) -> list[tuple[str, int]]:
    """Each value as stored JSON, and how many customers have it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (attributes -> %(name)s)::text, count(*) FROM customers_customer"
            " WHERE brand_id = %(brand_id)s AND attributes ? %(name)s"
            " AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s::bigint[])) GROUP BY 1",
            _params(name, customer_ids),
        )
        return [(str(stored), int(customers)) for stored, customers in cursor.fetchall()]


def conversion(
    values: Iterable[tuple[str, int]], old: Shape, new: Shape, reading: Reading
) -> Conversion:
    """Through text, as a person would retype each; a number that cannot be one stays refused."""
    found = Conversion()
    for stored, customers in values:
        value: Value = json.loads(stored)
        if not is_of(value, old.kind):
            continue  # written by the new kind already
        written = write_value(value, old, reading)
        try:
            after = read_value(written, new, reading)
        except ValueError as error:
            found.failures.append(Failure(written, customers, str(error)))
            continue
        assert after is not None, "a stored value is never empty"
        if after != value or type(after) is not type(value):
            found.pairs[stored] = json.dumps(after)
            found.customers += customers
    found.failures.sort(key=lambda failure: (-failure.customers, failure.value))
    return found


def rewrite(
    name: str, pairs: dict[str, str], customer_ids: Collection[int] | None = None
) -> list[int]:
    """Put the second of each pair in the place of the first; whose value is another now."""
    if not pairs:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer AS c"
            " SET attributes = c.attributes || jsonb_build_object(%(name)s::text, m.new_value),"
            " updated_at = %(at)s"
            " FROM unnest(%(old)s::text[]::jsonb[], %(new)s::text[]::jsonb[])"
            " AS m (old_value, new_value)"
            " WHERE c.brand_id = %(brand_id)s AND c.attributes -> %(name)s = m.old_value"
            " AND (%(ids)s::bigint[] IS NULL OR c.id = ANY(%(ids)s::bigint[])) RETURNING c.id",
            {
                **_params(name, customer_ids),
                "at": now(),
                "old": list(pairs),
                "new": list(pairs.values()),
            },
        )
        return [customer_id for (customer_id,) in cursor.fetchall()]


def take_away(name: str, customer_ids: Collection[int] | None = None) -> list[int]:
    """Take the attribute from these customers (None: all); who had one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer SET attributes = attributes - %(name)s, updated_at = %(at)s"
            " WHERE brand_id = %(brand_id)s AND attributes ? %(name)s"
            " AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s::bigint[])) RETURNING id",
            {**_params(name, customer_ids), "at": now()},
        )
        return [customer_id for (customer_id,) in cursor.fetchall()]


def _params(name: str, customer_ids: Collection[int] | None) -> dict[str, Any]:
    ids = None if customer_ids is None else sorted(customer_ids)
    return {"brand_id": current_brand_id(), "name": name, "ids": ids}
