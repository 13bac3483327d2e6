"""What is known of one customer, beside the timeline."""

from dataclasses import dataclass
from statistics import median

from customers.models.consents import Channel, Consent, ConsentState, Suppression
from customers.models.customers import Customer, CustomerFacts
from customers.models.identities import Identity
from customers.models.orders import Order


@dataclass(frozen=True, slots=True)
class Permission:
    """Where the customer stands for one purpose and channel, and the act that says so."""

    state: ConsentState
    proof: Consent | None


@dataclass(frozen=True, slots=True)
class Profile:
    """`usual_gap` is the median number of days between this customer's own orders."""

    facts: CustomerFacts
    identities: list[Identity]
    permissions: list[Permission]
    suppression: Suppression | None
    usual_gap: float | None


def profile(customer: Customer) -> Profile:
    """Everything the left column of the profile shows."""
    gaps = list(
        Order.objects.filter(customer=customer, gap_days__isnull=False).values_list(
            "gap_days", flat=True
        )
    )
    suppression = Suppression.objects.filter(
        channel=Channel.EMAIL, address=customer.email_norm or "-"
    )
    return Profile(
        facts=CustomerFacts.objects.filter(customer=customer).first()
        or CustomerFacts(customer=customer),
        identities=list(Identity.objects.filter(customer=customer).order_by("kind", "id")),
        permissions=_permissions(customer),
        suppression=suppression.first(),
        usual_gap=median(gap for gap in gaps if gap is not None) if gaps else None,
    )


def _permissions(customer: Customer) -> list[Permission]:
    """Each state with the newest act of the ledger that made it so."""
    newest: dict[tuple[str, str, str], Consent] = {}
    for act in Consent.objects.filter(customer=customer).order_by("at", "id"):
        newest[act.purpose, act.channel, act.status] = act
    states = ConsentState.objects.filter(customer=customer).order_by("purpose", "channel")
    return [
        Permission(state, newest.get((state.purpose, state.channel, state.status)))
        for state in states
    ]
