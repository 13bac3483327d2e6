"""Recording many orders at once: what `record_order` does, in a few statements.

As with many customers, the items of a call are held one after the other against what is known, and
then written together; facts, credits and segments follow once for everybody who was touched."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit import ids
from config.kit.errors import Conflict, DomainError, Invalid
from config.kit.sql import load
from customers.events.orders import OrdersRecorded
from customers.models.customers import Customer
from customers.models.orders import Order, OrderLine
from customers.rules.bulk import Items, Outcome, Problem
from customers.rules.bulk_orders import NewOrder
from customers.services.bulk_customers import ERASED, People, Person, problem_of, upsert_people
from customers.services.bulk_lines import line_rows, products_told, told_order, told_refunds
from customers.services.bulk_refunds import OrderOf, write_refunds
from customers.services.buyers import nameless_owners
from customers.services.counting import judge_orders
from customers.services.credits import credit_orders
from customers.services.customers import names_of
from customers.services.dirty import mark_dirty
from customers.services.facts import refresh_facts
from customers.services.locks import lock_customers
from customers.services.orders import ToldOrder
from customers.services.refunds import ToldRefund

_TRIES = 5
_WHO = Problem("/customer", "Give an id, or an external_id and/or an email.")
_NOBODY = Problem("/customer/id", "There is no customer with this id.")


@dataclass(slots=True)
class Kept:
    """An order as the call leaves it; `id` is None while it is new."""

    id: int | None
    told: ToldOrder | None
    content_hash: bytes
    customer_id: int | None
    uid: UUID | None = None
    is_changed: bool = False


Key = tuple[str, str]


@dataclass(slots=True)
class _Told:
    """What the usable items say, by their place."""

    orders: dict[int, ToldOrder] = field(default_factory=dict)
    refunds: dict[int, list[ToldRefund]] = field(default_factory=dict)


class _Overtaken(Exception):
    """Somebody else has just added one of these orders."""


def record_orders(
    items: Items[NewOrder], *, brand: Brand, batch_id: int | None = None
) -> list[Outcome]:
    """Record the orders told of; one outcome for each item, in the body's order.

    Buyers nobody knows become customers. One event for the orders of the call."""
    with transaction.atomic():
        told = _read(items, brand)
        _resolve(items, told, batch_id)
        for _ in range(_TRIES):
            try:
                with transaction.atomic():
                    return _record(items, told, brand, batch_id)
            except _Overtaken:
                continue
    raise Conflict("These orders are being told of by too many programs at once. Try again.")


def _read(items: Items[NewOrder], brand: Brand) -> _Told:
    told = _Told()
    for at, said in list(items.usable.items()):
        try:
            _check_currency(said, brand)
            told.orders[at] = told_order(said)
            told.refunds[at] = told_refunds(said)
        except DomainError as error:
            told.orders.pop(at, None)
            items.problems[at] = problem_of(error)
    return told


def _check_currency(said: NewOrder, brand: Brand) -> None:
    if said.currency != brand.currency:
        raise Invalid.at(
            "currency",
            f"{brand.name} keeps its books in {brand.currency}; convert the amounts first.",
        )


def _resolve(items: Items[NewOrder], told: _Told, batch_id: int | None) -> None:
    """Say in each order whose it is. Buyers are read once, however many orders they have."""
    groups: dict[tuple[str, str], list[int]] = {}
    by_id: dict[int, UUID | None] = {}
    for at in list(told.orders):
        buyer = items.usable[at].customer
        if buyer is None:
            continue
        if bool(buyer.id) == bool(buyer.external_id or buyer.email):
            items.problems[at] = _WHO
            del told.orders[at]
        elif buyer.id:
            by_id[at] = ids.decode("cus", buyer.id)
        else:
            groups.setdefault((buyer.external_id, buyer.email), []).append(at)
    _resolve_ids(items, told, by_id)
    _resolve_names(items, told, groups, batch_id)


def _resolve_names(
    items: Items[NewOrder],
    told: _Told,
    groups: Mapping[tuple[str, str], list[int]],
    batch_id: int | None,
) -> None:
    people = People({}, {})
    for (external_id, email), places in groups.items():
        try:
            names = names_of(email=email, external_id=external_id, source="api")
            people.by_place[places[0]] = Person(names)
        except DomainError as error:
            people.problems[places[0]] = problem_of(error)
    found = upsert_people(people, batch_id=batch_id) if people.by_place else {}
    erased: list[int] = []
    for places in groups.values():
        for at in places:
            if places[0] in found:
                _, customer = found[places[0]]
                told.orders[at] = replace(told.orders[at], customer_id=customer.pk)
            elif people.problems[places[0]] == ERASED:
                erased.append(at)
            else:
                problem = people.problems[places[0]]
                items.problems[at] = Problem(f"/customer{problem.pointer}", problem.detail)
                del told.orders[at]
    _leave_nameless(told, erased)


def _leave_nameless(told: _Told, erased: Collection[int]) -> None:
    """Orders of somebody who was erased: the money is real, the name is gone (see buyer_of)."""
    keys = {at: (told.orders[at].source, told.orders[at].source_id) for at in erased}
    owners = nameless_owners(set(keys.values())) if keys else {}
    for at, key in keys.items():
        told.orders[at] = replace(told.orders[at], customer_id=owners.get(key))


def _resolve_ids(items: Items[NewOrder], told: _Told, by_id: Mapping[int, UUID | None]) -> None:
    """Ids of records that were merged keep working."""
    named = Customer.objects.filter(uid__in={uid for uid in by_id.values() if uid}, erased_at=None)
    known = {uid: into or pk for uid, pk, into in named.values_list("uid", "pk", "merged_into_id")}
    for at, uid in by_id.items():
        if uid in known:
            told.orders[at] = replace(told.orders[at], customer_id=known[uid])
        else:
            items.problems[at] = _NOBODY
            del told.orders[at]


def _record(
    items: Items[NewOrder], told: _Told, brand: Brand, batch_id: int | None
) -> list[Outcome]:
    kept = _known({(o.source, o.source_id) for o in told.orders.values()})
    former = {order.id: order.customer_id for order in kept.values()}
    statuses = {at: _play(kept, order) for at, order in told.orders.items()}
    people = {order.customer_id for order in kept.values()} | set(former.values())
    lock_customers(people)
    created = [order for order in kept.values() if order.id is None]
    changed = [order for order in kept.values() if order.id is not None and order.is_changed]
    written = [*created, *changed]
    _write(written, brand)
    refunded = write_refunds(_refunds(told, kept), brand)
    order_ids = {_id(order) for order in written} | {order.id for order in refunded.orders}
    _settle(order_ids, kept, people | refunded.former_customers)
    if order_ids:
        record(
            OrdersRecorded(
                subject_id=min(order_ids),
                created_ids=[_id(order) for order in created],
                changed_ids=[_id(order) for order in changed],
                refunds=refunded.count,
            ),
            batch_id=batch_id,
        )
    return _outcomes(items, told, statuses, kept)


def _refunds(told: _Told, kept: Mapping[Key, Kept]) -> list[tuple[ToldRefund, OrderOf]]:
    found = []
    for at, order in told.orders.items():
        of = kept[order.source, order.source_id]
        found += [(refund, OrderOf(_id(of), of.customer_id)) for refund in told.refunds[at]]
    return found


def _id(order: Kept) -> int:
    assert order.id is not None, "the order is written by now"
    return order.id


def _known(keys: set[Key]) -> dict[Key, Kept]:
    """The brand's orders of these numbers, locked in id order."""
    rows = Order.objects.select_for_update(no_key=True).filter(
        source__in={source for source, _ in keys}, source_id__in={number for _, number in keys}
    )
    return {
        (row.source, row.source_id): Kept(
            row.pk, None, bytes(row.content_hash), row.customer_id, row.uid
        )
        for row in rows.order_by("pk")
        if (row.source, row.source_id) in keys
    }


def _play(kept: dict[Key, Kept], told: ToldOrder) -> str:
    key = (told.source, told.source_id)
    content_hash = told.content_hash
    if key not in kept:
        kept[key] = Kept(None, told, content_hash, told.customer_id, is_changed=True)
        return "created"
    order = kept[key]
    if order.content_hash == content_hash:
        return "unchanged"
    order.told, order.content_hash, order.is_changed = told, content_hash, True
    order.customer_id = told.customer_id
    return "updated"


def _write(orders: list[Kept], brand: Brand) -> None:
    """The orders' rows and lines. Raises _Overtaken."""
    if not orders:
        return
    OrderLine.objects.filter(order_id__in=[o.id for o in orders if o.id is not None]).delete()
    rows = _rows(orders)
    with connection.cursor() as cursor:
        cursor.execute(
            load("customers", "bulk_orders"),
            {
                "brand_id": current_brand_id(),
                "zone": brand.time_zone,
                "rows": msgspec.json.encode(rows).decode(),
            },
        )
        (written,) = cursor.fetchone()
    found = msgspec.json.decode(written) if isinstance(written, str) else written
    if len(found) < len(orders):
        raise _Overtaken
    for no, pk, uid in found:
        orders[no].id, orders[no].uid = pk, UUID(uid)


def _rows(orders: list[Kept]) -> list[dict[str, Any]]:
    told = [order.told for order in orders if order.told is not None]
    products = products_told(told)
    return [
        {
            **{name: getattr(order.told, name) for name in _COLUMNS},
            "no": no,
            "id": order.id,
            "content_hash": order.content_hash.hex(),
            "lines": line_rows(order.told, products),
        }
        for no, order in enumerate(orders)
        if order.told is not None
    ]


_COLUMNS = (
    *("customer_id", "source", "source_id", "placed_at", "gross_minor", "channel"),
    *("discount_minor", "discount_codes", "tags", "is_test", "cancelled_at"),
)


def _settle(order_ids: set[int], kept: Mapping[Key, Kept], people: set[int | None]) -> None:
    """Everything that is added up from the orders; their customers are locked."""
    if not order_ids:
        return
    changed = judge_orders(order_ids=order_ids)
    customers = {pk for pk in people | changed if pk is not None}
    refresh_facts(customer_ids=customers)
    guests = [_id(order) for order in kept.values() if order.customer_id is None]
    credit_orders(order_ids=[pk for pk in guests if pk in order_ids])
    mark_dirty(customers)


def _outcomes(
    items: Items[NewOrder], told: _Told, statuses: Mapping[int, str], kept: Mapping[Key, Kept]
) -> list[Outcome]:
    done = {}
    for at, status in statuses.items():
        uid = kept[told.orders[at].source, told.orders[at].source_id].uid
        done[at] = Outcome(status, ids.encode("ord", uid) if uid else "")
    return items.outcomes(done)


def tie_late_arrivals(*, order_ids: Collection[int]) -> None:
    """Refunds and cancellations that arrived while these orders were being written are theirs."""
    with transaction.atomic():
        changed = judge_orders(order_ids=order_ids)
        lock_customers(changed)
        refresh_facts(customer_ids=changed)
