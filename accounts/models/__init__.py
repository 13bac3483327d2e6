"""Django finds the models here; everyone else imports the module that defines them."""

from accounts.models.api_keys import ApiKey, IdempotencyKey, KeptAnswer
from accounts.models.base import BrandOwned
from accounts.models.brands import Brand, BrandSlug
from accounts.models.events import DomainEvent, EventHandled
from accounts.models.ledger import (
    Journal,
    LedgerAccount,
    LedgerCheck,
    Lot,
    LotUse,
    Posting,
    Reservation,
)
from accounts.models.members import Grant, Membership
from accounts.models.organisations import Organisation
from accounts.models.users import User
from accounts.models.work import WorkItem

__all__ = [
    "ApiKey",
    "Brand",
    "BrandOwned",
    "BrandSlug",
    "DomainEvent",
    "EventHandled",
    "Grant",
    "IdempotencyKey",
    "Journal",
    "KeptAnswer",
    "LedgerAccount",
    "LedgerCheck",
    "Lot",
    "LotUse",
    "Membership",
    "Organisation",
    "Posting",
    "Reservation",
    "User",
    "WorkItem",
]
