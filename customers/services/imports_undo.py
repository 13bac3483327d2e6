"""Take a whole import back, slice by slice: what it made goes, what it changed becomes what it was.

What somebody changed since is theirs: it stays, and the report says how much of it there is.
Consents are a ledger and stay written, but acts of an import that was taken back do not count; a
customer made by the import about whom such an act is written stays as an empty record."""

import json
import time
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection
from django.db.models import F, Model

from accounts.scope import brand_scope, current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict
from config.kit.sql import load
from customers.events.imports import ImportUndone, ImportUndoRequested
from customers.imports.workbench import Counts, add_counts
from customers.models.attributes import AttributeValue
from customers.models.consents import Consent, ConsentState, Suppression
from customers.models.credits import Credit, CreditClaim
from customers.models.customers import Customer, CustomerFacts
from customers.models.identities import Identity
from customers.models.imports import Import, ImportChange, ImportSlice
from customers.models.merges import DuplicatePair
from customers.models.orders import Order, OrderLine, Refund, RefundLine
from customers.models.products import Product, ProductCost
from customers.models.segments import DirtyCustomer, SegmentFlip, SegmentMember
from customers.services.attributes import refresh_values
from customers.services.consents import restate_consents
from customers.services.counting import judge_orders
from customers.services.dirty import mark_dirty
from customers.services.facts import refresh_facts
from customers.services.locks import lock_customers
from customers.services.own_data import EMPTY_PROFILE
from customers.services.privacy import participants
from customers.services.products import products_moved

UNDO_SECONDS = 30.0
_BATCH = 2000
# What follows from other rows, or is the record itself; anything else that speaks of a customer
# keeps them.
_DERIVED: frozenset[type[Model]] = frozenset(
    {
        AttributeValue, Consent, Credit, Customer, CustomerFacts, DirtyCustomer,
        Identity, SegmentFlip, SegmentMember,
    }
)  # fmt: skip
# Rows that name an order: while there is one, the order stays.
_keepers: list[type[Model]] = [Refund, CreditClaim]


def keep_orders_of(*models: type[Model]) -> None:
    """Rows of an app above name orders too; called from the wiring only."""
    _keepers.extend(model for model in models if model not in _keepers)


def request_undo(*, imported: Import) -> None:
    """Take the import back in the background.

    Raises Conflict unless it is done or has failed, or when that was asked for already."""
    asked = Import.objects.filter(
        pk=imported.pk,
        state__in=[Import.State.DONE, Import.State.FAILED],
        undo_requested_at=None,
    ).update(undo_requested_at=now())
    if not asked:
        raise Conflict("This import cannot be taken back now.", code="import_not_undoable")
    imported.refresh_from_db()
    record(ImportUndoRequested(subject_id=imported.pk))


def undo_import(*, brand_id: int, import_id: int, seconds: float = UNDO_SECONDS) -> bool:
    """Take back what is not taken back yet, for about `seconds`; True when nothing is left."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with brand_scope(brand_id):
            if not _is_due(import_id):
                return True
            if not (_undo_changes(import_id) or _undo_slice(import_id)):
                _finish(import_id)
                return True
    return False


def _is_due(import_id: int) -> bool:
    """Locks the import, so that two workers take turns."""
    asked = Import.objects.select_for_update().filter(
        pk=import_id, undo_requested_at__isnull=False, undone_at=None
    )
    return bool(asked.values_list("pk", flat=True))


def _undo_changes(import_id: int) -> bool:
    """The next rows it changed; False when none is left."""
    changes = ImportChange.objects.filter(of_id=import_id).exclude(before=None)
    ids = list(changes.order_by("-id").values_list("id", flat=True)[:_BATCH])
    if not ids:
        return False
    params: dict[str, Any] = {
        "brand_id": current_brand_id(),
        "import_id": import_id,
        "change_ids": ids,
    }
    with connection.cursor() as cursor:
        cursor.execute(load("customers", "import_undo_lines"), params)
        cursor.execute(load("customers", "import_undo_changes"), params)
        customer_ids, order_ids, counts, moved = cursor.fetchone()
    ImportChange.objects.filter(pk__in=ids).delete()
    products_moved(moved)
    _follow_up(customer_ids, order_ids)
    _add(import_id, json.loads(counts))
    return True


def _undo_slice(import_id: int) -> bool:
    """The last slice that stands; False when none does."""
    part = ImportSlice.objects.filter(of_id=import_id, undone_at=None).order_by("-number").first()
    if part is None:
        return False
    made: dict[str, list[int]] = part.made
    acts_of = _with_those_they_became(made.get("acts_of", ()))
    lock_customers([*made.get("customers", ()), *acts_of])
    _undo_suppressions(made)
    touched, counts = _undo_orders(import_id, made)
    restate_consents(acts_of)
    counts |= _undo_customers(made)
    counts |= _undo_products(made)
    ImportSlice.objects.filter(pk=part.pk).update(undone_at=now())
    _follow_up(touched | acts_of, ())
    _add(import_id, counts)
    return True


def _undo_orders(import_id: int, made: dict[str, list[int]]) -> tuple[set[int], Counts]:
    """Refunds and orders nobody has told otherwise since; whose they were."""
    refund_ids = made.get("refunds", ())
    refunds = Refund.objects.filter(pk__in=refund_ids, import_id=import_id)
    touched = set(refunds.values_list("customer_id", flat=True))
    going = list(refunds.values_list("pk", flat=True))
    Credit.objects.filter(refund_id__in=going).delete()
    RefundLine.objects.filter(refund_id__in=going).delete()
    refunds.delete()
    order_ids = made.get("orders", ())
    mine = set(
        Order.objects.filter(pk__in=order_ids, import_id=import_id).values_list("pk", flat=True)
    )
    for keeper in _keepers:
        named = keeper._default_manager.filter(order_id__in=order_ids)
        mine -= set(named.values_list("order_id", flat=True))
    orders = Order.objects.filter(pk__in=mine)
    touched |= set(orders.values_list("customer_id", flat=True))
    Credit.objects.filter(order_id__in=mine).delete()
    OrderLine.objects.filter(order_id__in=mine).delete()
    orders.delete()
    return touched - {None}, {
        "orders_removed": len(mine),
        "orders_kept": len(order_ids) - len(mine),
        "refunds_removed": len(going),
        "refunds_kept": len(refund_ids) - len(going),
    }


def _undo_suppressions(made: dict[str, list[int]]) -> None:
    """Only of addresses that nobody has listed for another reason since."""
    rows = Suppression.objects.filter(
        pk__in=made.get("suppressions", ()), reason=Suppression.Reason.BOUNCE
    )
    addresses = list(rows.values_list("address", flat=True))
    rows.delete()
    owners = Customer.objects.filter(email_norm__in=addresses)
    mark_dirty(list(owners.values_list("pk", flat=True)))


def _with_those_they_became(customer_ids: Collection[int]) -> set[int]:
    """Where a customer stands follows the acts of everybody merged into it."""
    rows = Customer.objects.filter(pk__in=customer_ids, merged_into__isnull=False)
    return {*customer_ids, *rows.values_list("merged_into_id", flat=True)}


def _undo_customers(made: dict[str, list[int]]) -> Counts:
    """Customers of whom nobody has learned anything since, and addresses added to known ones."""
    created = made.get("customers", [])
    same = Customer.objects.filter(
        pk__in=created, updated_at=F("created_at"), merged_into=None, erased_at=None
    )
    going = set(same.values_list("pk", flat=True)) - _spoken_of(created)
    ConsentState.objects.filter(customer_id__in=going).delete()
    AttributeValue.objects.filter(customer_id__in=going).delete()
    DuplicatePair.objects.filter(first_id__in=going).delete()
    DuplicatePair.objects.filter(second_id__in=going).delete()
    Identity.objects.filter(customer_id__in=going).delete()
    added = Identity.objects.filter(pk__in=made.get("identities", ()))
    # An address that still is its customer's own stays.
    added.exclude(customer__email_norm=F("value_norm")).exclude(customer_id__in=created).delete()
    written = set(
        Consent.objects.filter(customer_id__in=going).values_list("customer_id", flat=True)
    )
    Customer.objects.filter(pk__in=written).update(**EMPTY_PROFILE, erased_at=now())
    CustomerFacts.objects.filter(customer_id__in=going - written).delete()
    Customer.objects.filter(pk__in=going - written).delete()
    mark_dirty(going)
    return {
        "customers_removed": len(going),
        "customers_kept": len(created) - len(going),
    }


def _spoken_of(customer_ids: Collection[int]) -> set[int]:
    """Those of them about whom other rows say something: orders of other sources, mails, notes,
    what they allowed since."""
    models = {model for each in participants() for model in each.models}
    models |= {ConsentState, Order, Refund}
    found = set(
        Customer.objects.filter(merged_into_id__in=customer_ids).values_list(
            "merged_into_id", flat=True
        )
    )
    for model in models - _DERIVED:
        if any(field.attname == "customer_id" for field in model._meta.concrete_fields):
            rows = model._default_manager.filter(customer_id__in=customer_ids)
            found |= set(rows.values_list("customer_id", flat=True))
    return found


def _undo_products(made: dict[str, list[int]]) -> Counts:
    """Products nobody else has sold or priced."""
    created = set(made.get("products", ()))
    going = set(created)
    for model in (OrderLine, RefundLine, ProductCost):
        rows = model.objects.filter(product_id__in=created)
        going -= set(rows.values_list("product_id", flat=True))
    Product.objects.filter(pk__in=going).delete()
    return {"products_removed": len(going), "products_kept": len(created) - len(going)}


def _follow_up(customer_ids: Iterable[int], order_ids: Collection[int]) -> None:
    """Figures follow the rows that are left."""
    touched = set(Customer.objects.filter(pk__in=set(customer_ids)).values_list("pk", flat=True))
    changed = judge_orders(customer_ids=touched, order_ids=order_ids)
    refresh_facts(customer_ids=touched | changed)
    refresh_values(customer_ids=touched)
    mark_dirty(touched | changed)


def _add(import_id: int, counts: Counts) -> None:
    imported = Import.objects.get(pk=import_id)
    Import.objects.filter(pk=import_id).update(undo_counts=add_counts(imported.undo_counts, counts))


def _finish(import_id: int) -> None:
    Import.objects.filter(pk=import_id).update(undone_at=now())
    counts = Import.objects.get(pk=import_id).undo_counts
    record(
        ImportUndone(
            subject_id=import_id,
            customers_removed=counts.get("customers_removed", 0),
            orders_removed=counts.get("orders_removed", 0),
        ),
        batch_id=import_id,
    )
