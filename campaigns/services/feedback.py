"""What recipients do with a mail: where their clicks lead, and that it was the last."""

from collections.abc import Mapping
from functools import lru_cache

from django.utils.encoding import iri_to_uri

from accounts.scope import Actor, acting, brand_scope
from campaigns.models.campaigns import CampaignLink
from campaigns.models.messages import Feedback
from campaigns.rules.filters import Formats
from campaigns.rules.merge import MergeError, Template, compile_text
from campaigns.rules.slots import address_for, check_link
from campaigns.selectors.content import recipients
from campaigns.selectors.further import all_names
from config.kit.clock import now
from config.kit.errors import NotFound
from config.kit.tokens import Ticket
from customers.models.consents import Channel, Consent, ConsentState, Purpose
from customers.models.customers import Customer
from customers.rules.permissions import GRANTED
from customers.selectors.consents import consent_as_of
from customers.services.consents import Evidence, state_consent

_MAX_MERGES = 20


def target_of(ticket: Ticket) -> str:
    """Where a link of a mail leads for its recipient, in ASCII; raises NotFound.

    The address comes from the link table frozen at launch, never from the request; only a link
    with the recipient's own values in it, and one seen for the first time, asks the database."""
    link = _link(ticket.brand_id, ticket.campaign_id, ticket.link)
    if isinstance(link, str):
        return link
    with brand_scope(ticket.brand_id):
        known = recipients(
            [ticket.customer_id],
            with_lists=any("." in each.name for each in link.variables),
            campaign_id=ticket.campaign_id,
        )
    return _rendered(link, known[0].values if known else {})


@lru_cache(maxsize=20_000)
def _link(brand_id: int, campaign_id: int, number: int) -> str | Template:
    """The target, or the template of one for each recipient; links of a launched campaign never
    change. Raises NotFound, which is not remembered."""
    with brand_scope(brand_id):
        row = CampaignLink.objects.filter(campaign_id=campaign_id, number=number).first()
    if row is None:
        raise NotFound("This link is no longer valid.")
    template = compile_text(row.url, all_names())
    return template if template.variables else _rendered(template, {})


def _rendered(template: Template, values: Mapping[str, str]) -> str:
    """Whatever the values are, it is an address that a mail may link to, in ASCII."""
    try:
        target = address_for(template, values, Formats())
        check_link(target)
    except MergeError as error:
        raise NotFound("This link is no longer valid.") from error
    return iri_to_uri(target)


def forget_links() -> None:
    """For tests, whose campaigns come and go under the same ids."""
    _link.cache_clear()


def unsubscribe(ticket: Ticket, *, source: str) -> bool:
    """No more marketing mail for this customer, nor offers of partners; twice is once, and then
    False. Raises NotFound.

    `source` says how: one_click (the mail program's button, RFC 8058), page, or provider (through
    a link of whoever carries the mail)."""
    customer = customer_of(ticket)
    is_new = leave_news(customer, source=source, proof={"campaign_id": ticket.campaign_id})
    if is_new:
        Feedback.objects.create(
            campaign_id=ticket.campaign_id,
            customer_id=ticket.customer_id,
            kind=Feedback.Kind.UNSUBSCRIBE,
        )
    return is_new


def leave_news(customer: Customer, *, source: str, proof: Mapping[str, str | int]) -> bool:
    """No more marketing mail, nor offers of partners; False when all of that held already."""
    purposes = [Purpose.MARKETING]
    if _wants_partner_offers(customer):
        purposes.append(Purpose.PARTNER_OFFERS)
    with acting(Actor("customer", customer.pk)):
        acts = [
            state_consent(
                customer=customer,
                is_granted=False,
                purpose=purpose,
                source=f"unsubscribe_{source}",
                evidence=Evidence(proof=proof),
            )
            for purpose in purposes
        ]
    return any(acts)


def has_unsubscribed(ticket: Ticket) -> bool:
    """Whether this customer gets neither marketing mail nor offers of partners by their own word.
    Raises NotFound."""
    customer = customer_of(ticket)
    act = consent_as_of(customer, now())
    is_out = act is not None and act.status == Consent.Status.WITHDRAWN
    return is_out and not _wants_partner_offers(customer)


def _wants_partner_offers(customer: Customer) -> bool:
    return ConsentState.objects.filter(
        customer=customer, purpose=Purpose.PARTNER_OFFERS, channel=Channel.EMAIL, status=GRANTED
    ).exists()


def customer_of(ticket: Ticket) -> Customer:
    """Whom the mail went to, or the one they were merged into since. Raises NotFound."""
    customer = Customer.objects.filter(pk=ticket.customer_id).first()
    for _ in range(_MAX_MERGES):
        if customer is None:
            raise NotFound("This link is no longer valid.")
        if customer.merged_into_id is None:
            return customer
        customer = Customer.objects.filter(pk=customer.merged_into_id).first()
    raise NotFound("This link is no longer valid.")
