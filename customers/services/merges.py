"""Two records of one person become one, and two again when that was a mistake.

Rows that can change (orders, refunds, identities, notes, ...) are moved to the record that is kept,
each with a MergeMove. Rows that are only ever added (consents, events, deliveries) keep their
customer and are read through `selectors.customers.canonical_ids`. Undo moves back what was moved;
what came in between stays with the kept record, which was the one in use."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, LiteralString

from django.db import connection, transaction
from psycopg.sql import SQL, Identifier

from accounts.scope import current_actor, current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from config.kit.text import name_key
from customers.events.customers import CustomersMerged, MergeUndone
from customers.models.consents import Consent
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.models.merges import DuplicatePair, Merge
from customers.rules.addresses import is_relay_address
from customers.rules.merging import CHOICES, COLUMNS, Change, taken_attributes, taken_columns
from customers.services.attributes import lock_kinds, refresh_values
from customers.services.consents import restate_consents
from customers.services.credits import credit_orders
from customers.services.dirty import mark_dirty
from customers.services.facts import refresh_facts
from customers.services.locks import lock_customers


@dataclass(frozen=True, slots=True)
class Participant:
    """A table whose `customer_id` follows a merge. `condition` (SQL on the alias `t`, with the
    parameters brand_id, kept and gone) leaves rows out, such as those `kept` has already."""

    table: str
    condition: LiteralString = "true"


_LISTED: LiteralString = """
t.left_at IS NULL
AND EXISTS (
    SELECT FROM customers_segment AS s
    WHERE s.brand_id = t.brand_id AND s.id = t.segment_id AND s.kind = 'list'
)
AND NOT EXISTS (
    SELECT FROM customers_segmentmember AS k
    WHERE k.brand_id = t.brand_id AND k.segment_id = t.segment_id
        AND k.customer_id = %(kept)s AND k.left_at IS NULL
)"""

_participants = [
    Participant("customers_order"),
    Participant("customers_refund"),
    Participant("customers_identity"),
    Participant("customers_note"),
    Participant("customers_optinrequest"),
    # Lists are kept by hand; segments with a rule follow by themselves.
    Participant("customers_segmentmember", _LISTED),
]


def add_participant(participant: Participant) -> None:
    """Rows of an app above follow merges too; called from the wiring only."""
    if participant not in _participants:
        _participants.append(participant)


def merge_customers(*, kept: Customer, gone: Customer, take: Collection[str] = ()) -> Merge:
    """Make `gone` part of `kept`. The kept record's values win, what it lacks is filled.

    `take` names what comes from `gone` all the same: name, email, phone, country, city, language,
    attributes/<name>. Raises Invalid, or Conflict for records that are not in use, and for a
    `gone` that others were merged into: keep that one, so that nobody stands behind two."""
    _check_choices(take, gone)
    with transaction.atomic():
        lock_kinds()
        kept, gone = _locked(kept, gone)
        merge = Merge.objects.create(
            kept=kept,
            gone=gone,
            before=_take_over(kept, gone, take),
            by_id=current_actor().id if current_actor().kind == "user" else None,
        )
        for participant in _participants:
            _move(merge, participant)
        Customer.objects.filter(pk=gone.pk).update(merged_into=kept, updated_at=now())
        _settle_pair(kept, gone, DuplicatePair.State.MERGED)
        _bring_up_to_date(merge)
        record(CustomersMerged(subject_id=kept.pk, gone_id=gone.pk, merge_id=merge.pk))
    merge.refresh_from_db(fields=["uid"])
    return merge


def undo_merge(*, merge: Merge) -> Merge:
    """Make two records of them again. Everything that was moved, and is still where the merge put
    it, goes back; orders and values that came meanwhile stay with the kept record.

    Raises Conflict when it was undone already or the person was erased."""
    with transaction.atomic():
        lock_kinds()
        lock_customers([merge.kept_id, merge.gone_id])
        kept = Customer.objects.get(pk=merge.kept_id)
        gone = Customer.objects.get(pk=merge.gone_id)
        if kept.erased_at is not None or gone.erased_at is not None:
            raise Conflict("This person was erased, so there is nothing to bring back.")
        is_claimed = Merge.objects.filter(pk=merge.pk, undone_at=None).update(undone_at=now())
        if not is_claimed:
            raise Conflict("This merge was undone already.", code="already_undone")
        for participant in _participants:
            _move_back(merge, participant)
        Customer.objects.filter(pk=gone.pk).update(merged_into=None, updated_at=now())
        _keep_withdrawals(merge)
        _give_back(kept, merge.before)
        _settle_pair(kept, gone, DuplicatePair.State.DISMISSED)
        _bring_up_to_date(merge)
        record(MergeUndone(subject_id=kept.pk, gone_id=gone.pk, merge_id=merge.pk))
    merge.refresh_from_db()
    return merge


def _check_choices(take: Collection[str], gone: Customer) -> None:
    known = CHOICES.keys() | {f"attributes/{name}" for name in gone.attributes}
    unknown = sorted(set(take) - known)
    if unknown:
        raise Invalid.at("take", f"The other record has no {unknown[0][:60]} to take over.")


def _locked(kept: Customer, gone: Customer) -> tuple[Customer, Customer]:
    if kept.pk == gone.pk:
        raise Invalid("Choose two different records.", code="same_customer")
    lock_customers([kept.pk, gone.pk])
    kept = Customer.objects.get(pk=kept.pk)
    gone = Customer.objects.get(pk=gone.pk)
    for row in (kept, gone):
        if row.erased_at is not None:
            raise Conflict("One of the two was erased.", code="not_in_use")
        if row.merged_into_id is not None:
            raise Conflict("One of the two is part of another record already.", code="merged")
    if Customer.objects.filter(merged_into=gone).exists():
        raise Conflict(
            "Other records were merged into this one, so it has to be the one that is kept.",
            code="stands_for_others",
        )
    return kept, gone


def _take_over(kept: Customer, gone: Customer, take: Collection[str]) -> dict[str, Any]:
    """Change the kept record; what it was like, for the undo."""
    columns = taken_columns(_columns(kept), _columns(gone), take)
    attributes = taken_attributes(kept.attributes, gone.attributes, take)
    tags = [tag for tag in gone.tags if tag not in kept.tags]
    for column, change in columns.items():
        setattr(kept, column, change.became)
    kept.attributes |= {name: change.became for name, change in attributes.items()}
    kept.tags = [*kept.tags, *tags]
    was_relay = kept.is_relay
    if "email_norm" in columns:
        kept.is_relay = gone.is_relay
    _save(kept)
    return {
        "columns": {column: asdict(change) for column, change in columns.items()},
        "attributes": {name: asdict(change) for name, change in attributes.items()},
        "tags": tags,
        "is_relay": was_relay,
    }


def _give_back(kept: Customer, before: Mapping[str, Any]) -> None:
    """Undo `_take_over` wherever nobody has changed the value since."""
    for column, change in _changes(before["columns"]).items():
        if getattr(kept, column) == change.became:
            setattr(kept, column, change.was)
            if column == "email_norm":
                kept.is_relay = before["is_relay"]
    for name, change in _changes(before["attributes"]).items():
        if kept.attributes.get(name) == change.became:
            del kept.attributes[name]
            if change.was is not None:
                kept.attributes[name] = change.was
    kept.tags = [tag for tag in kept.tags if tag not in before["tags"]]
    _leave_address_of_others(kept)
    _save(kept)


def _keep_withdrawals(merge: Merge) -> None:
    """Who said no while the two were one said it for both: nobody knows which they meant."""
    said = Consent.objects.filter(
        customer=merge.kept_id,
        status=Consent.Status.WITHDRAWN,
        recorded_at__gte=merge.at,
    )
    Consent.objects.bulk_create(
        Consent(
            customer_id=merge.gone_id,
            purpose=act.purpose,
            channel=act.channel,
            status=act.status,
            basis=act.basis,
            source="merge undone",
            proof={"consent": act.pk, "merge": merge.pk},
            simulated=act.simulated,
            at=act.at,
            import_id=act.import_id,
        )
        for act in said
    )


def _leave_address_of_others(kept: Customer) -> None:
    """An address chosen as the main one meanwhile may have gone back to the other record."""
    key = {"kind": Identity.Kind.EMAIL, "value_norm": kept.email_norm}
    if kept.email_norm and Identity.objects.filter(**key).exclude(customer=kept).exists():
        own = kept.identities.filter(kind=Identity.Kind.EMAIL).order_by("id").first()
        kept.email, kept.email_norm = (own.value, own.value_norm) if own else ("", "")
        kept.is_relay = is_relay_address(kept.email_norm)


def _changes(stored: Mapping[str, Any]) -> dict[str, Change]:
    return {name: Change(**change) for name, change in stored.items()}


def _columns(customer: Customer) -> dict[str, str]:
    return {column: getattr(customer, column) for column in COLUMNS}


def _save(kept: Customer) -> None:
    kept.name_norm = name_key(kept.first_name, kept.last_name)
    kept.updated_at = now()
    fields = ("name_norm", "attributes", "tags", "is_relay", "updated_at")
    kept.save(update_fields=[*COLUMNS, *fields])


_MOVE: LiteralString = """
WITH moved AS (
    UPDATE {table} AS t SET customer_id = %(kept)s
    WHERE t.brand_id = %(brand_id)s AND t.customer_id = %(gone)s AND {condition}
    RETURNING t.id
)
INSERT INTO customers_mergemove (brand_id, merge_id, "table", row_id)
SELECT %(brand_id)s, %(merge)s, %(table)s, id FROM moved
"""
_MOVE_BACK: LiteralString = """
UPDATE {table} AS t SET customer_id = %(gone)s
FROM customers_mergemove AS m
WHERE m.brand_id = %(brand_id)s AND m.merge_id = %(merge)s AND m."table" = %(table)s
    AND t.brand_id = %(brand_id)s AND t.id = m.row_id AND t.customer_id = %(kept)s
"""


def _move(merge: Merge, participant: Participant) -> None:
    statement = SQL(_MOVE).format(
        table=Identifier(participant.table), condition=SQL(participant.condition)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, _params(merge, participant))


def _move_back(merge: Merge, participant: Participant) -> None:
    with connection.cursor() as cursor:
        statement = SQL(_MOVE_BACK).format(table=Identifier(participant.table))
        cursor.execute(statement, _params(merge, participant))


def _params(merge: Merge, participant: Participant) -> dict[str, Any]:
    return {
        "brand_id": current_brand_id(),
        "merge": merge.pk,
        "kept": merge.kept_id,
        "gone": merge.gone_id,
        "table": participant.table,
    }


def _settle_pair(kept: Customer, gone: Customer, state: str) -> None:
    first, second = sorted((kept.pk, gone.pk))
    DuplicatePair.objects.filter(first=first, second=second).update(state=state)


def _bring_up_to_date(merge: Merge) -> None:
    """All that is worked out from the rows that have just moved."""
    both = [merge.kept_id, merge.gone_id]
    refresh_facts(customer_ids=both)
    credit_orders(customer_ids=both)
    restate_consents(both)
    refresh_values(customer_ids=both)
    mark_dirty(both)
