"""What customers allowed, forbade and asked for, as facts in the past tense."""

from dataclasses import dataclass

from accounts.events import Event


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
