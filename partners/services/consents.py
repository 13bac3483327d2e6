"""What customers say to partners' offers on their own page; "What we send you" asks the same."""

from collections.abc import Mapping

from django.db import transaction

from accounts.scope import Actor, acting
from campaigns.services.preferences import change_topic, topics_of
from customers.models.customers import Customer

SOURCE = "offers_page"


def answer(customer: Customer, wanted: Mapping[str, bool], *, place: str = "") -> int:
    """Record what is different by purpose, such as {"partner_offers": True, "offers:3": False};
    how much was. What is left out stays. It counts at once, also for mails that wait."""
    with transaction.atomic(), acting(Actor("customer", customer.pk)):
        changed = [
            topic
            for topic in topics_of(customer)
            if topic.group and wanted.get(topic.purpose, topic.is_wanted) != topic.is_wanted
        ]
        for topic in changed:
            proof = {"place": place} if place else {}
            change_topic(customer, topic, source=SOURCE, proof=proof)
    return len(changed)
