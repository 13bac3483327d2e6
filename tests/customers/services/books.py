"""A day to book on, and what a customer's books come to."""

from datetime import UTC, datetime

from customers.models.credits import Credit
from customers.models.customers import Customer, CustomerFacts


def at(day: int) -> datetime:
    """Noon of a day of March 2026."""
    return datetime(2026, 3, day, 12, tzinfo=UTC)


def net(customer: Customer) -> int:
    """Their net revenue, which their credits add up to."""
    found = CustomerFacts.objects.get(customer=customer).net_minor
    credited = sum(Credit.objects.filter(customer=customer).values_list("amount_minor", flat=True))
    assert credited == found
    return found
