"""What happens to customers' records, as facts in the past tense."""

from dataclasses import dataclass

from accounts.events import Event


@dataclass(frozen=True, kw_only=True)
class CustomerCreated(Event):
    type = "customer.created"
    subject = "customer"


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(Event):
    type = "customer.changed"
    subject = "customer"


@dataclass(frozen=True, kw_only=True)
class CustomersMerged(Event):
    """The customer `gone_id` is part of the subject now."""

    type = "customers.merged"
    subject = "customer"
    gone_id: int
    merge_id: int


@dataclass(frozen=True, kw_only=True)
class MergeUndone(Event):
    """The customer `gone_id` stands for itself again."""

    type = "merge.undone"
    subject = "customer"
    gone_id: int
    merge_id: int


@dataclass(frozen=True, kw_only=True)
class DuplicatesSearched(Event):
    """All customers of the brand were compared; `left_out` groups were too large to tell."""

    type = "duplicates.searched"
    subject = "brand"
    found: int
    left_out: int


@dataclass(frozen=True, kw_only=True)
class AttributeDefined(Event):
    type = "attribute.defined"
    subject = "attribute"


@dataclass(frozen=True, kw_only=True)
class AttributeChanged(Event):
    """Its label, kind, choices or storage; `customers` is how many values were written anew."""

    type = "attribute.changed"
    subject = "attribute"
    customers: int


@dataclass(frozen=True, kw_only=True)
class AttributeChangeBegun(Event):
    """A change, or the deletion, of an attribute that many customers have a value of."""

    type = "attribute.change_begun"
    subject = "attribute"


@dataclass(frozen=True, kw_only=True)
class AttributeDeleted(Event):
    """With it went the values of so many customers."""

    type = "attribute.deleted"
    subject = "attribute"
    customers: int


@dataclass(frozen=True, kw_only=True)
class CustomerEventsRecorded(Event):
    """One call told of what customers did: new rows with ids from the subject's to `last_id`."""

    type = "customer_events.recorded"
    subject = "customer_event"
    last_id: int
    events: int


@dataclass(frozen=True, kw_only=True)
class CustomersUpserted(Event):
    """One call added or changed many customers; the subject is the first of them."""

    type = "customers.upserted"
    subject = "customer"
    created_ids: list[int]
    changed_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class SavedViewSaved(Event):
    type = "saved_view.saved"
    subject = "saved_view"


@dataclass(frozen=True, kw_only=True)
class SavedViewDeleted(Event):
    type = "saved_view.deleted"
    subject = "saved_view"


@dataclass(frozen=True, kw_only=True)
class CustomersExported(Event):
    """Somebody took the customer list away as a file."""

    type = "customers.exported"
    subject = "brand"
    customers: int


@dataclass(frozen=True, kw_only=True)
class BulkActionRequested(Event):
    """Many customers are to be changed at once; the action's id is its batch."""

    type = "bulk_action.requested"
    subject = "bulk_action"


@dataclass(frozen=True, kw_only=True)
class BulkActionUndoRequested(Event):
    type = "bulk_action.undo_requested"
    subject = "bulk_action"


@dataclass(frozen=True, kw_only=True)
class BulkActionFinished(Event):
    type = "bulk_action.finished"
    subject = "bulk_action"
    customers: int


@dataclass(frozen=True, kw_only=True)
class BulkActionUndone(Event):
    type = "bulk_action.undone"
    subject = "bulk_action"
    customers: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class NoteWritten(Event):
    type = "note.written"
    subject = "customer"
    note_id: int


@dataclass(frozen=True, kw_only=True)
class NoteDeleted(Event):
    type = "note.deleted"
    subject = "customer"
    note_id: int
