"""The tags of one customer (those of many are changed by a bulk action)."""

from collections.abc import Iterable

from django.db import transaction

from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Invalid, naming
from config.kit.text import clean_text
from customers.events.customers import CustomerChanged
from customers.models.customers import Customer
from customers.services.dirty import mark_dirty

MAX_TAGS = 50
MAX_TAG = 40


def set_tags(*, customer: Customer, tags: Iterable[str]) -> bool:
    """These and no others, in this order, each once; True when something is different now.

    Raises Invalid for a tag that cannot be kept."""
    with naming("tags"):
        cleaned = [clean_text(tag, max_length=MAX_TAG) for tag in tags]
    wanted = list(dict.fromkeys(tag for tag in cleaned if tag))
    if len(wanted) > MAX_TAGS:
        raise Invalid.at("tags", f"At most {MAX_TAGS} tags, please.")
    with transaction.atomic():
        stored = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
        if stored.tags == wanted:
            return False
        Customer.objects.filter(pk=stored.pk).update(tags=wanted, updated_at=now())
        customer.tags = wanted
        mark_dirty([stored.pk])
        record(CustomerChanged(subject_id=stored.pk))
    return True
