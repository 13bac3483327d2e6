"""Django finds the models here; everyone else imports the module that defines them."""

from customers.models.attributes import AttributeDefinition, AttributeValue
from customers.models.consents import (
    Consent,
    ConsentState,
    ConsentWording,
    OptInRequest,
    PermissionRule,
    PrivacyRequest,
    SignUpRule,
    Suppression,
)
from customers.models.credits import Credit, CreditClaim, Spend
from customers.models.customer_events import CustomerEvent, EventName
from customers.models.customers import Customer, CustomerFacts, Note
from customers.models.experiments import BrandControl
from customers.models.identities import Identity
from customers.models.imports import (
    BulkJob,
    BulkResult,
    Import,
    ImportChange,
    ImportRecipe,
    ImportReject,
    ImportSlice,
)
from customers.models.merges import DuplicatePair, Merge, MergeMove
from customers.models.orders import (
    EarlyCancellation,
    Order,
    OrderLine,
    OrderRule,
    Refund,
    RefundLine,
)
from customers.models.products import (
    CategoryMapping,
    MarginAssumption,
    Product,
    ProductCost,
    ProductFeed,
)
from customers.models.segments import (
    DirtyCustomer,
    Segment,
    SegmentChange,
    SegmentFlip,
    SegmentMember,
)
from customers.models.views import BulkAction, BulkChange, SavedView

__all__ = [
    "AttributeDefinition",
    "AttributeValue",
    "BrandControl",
    "BulkAction",
    "BulkChange",
    "BulkJob",
    "BulkResult",
    "CategoryMapping",
    "Consent",
    "ConsentState",
    "ConsentWording",
    "Credit",
    "CreditClaim",
    "Customer",
    "CustomerEvent",
    "CustomerFacts",
    "DirtyCustomer",
    "DuplicatePair",
    "EarlyCancellation",
    "EventName",
    "Identity",
    "Import",
    "ImportChange",
    "ImportRecipe",
    "ImportReject",
    "ImportSlice",
    "MarginAssumption",
    "Merge",
    "MergeMove",
    "Note",
    "OptInRequest",
    "Order",
    "OrderLine",
    "OrderRule",
    "PermissionRule",
    "PrivacyRequest",
    "Product",
    "ProductCost",
    "ProductFeed",
    "Refund",
    "RefundLine",
    "SavedView",
    "Segment",
    "SegmentChange",
    "SegmentFlip",
    "SegmentMember",
    "SignUpRule",
    "Spend",
    "Suppression",
]
