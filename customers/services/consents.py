"""The permission ledger: each act is added to it and moves where the customer stands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.sql import load
from customers.events.permissions import ConsentGranted, ConsentWithdrawn
from customers.models.consents import (
    Basis,
    Channel,
    Consent,
    ConsentState,
    ConsentWording,
    Purpose,
)
from customers.models.customers import Customer
from customers.rules.permissions import WITHDRAWN_STAYS, check_purpose, impersonal
from customers.selectors.consents import implied_until, imported_withdrawals
from customers.services.dirty import mark_dirty

# Clocks of other programs run a little fast: what they date ahead is dated now, because a consent
# dated ahead would outlast a withdrawal made meanwhile.
CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What shows that the act took place: the words, their version, and anything else.

    The ledger keeps nothing that names a person (see rules.permissions.impersonal)."""

    wording: str = ""
    wording_version: str = ""
    proof: Mapping[str, str | int] = field(default_factory=dict)


def record_consent(
    *,
    customer: Customer,
    source: str,
    basis: str = Basis.CONSENT,
    purpose: str = Purpose.MARKETING,
    channel: str = Channel.EMAIL,
    evidence: Evidence = Evidence(),
    at: datetime | None = None,
    expires_on: date | None = None,
    claimed_by_id: int | None = None,
    simulated: bool = False,
) -> Consent:
    """The customer allowed it, at `at` (default: now), where `source` says.

    An implied permission without `expires_on` ends as the brand's rule for the country says."""
    if basis == Basis.NONE:
        raise Invalid.at("basis", "A permission needs a legal ground, such as consent.")
    act = Consent(
        customer=customer,
        purpose=purpose,
        channel=channel,
        status=Consent.Status.GRANTED,
        basis=basis,
        source=source,
        expires_on=expires_on,
        claimed_by_id=claimed_by_id,
        simulated=simulated,
    )
    return _record(act, evidence, at)


def withdraw_consent(
    *,
    customer: Customer,
    source: str,
    purpose: str = Purpose.MARKETING,
    channel: str = Channel.EMAIL,
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
    with naming("purpose"):
        check_purpose(act.purpose)
    act.at = _said_at(at)
    if act.basis == Basis.IMPLIED and act.expires_on is None:
        act.expires_on = implied_until(act.customer.country, act.at)
    act.wording_version = evidence.wording_version
    act.wording = evidence.wording or _wording(act.purpose, evidence.wording_version)
    act.proof = impersonal(evidence.proof)
    with transaction.atomic():
        act.customer = _locked(act.customer)
        act.save(force_insert=True)
        _move_state(act)
        mark_dirty([act.customer_id])
        event = ConsentGranted if act.status == Consent.Status.GRANTED else ConsentWithdrawn
        record(event(subject_id=act.customer_id, consent_id=act.pk))
    return act


def _locked(customer: Customer) -> Customer:
    """Taken, so that a merge of the moment does not miss the act; whoever became part of another
    by then acts as that one."""
    rows = Customer.objects.select_for_update(no_key=True)
    found = rows.get(pk=customer.pk)
    if found.merged_into_id is not None:
        return rows.get(pk=found.merged_into_id)
    return customer


def _said_at(at: datetime | None) -> datetime:
    moment = now()
    said = at or moment
    if said.tzinfo is None or said > moment + CLOCK_SKEW:
        raise Invalid.at(
            "at", "The time of a consent needs a time zone and cannot lie in the future."
        )
    return min(said, moment)


def _wording(purpose: str, version: str) -> str:
    """The registered words of a version; "" for one that is not registered."""
    if not version:
        return ""
    rows = ConsentWording.objects.filter(purpose=purpose, version=version)
    return rows.values_list("text", flat=True).first() or ""


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


def restate_consents(customer_ids: Collection[int]) -> int:
    """Work out from the ledger where these customers stand (after a merge, an import or its undo);
    returns how many states changed. One statement, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            load("customers", "consent_restate"),
            {"brand_id": current_brand_id(), "customer_ids": sorted(set(customer_ids))},
        )
        return int(cursor.fetchone()[0])


def state_consent(
    *,
    customer: Customer,
    is_granted: bool,
    source: str,
    basis: str = Basis.CONSENT,
    purpose: str = Purpose.MARKETING,
    channel: str = Channel.EMAIL,
    evidence: Evidence = Evidence(),
    at: datetime | None = None,
) -> Consent | None:
    """What a program says a customer allowed; None when the ledger says so already.

    Programs repeat themselves: the same act at the same instant, or (without `at`) one that
    changes nothing, is not another act. Raises Conflict for a permission after a withdrawal that
    is not the customer's own consent with its time: a nightly sync must not undo an unsubscribe,
    and a withdrawal beats every weaker ground."""
    customer = _locked(customer)
    if _is_told(customer, is_granted=is_granted, purpose=purpose, channel=channel, at=at):
        return None
    is_sure = at is not None and basis == Basis.CONSENT
    withdrawn = ConsentState.objects.filter(
        customer=customer, purpose=purpose, channel=channel, status=Consent.Status.WITHDRAWN
    )
    if is_granted and not is_sure and withdrawn.exists():
        raise Conflict(WITHDRAWN_STAYS, code="consent_withdrawn")
    if is_granted:
        return record_consent(
            customer=customer,
            source=source,
            basis=basis,
            purpose=purpose,
            channel=channel,
            evidence=evidence,
            at=at,
        )
    return withdraw_consent(
        customer=customer,
        source=source,
        purpose=purpose,
        channel=channel,
        evidence=evidence,
        at=at,
    )


def _is_told(
    customer: Customer, *, is_granted: bool, purpose: str, channel: str, at: datetime | None
) -> bool:
    """Whether the ledger says so already. A withdrawal that only an import has told is told again:
    it could be taken back with the import, the customer's own word cannot."""
    status = Consent.Status.GRANTED if is_granted else Consent.Status.WITHDRAWN
    what = {"customer": customer, "purpose": purpose, "channel": channel, "status": status}
    if at is not None:
        return Consent.objects.filter(**what, at=at, import_id=None).exists()
    if not ConsentState.objects.filter(**what).exists():
        return False
    return is_granted or not imported_withdrawals([customer.pk], purpose=purpose, channel=channel)
