"""Double opt-in: a permission that counts only after the click in a mail."""

import hashlib
import hmac
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.db import transaction

from accounts.scope import Actor, acting, current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, NotFound, naming
from config.kit.text import email_key
from config.kit.tokens import Keyring, Purpose, Ticket, make_keyring, read_ticket, sign_ticket
from customers.events.permissions import OptInConfirmed, OptInRequested
from customers.models.consents import (
    Basis,
    Channel,
    Consent,
    ConsentState,
    OptInRequest,
    Suppression,
)
from customers.models.consents import Purpose as ConsentPurpose
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.rules.permissions import impersonal
from customers.selectors.consents import is_double_opt_in
from customers.selectors.customers import canonical
from customers.selectors.erasure import is_erased
from customers.services.consents import Evidence, record_consent
from customers.services.customers import Details, upsert_customer

VALID = timedelta(days=7)
# Nobody's inbox may be filled by asking again and again.
_PAUSE = timedelta(minutes=15)
_MOST_PER_DAY = 3
_DAY = timedelta(days=1)

_NO_EVIDENCE = Evidence()
_NO_DETAILS = Details()


@cache
def _keyring() -> Keyring:
    return make_keyring(settings.TOKEN_KEYS)


def request_opt_in(
    *,
    email: str,
    source: str,
    purpose: str = ConsentPurpose.MARKETING,
    evidence: Evidence = _NO_EVIDENCE,
    details: Details = _NO_DETAILS,
) -> OptInRequest | None:
    """Somebody asked for mails at a form. With double opt-in (the brand's default) they get one
    mail to confirm it, and nothing counts before; else it counts at once. `details` are of somebody
    new: those of a known customer stay as they are.

    None where there is nothing to send: single opt-in, allowed already, asked a moment ago, an
    address on the do-not-mail list or of somebody who was erased. Whoever asks must not see the
    difference. Raises Invalid for what is no address."""
    key = _key(email)
    with transaction.atomic():
        if _is_closed(key):
            return None
        customer = _signed_up(email, key, details)
        if _has_consent(customer, purpose):
            return None
        if not is_double_opt_in():
            record_consent(customer=customer, source=source, purpose=purpose, evidence=evidence)
            return None
        # Locked: two requests of one moment must not become two mails.
        Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
        if _asked_enough(customer, purpose):
            return None
        return _ask(customer, purpose, source, evidence)


def confirm_opt_in(token: str, *, ip: str = "") -> OptInRequest:
    """The customer said yes: the consent is recorded with its proof, once.

    The scope of the token's brand is open (see `ticket_of`). Raises NotFound for a link we did not
    make, Conflict for one that was used (code used) or is too old (code expired)."""
    request = open_request(token)
    moment = now()
    with transaction.atomic():
        claimed = OptInRequest.objects.filter(
            pk=request.pk, confirmed_at=None, expires_at__gt=moment
        ).update(confirmed_at=moment)
        if not claimed:
            raise _too_late(request)
        customer = canonical(request.customer)
        evidence = Evidence(
            wording=request.wording,
            wording_version=request.wording_version,
            proof={
                **request.proof,
                "requested_at": request.requested_at.isoformat(timespec="seconds"),
                "confirmed_at": moment.isoformat(timespec="seconds"),
                "confirmed_from": ip,
            },
        )
        with acting(Actor("customer", customer.pk)):
            record_consent(
                customer=customer,
                source=request.source,
                purpose=request.purpose,
                channel=request.channel,
                evidence=evidence,
                at=moment,
            )
            record(OptInConfirmed(subject_id=request.pk, customer_id=customer.pk))
    request.confirmed_at = moment
    return request


def ticket_of(token: str) -> Ticket:
    """Which brand and request a link names; raises BadToken. Needs no scope."""
    return read_ticket(_keyring(), Purpose.OPT_IN, token)


def open_request(token: str) -> OptInRequest:
    """The request behind a link, used or not; raises NotFound."""
    request = (
        OptInRequest.objects.select_related("customer__merged_into")
        .filter(pk=ticket_of(token).customer_id, customer__erased_at=None)
        .first()
    )
    if request is None or not hmac.compare_digest(bytes(request.token_hash), _hash(token)):
        raise NotFound("This link is no longer valid.")
    return request


def token_of(request: OptInRequest) -> str:
    """The link's token: made from the request, so that only its hash is kept."""
    ticket = Ticket(brand_id=current_brand_id(), campaign_id=0, customer_id=request.pk)
    return sign_ticket(_keyring(), Purpose.OPT_IN, ticket)


def _ask(customer: Customer, purpose: str, source: str, evidence: Evidence) -> OptInRequest:
    moment = now()
    request = OptInRequest(
        customer=customer,
        purpose=purpose,
        channel=Channel.EMAIL,
        token_hash=b"",
        wording=evidence.wording,
        wording_version=evidence.wording_version,
        source=source,
        proof=impersonal(evidence.proof),
        requested_at=moment,
        expires_at=moment + VALID,
    )
    request.save()
    request.token_hash = _hash(token_of(request))
    request.save(update_fields=["token_hash"])
    record(OptInRequested(subject_id=request.pk, customer_id=customer.pk))
    return request


def _signed_up(email: str, key: str, details: Details) -> Customer:
    """Nothing about a known customer changes: who types an address at a form need not own it."""
    known = (
        Identity.objects.select_related("customer__merged_into")
        .filter(kind=Identity.Kind.EMAIL, value_norm=key)
        .first()
    )
    if known is not None:
        return canonical(known.customer)
    added = upsert_customer(email=email)
    if added.created and details != _NO_DETAILS:
        return upsert_customer(email=email, details=details).customer
    return added.customer


def _is_closed(key: str) -> bool:
    listed = Suppression.objects.filter(channel=Channel.EMAIL, address=key)
    return listed.exists() or is_erased(key)


def _has_consent(customer: Customer, purpose: str) -> bool:
    return ConsentState.objects.filter(
        customer=customer,
        purpose=purpose,
        channel=Channel.EMAIL,
        status=Consent.Status.GRANTED,
        basis=Basis.CONSENT,
    ).exists()


def _asked_enough(customer: Customer, purpose: str) -> bool:
    asked = OptInRequest.objects.filter(
        customer=customer, purpose=purpose, requested_at__gt=now() - _DAY
    )
    times = list(asked.values_list("requested_at", flat=True))
    return len(times) >= _MOST_PER_DAY or any(at > now() - _PAUSE for at in times)


def _too_late(request: OptInRequest) -> Conflict:
    if OptInRequest.objects.filter(pk=request.pk, confirmed_at__isnull=False).exists():
        return Conflict(
            "You have confirmed this already. There is nothing left to do.", code="used"
        )
    return Conflict(
        "This link is too old. Please sign up again; you will get a new one.", code="expired"
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _key(email: str) -> str:
    with naming("email"):
        return email_key(email)
