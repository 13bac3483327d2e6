"""What recipients do with a mail: they click, and they say that it was the last."""

from accounts.scope import Actor, acting
from campaigns.models.campaigns import CampaignLink
from campaigns.models.messages import Feedback
from campaigns.rules.merge import Formats, Place, compile_text
from campaigns.selectors.content import TAG_NAMES, recipients
from config.kit.clock import now
from config.kit.errors import NotFound
from config.kit.tokens import Ticket
from customers.models.consents import Consent
from customers.models.customers import Customer
from customers.selectors.consents import consent_as_of
from customers.services.consents import Evidence, state_consent
from customers.services.dirty import mark_dirty

_MAX_MERGES = 20


def record_click(ticket: Ticket, *, user_agent: str = "") -> str:
    """Store the click and return where its link leads; raises NotFound.

    The address comes from the link table frozen at launch, never from the request."""
    target = link_target(ticket)
    Feedback.objects.create(
        campaign_id=ticket.campaign_id,
        customer_id=ticket.customer_id,
        kind=Feedback.Kind.CLICK,
        link=ticket.link,
        user_agent=user_agent[:200],
    )
    # Segments ask who clicked.
    known = Customer.objects.filter(pk=ticket.customer_id).first()
    if known is not None:
        mark_dirty([known.merged_into_id or known.pk])
    return target


def link_target(ticket: Ticket) -> str:
    """Where a link of a mail leads for its recipient; raises NotFound."""
    row = CampaignLink.objects.filter(campaign_id=ticket.campaign_id, number=ticket.link).first()
    if row is None:
        raise NotFound("This link is no longer valid.")
    template = compile_text(row.url, TAG_NAMES)
    known = recipients([ticket.customer_id]) if template.variables else []
    return template.render(known[0].values if known else {}, Place.URL, Formats())


def unsubscribe(ticket: Ticket, *, source: str) -> Customer:
    """No more marketing mail for this customer; twice is once. Raises NotFound.

    `source` says how: one_click (the mail program's button, RFC 8058) or page."""
    customer = _living(ticket.customer_id)
    with acting(Actor("customer", customer.pk)):
        act = state_consent(
            customer=customer,
            is_granted=False,
            source=f"unsubscribe_{source}",
            evidence=Evidence(proof={"campaign_id": ticket.campaign_id}),
        )
    if act is not None:
        Feedback.objects.create(
            campaign_id=ticket.campaign_id,
            customer_id=ticket.customer_id,
            kind=Feedback.Kind.UNSUBSCRIBE,
        )
    return customer


def has_unsubscribed(ticket: Ticket) -> bool:
    """Whether this customer gets no marketing mail by their own word. Raises NotFound."""
    act = consent_as_of(_living(ticket.customer_id), now())
    return act is not None and act.status == Consent.Status.WITHDRAWN


def _living(customer_id: int) -> Customer:
    """The customer, or the one it was merged into since."""
    customer = Customer.objects.filter(pk=customer_id).first()
    for _ in range(_MAX_MERGES):
        if customer is None:
            raise NotFound("This link is no longer valid.")
        if customer.merged_into_id is None:
            return customer
        customer = Customer.objects.filter(pk=customer.merged_into_id).first()
    raise NotFound("This link is no longer valid.")
