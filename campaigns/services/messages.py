"""One transactional mail, asked for by a program: it needs no permission and obeys no contact rule,
because it answers what its reader did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models.brands import Brand
from accounts.services.events import record
from campaigns.events import MessageRequested
from campaigns.models.transactional import TransactionalMessage, TransactionalTemplate
from campaigns.rules.encoding import safe_address
from campaigns.rules.languages import NAMES, primary
from campaigns.rules.messages import read_data
from campaigns.selectors.transactional import block_on, written
from campaigns.services.ready_made import give
from config.kit.clock import now
from config.kit.errors import Conflict, DomainError, Invalid, naming
from config.kit.text import email_key
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.selectors.customers import living

State = TransactionalMessage.State
LATEST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class To:
    """An address, or the id that the system `source` has for a customer; exactly one of the two."""

    email: str = ""
    external_id: str = ""
    source: str = "api"


def request_message(
    *,
    brand: Brand,
    template_key: str,
    to: To,
    data: Mapping[str, Any],
    language: str = "",
    send_at: datetime | None = None,
) -> TransactionalMessage:
    """Have one mail sent, now or at an instant within 30 days. It is looked at as if it left now.

    Raises Invalid for what could not be sent, such as data that the words need and nobody sent;
    Conflict while nothing is published. To an address that does not exist any more, or of somebody
    who was erased, the mail is kept as `suppressed`, and never goes."""
    template = _published(template_key)
    address, customer = _reader(to)
    read_data(data)
    message = TransactionalMessage(
        template=template,
        version=template.version,
        customer=customer,
        address=address,
        address_norm=email_key(address),
        language=_language(language),
        data=dict(data),
        send_at=_moment(send_at),
    )
    written(message, brand).complete()
    with transaction.atomic():
        reason = block_on(message.address_norm)
        if reason:
            message.state, message.reason = State.SUPPRESSED, reason
            message.data, message.done_at = {}, now()
        message.save()
        message.refresh_from_db(fields=["uid"])
        if not reason:
            record(MessageRequested(subject_id=message.pk))
    return message


def _published(key: str) -> TransactionalTemplate:
    template = TransactionalTemplate.objects.filter(key=key).first()
    if template is None or template.published_at is None:
        template = give(key) or template
    if template is None:
        raise Invalid.at("template", f"There is no template {key[:60]!r}.", code="unknown_template")
    if template.published_at is None:
        raise Conflict(
            "This template is not published. Publish it in Rapport first.", code="not_published"
        )
    return template


def _reader(to: To) -> tuple[str, Customer | None]:
    """The address to write to, and whose it is when we know."""
    if bool(to.email) == bool(to.external_id):
        raise Invalid.at("to", "Send either an email or an external_id.")
    if to.email:
        with naming("to/email"):
            key = email_key(to.email)
        found = living().filter(email_norm=key).order_by("pk").first()
        return _writable(to.email, "to/email"), found
    names = Identity.objects.filter(
        kind=Identity.Kind.EXTERNAL, source=to.source, value_norm=to.external_id
    )
    customer = living().filter(pk__in=names.values("customer")).first()
    if customer is None:
        raise Invalid.at("to/external_id", "There is no customer with this id.")
    if not customer.email:
        raise Invalid.at("to/external_id", "This customer has no e-mail address.")
    return _writable(customer.email, "to/external_id"), customer


def _writable(address: str, place: str) -> str:
    try:
        return safe_address(address.strip())
    except DomainError as error:
        raise Invalid.at(place, error.message) from error


def _language(asked: str) -> str:
    language = primary(asked)
    if language and language not in NAMES:
        raise Invalid.at("language", f"We know these languages: {', '.join(NAMES)}.")
    return language


def _moment(asked: datetime | None) -> datetime:
    moment = now()
    if asked is not None and asked > moment + LATEST:
        raise Invalid.at("send_at", f"At most {LATEST.days} days from now.")
    return max(asked or moment, moment)
