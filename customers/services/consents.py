"""The permission ledger: each act is added to it and moves where the customer stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from config.kit.sql import load
from customers.events import ConsentGranted, ConsentWithdrawn
from customers.models.consents import Basis, Channel, Consent, ConsentState, Purpose
from customers.models.customers import Customer

# Clocks of other programs run a little fast: what they date ahead is dated now, because a consent
# dated ahead would outlast a withdrawal made meanwhile.
_CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What shows that the act took place: the words, their version, and anything else."""

    wording: str = ""
    wording_version: str = ""
    proof: Mapping[str, str | int] = field(default_factory=dict)


def record_consent(
    *,
    customer: Customer,
    source: str,
    basis: Basis = Basis.CONSENT,
    purpose: Purpose = Purpose.MARKETING,
    channel: Channel = Channel.EMAIL,
    evidence: Evidence = Evidence(),
    at: datetime | None = None,
    simulated: bool = False,
) -> Consent:
    """The customer allowed it, at `at` (default: now), where `source` says."""
    if basis == Basis.NONE:
        message = "A permission needs a legal ground, such as consent."
        raise Invalid(message, fields={"basis": message})
    act = Consent(
        customer=customer,
        purpose=purpose,
        channel=channel,
        status=Consent.Status.GRANTED,
        basis=basis,
        source=source,
        simulated=simulated,
    )
    return _record(act, evidence, at)


def withdraw_consent(
    *,
    customer: Customer,
    source: str,
    purpose: Purpose = Purpose.MARKETING,
    channel: Channel = Channel.EMAIL,
    evidence: Evidence = Evidence(),
    at: datetime | None = None,
    simulated: bool = False,
) -> Consent:
    """The customer took it back. Doing so twice is no mistake; both acts are kept."""
    act = Consent(
        customer=customer,
        purpose=purpose,
        channel=channel,
        status=Consent.Status.WITHDRAWN,
        basis=Basis.NONE,
        source=source,
        simulated=simulated,
    )
    return _record(act, evidence, at)


def _record(act: Consent, evidence: Evidence, at: datetime | None) -> Consent:
    moment = now()
    said = at or moment
    if said.tzinfo is None or said > moment + _CLOCK_SKEW:
        message = "The time of a consent needs a time zone and cannot lie in the future."
        raise Invalid(message, fields={"at": message})
    act.at = min(said, moment)
    act.wording = evidence.wording
    act.wording_version = evidence.wording_version
    act.proof = dict(evidence.proof)
    with transaction.atomic():
        act.save(force_insert=True)
        _move_state(act)
        event = ConsentGranted if act.status == Consent.Status.GRANTED else ConsentWithdrawn
        record(event(subject_id=act.customer_id, consent_id=act.pk))
    return act


def _move_state(act: Consent) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            load("customers", "consent_state"),
            {
                "brand_id": current_brand_id(),
                "customer_id": act.customer_id,
                "purpose": act.purpose,
                "channel": act.channel,
                "status": act.status,
                "basis": act.basis,
                "expires_on": act.expires_on,
                "simulated": act.simulated,
                "at": act.at,
            },
        )


def state_consent(
    *,
    customer: Customer,
    is_granted: bool,
    source: str,
    basis: Basis = Basis.CONSENT,
    evidence: Evidence = Evidence(),
    at: datetime | None = None,
) -> Consent | None:
    """What a program says a customer allowed; None when the ledger says so already.

    Programs repeat themselves: the same act at the same instant, or (without `at`) one that
    changes nothing, is not another act. Raises Conflict for a permission without `at` after a
    withdrawal: a nightly sync must not undo an unsubscribe."""
    status = Consent.Status.GRANTED if is_granted else Consent.Status.WITHDRAWN
    marketing = {"customer": customer, "purpose": Purpose.MARKETING, "channel": Channel.EMAIL}
    if at is None:
        is_known = ConsentState.objects.filter(**marketing, status=status).exists()
    else:
        is_known = Consent.objects.filter(**marketing, status=status, at=at).exists()
    if is_known:
        return None
    if is_granted and at is None and ConsentState.objects.filter(**marketing).exists():
        raise Conflict(
            "This customer has withdrawn. If they have allowed it again since, say when with `at`.",
            code="consent_withdrawn",
        )
    if is_granted:
        return record_consent(
            customer=customer, source=source, basis=basis, evidence=evidence, at=at
        )
    return withdraw_consent(customer=customer, source=source, evidence=evidence, at=at)
