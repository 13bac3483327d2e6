"""Who a customer is, when two records of one person have become one."""

from django.db.models import QuerySet

from customers.models.customers import Customer


def living() -> QuerySet[Customer]:
    """The customers in use: neither part of another record nor erased."""
    return Customer.objects.filter(merged_into=None, erased_at=None)


def canonical_ids(customer_id: int) -> list[int]:
    """The ids whose append-only rows (consents, events, deliveries) are this customer's: its own
    first, then those of everybody merged into it. Nobody is merged into a merged customer."""
    gone = Customer.objects.filter(merged_into=customer_id).order_by("id")
    return [customer_id, *gone.values_list("id", flat=True)]


def canonical(customer: Customer) -> Customer:
    """The customer, or the one it was merged into."""
    return customer.merged_into or customer
