"""What happens to customers, as facts in the past tense."""

from dataclasses import dataclass

from accounts.events import Event


@dataclass(frozen=True, kw_only=True)
class ImportMapped(Event):
    """A person has said what the columns of a file are; its dry run is due."""

    type = "import.mapped"
    subject = "import"


@dataclass(frozen=True, kw_only=True)
class ImportRequested(Event):
    type = "import.requested"
    subject = "import"


@dataclass(frozen=True, kw_only=True)
class ImportCompleted(Event):
    """One event for the whole file; its batch id is the import's."""

    type = "import.completed"
    subject = "import"
    customers_created: int
    customers_updated: int
    orders_created: int
    orders_updated: int
    refunds_created: int
    lines_rejected: int
    # Whether others may react as if each thing in the file had just happened.
    is_live: bool = False


@dataclass(frozen=True, kw_only=True)
class ImportUndoRequested(Event):
    """A person wants a whole import taken back."""

    type = "import.undo_requested"
    subject = "import"


@dataclass(frozen=True, kw_only=True)
class ImportUndone(Event):
    type = "import.undone"
    subject = "import"
    customers_removed: int
    orders_removed: int


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
class AttributeDeleted(Event):
    """With it went the values of so many customers."""

    type = "attribute.deleted"
    subject = "attribute"
    customers: int


@dataclass(frozen=True, kw_only=True)
class OrderRecorded(Event):
    """A new order; `customer_id` is None when nobody could be recognised."""

    type = "order.recorded"
    subject = "order"
    customer_id: int | None
    gross_minor: int


@dataclass(frozen=True, kw_only=True)
class OrderChanged(Event):
    """The source told of the same order again, otherwise than before."""

    type = "order.changed"
    subject = "order"
    customer_id: int | None
    gross_minor: int


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(Event):
    type = "order.cancelled"
    subject = "order"
    customer_id: int | None


@dataclass(frozen=True, kw_only=True)
class OrderReinstated(Event):
    """Its cancellation was taken back."""

    type = "order.reinstated"
    subject = "order"
    customer_id: int | None


@dataclass(frozen=True, kw_only=True)
class RefundRecorded(Event):
    """Money given back; `order_id` is None while its order is not known, or when it names none."""

    type = "refund.recorded"
    subject = "refund"
    customer_id: int | None
    order_id: int | None
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class RefundChanged(Event):
    """The source told of the same refund again, otherwise than before."""

    type = "refund.changed"
    subject = "refund"
    customer_id: int | None
    order_id: int | None
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class OrderRuleChanged(Event):
    """Which orders count; all of them are to be judged anew."""

    type = "order_rule.changed"
    subject = "order_rule"
    rule_version: int


@dataclass(frozen=True, kw_only=True)
class CustomerEventsRecorded(Event):
    """One call told of what customers did: new rows with ids from the subject's to `last_id`."""

    type = "customer_events.recorded"
    subject = "customer_event"
    last_id: int
    events: int


@dataclass(frozen=True, kw_only=True)
class CategoriesChanged(Event):
    """Products stand in other categories; where money came from is to be judged anew."""

    type = "categories.changed"
    subject = "order_rule"


@dataclass(frozen=True, kw_only=True)
class ProductFeedSaved(Event):
    type = "product_feed.saved"
    subject = "product_feed"


@dataclass(frozen=True, kw_only=True)
class ProductFeedTaken(Event):
    """A file was read by hand; its products are to be written."""

    type = "product_feed.taken"
    subject = "product_feed"


@dataclass(frozen=True, kw_only=True)
class ProductFeedRequested(Event):
    """Somebody wants its address read now."""

    type = "product_feed.requested"
    subject = "product_feed"


@dataclass(frozen=True, kw_only=True)
class CustomersUpserted(Event):
    """One call added or changed many customers; the subject is the first of them."""

    type = "customers.upserted"
    subject = "customer"
    created_ids: list[int]
    changed_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class OrdersRecorded(Event):
    """One call told of many orders; the subject is the first that is new or otherwise than before.

    `refunds` of them were written with it."""

    type = "orders.recorded"
    subject = "order"
    created_ids: list[int]
    changed_ids: list[int]
    refunds: int


@dataclass(frozen=True, kw_only=True)
class BulkJobRequested(Event):
    """A file of many lines has come through the API."""

    type = "bulk_job.requested"
    subject = "bulk_job"


@dataclass(frozen=True, kw_only=True)
class BulkJobFinished(Event):
    """What its lines did is told by events of the job's batch."""

    type = "bulk_job.finished"
    subject = "bulk_job"
    lines: int
    lines_failed: int


@dataclass(frozen=True, kw_only=True)
class ConsentGranted(Event):
    type = "consent.granted"
    subject = "customer"
    consent_id: int


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Event):
    type = "consent.withdrawn"
    subject = "customer"
    consent_id: int


@dataclass(frozen=True, kw_only=True)
class AddressSuppressed(Event):
    type = "address.suppressed"
    subject = "suppression"


@dataclass(frozen=True, kw_only=True)
class SuppressionLifted(Event):
    type = "suppression.lifted"
    subject = "suppression"


@dataclass(frozen=True, kw_only=True)
class AddressesSuppressed(Event):
    """A file of addresses was put on the do-not-mail list; the subject is the last of them."""

    type = "addresses.suppressed"
    subject = "suppression"
    added: int


@dataclass(frozen=True, kw_only=True)
class PermissionRulesChanged(Event):
    """Which legal grounds the brand accepts in a country, or how it takes new sign-ups."""

    type = "permission_rules.changed"
    subject = "brand"


@dataclass(frozen=True, kw_only=True)
class OptInRequested(Event):
    """Somebody asked for mails at a form; their confirmation is due."""

    type = "opt_in.requested"
    subject = "opt_in_request"
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class OptInConfirmed(Event):
    type = "opt_in.confirmed"
    subject = "opt_in_request"
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class DataHandedOver(Event):
    """A copy of everything about a customer was asked for."""

    type = "customer.data_handed_over"
    subject = "privacy_request"
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class CustomerErased(Event):
    """Everything that names the customer is gone; kept files are to be looked through."""

    type = "customer.erased"
    subject = "privacy_request"
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class SegmentSaved(Event):
    type = "segment.saved"
    subject = "segment"


@dataclass(frozen=True, kw_only=True)
class SegmentExported(Event):
    """Somebody took the segment's people away as a file."""

    type = "segment.exported"
    subject = "segment"
    customers: int


@dataclass(frozen=True, kw_only=True)
class SegmentRuleChanged(Event):
    """The segment asks something else than before: it is new, or its rule or that of a segment
    inside it was changed. All its members are due to be looked at."""

    type = "segment.rule_changed"
    subject = "segment"


@dataclass(frozen=True, kw_only=True)
class SegmentMembersChanged(Event):
    """One evaluation moved `entered` customers in and `left` out; who they are stands in
    SegmentMember under `change_id`."""

    type = "segment.members_changed"
    subject = "segment"
    change_id: int
    entered: int
    left: int
    cause: str


@dataclass(frozen=True, kw_only=True)
class SegmentDeleted(Event):
    type = "segment.deleted"
    subject = "segment"


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
