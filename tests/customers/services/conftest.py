"""Jo, whose orders, refunds and credits several of these tests follow."""

import pytest

from accounts.models.brands import Brand
from customers.models.customers import Customer
from customers.services.customers import upsert_customer
from customers.services.facts import refresh_facts


@pytest.fixture
def jo(floral: Brand) -> Customer:
    refresh_facts(customer_ids=None)
    return upsert_customer(email="jo@example.com").customer
