"""What a customer allowed, as of any instant, with the act that says so."""

from datetime import datetime

from django.db.models import Case, Value, When

from customers.models.consents import Channel, Consent, Purpose
from customers.models.customers import Customer


def consent_as_of(
    customer: Customer,
    at: datetime,
    *,
    purpose: Purpose = Purpose.MARKETING,
    channel: Channel = Channel.EMAIL,
) -> Consent | None:
    """The act that held at `at`: the latest one; at the same instant the withdrawal."""
    withdrawn_first = Case(When(status=Consent.Status.WITHDRAWN, then=Value(0)), default=Value(1))
    return (
        Consent.objects.filter(customer=customer, purpose=purpose, channel=channel, at__lte=at)
        .order_by("-at", withdrawn_first, "-id")
        .first()
    )
