"""Mail that did not arrive, and people who reported it: addresses leave by stated rules."""

from datetime import timedelta

from django.db import transaction

from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Feedback
from campaigns.rules.bounces import SOFT_BOUNCES, SOFT_DAYS, is_hard, words_of
from campaigns.selectors.complaints import standing_of
from campaigns.services.control import pause_campaign
from campaigns.services.feedback import customer_of
from config.kit.clock import now
from config.kit.errors import Conflict
from config.kit.text import email_key
from config.kit.tokens import Ticket
from customers.models.consents import Suppression
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.selectors.customers import canonical_ids
from customers.services.consents import Evidence, state_consent
from customers.services.locks import lock_customers
from customers.services.suppressions import suppress_address

Kind = Feedback.Kind


def record_bounce(ticket: Ticket, *, status: str, words: str = "", address: str = "") -> bool:
    """A mail came back; False when that was known. Raises NotFound.

    The address is never mailed again when it does not exist, and after three lesser bounces in 30
    days. `address` is where the mail did not arrive; "" stands for the customer's present one."""
    customer = customer_of(ticket)
    with transaction.atomic():
        lock_customers([customer.pk])
        if not _added(ticket, Kind.BOUNCE, f"{status} {words_of(words)}".strip()):
            return False
        if is_hard(status):
            _never_again(customer, address, Suppression.Reason.BOUNCE, status)
        elif _recent_bounces(customer) >= SOFT_BOUNCES:
            why = f"{SOFT_BOUNCES} bounces in {SOFT_DAYS} days, the last {status}".strip()
            _never_again(customer, address, Suppression.Reason.BOUNCE, why)
    return True


def record_complaint(ticket: Ticket, *, words: str = "", address: str = "") -> bool:
    """Somebody reported a mail as spam; False when that was known. Raises NotFound.

    No more mail to the address, the permission is withdrawn, and a campaign that too many report
    is paused."""
    customer = customer_of(ticket)
    with transaction.atomic():
        lock_customers([customer.pk])
        if not _added(ticket, Kind.COMPLAINT, words_of(words)):
            return False
        _never_again(customer, address, Suppression.Reason.COMPLAINT, "")
        proof: dict[str, str | int] = {"campaign_id": ticket.campaign_id}
        evidence = Evidence(proof=proof)
        state_consent(customer=customer, is_granted=False, source="complaint", evidence=evidence)
        _pause_when_too_many(ticket.campaign_id)
    return True


def _pause_when_too_many(campaign_id: int) -> None:
    campaign = Campaign.objects.filter(pk=campaign_id, state=Campaign.State.SENDING).first()
    if campaign is None or not standing_of(campaign_id).is_too_much:
        return
    try:
        pause_campaign(campaign)
    except Conflict:  # somebody was quicker, or it is done
        return


def _added(ticket: Ticket, kind: Feedback.Kind, detail: str) -> bool:
    """One of a kind for each message: providers and servers repeat themselves."""
    mine = {"campaign_id": ticket.campaign_id, "customer_id": ticket.customer_id, "kind": kind}
    if Feedback.objects.filter(**mine).exists():
        return False
    Feedback.objects.create(**mine, detail=detail)
    return True


def _recent_bounces(customer: Customer) -> int:
    since = now() - timedelta(days=SOFT_DAYS)
    rows = Feedback.objects.filter(kind=Kind.BOUNCE, at__gt=since)
    return rows.filter(customer__in=canonical_ids(customer.pk)).count()


def _never_again(customer: Customer, address: str, reason: str, detail: str) -> None:
    """A report may name any address: only one that is or was this customer's counts."""
    key = customer.email_norm
    if address:
        try:
            key = email_key(address)
        except ValueError:
            return
    if key and (key == customer.email_norm or _was_theirs(customer, key)):
        suppress_address(address=key, reason=reason, detail=detail)


def _was_theirs(customer: Customer, key: str) -> bool:
    names = Identity.objects.filter(customer=customer, kind=Identity.Kind.EMAIL, value_norm=key)
    return names.exists()
