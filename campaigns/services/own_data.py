"""What campaigns keep of a person: results are append-only and name nobody, wishes can go."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from campaigns.models.coupons import Coupon
from campaigns.models.messages import Delivery, Feedback
from campaigns.models.preferences import Preference
from campaigns.models.transactional import TransactionalMessage
from config.kit.clock import now
from customers.services.merges import Participant
from customers.services.privacy import Done, Person, deleted, kept
from customers.services.privacy import Participant as Owner

_State = TransactionalMessage.State
_COLUMNS = (
    *("template__name", "version", "address", "language", "data", "state", "reason", "detail"),
    *("created_at", "send_at", "done_at", "complained_at"),
)


def _messages(person: Person) -> QuerySet[TransactionalMessage]:
    """Also those to an address of theirs that was nobody's then."""
    return TransactionalMessage.objects.filter(
        Q(customer__in=person.ids) | Q(address_norm__in=person.emails)
    )


def _message_rows(person: Person) -> Iterator[dict[str, Any]]:
    for row in _messages(person).order_by("pk").values(*_COLUMNS):
        yield dict(row)


def _erase_messages(person: Person) -> Done:
    """What waits never leaves; what was sent is counted on, of nobody."""
    rows = _messages(person)
    waiting = rows.filter(state=_State.QUEUED)
    waiting.update(state=_State.SUPPRESSED, reason="erased", done_at=now())
    return Done(erased=rows.update(address="", address_norm="", data={}, detail=""))


_WHY = "The results of a campaign stay as they are; nothing in it names the person."

PARTICIPANTS = (
    kept("Mails", Delivery, why=_WHY),
    kept("Clicks and answers", Feedback, why=_WHY),
    kept("Coupons", Coupon, by="customer_id__in", why=_WHY),
    deleted("How often they want mail", Preference),
    Owner("Transactional mails", (TransactionalMessage,), _message_rows, _erase_messages),
)

# What the record that is kept says itself holds.
PREFERENCES = Participant(
    "campaigns_preference",
    """NOT EXISTS (
        SELECT FROM campaigns_preference AS k
        WHERE k.brand_id = t.brand_id AND k.customer_id = %(kept)s
    )""",
)

MESSAGES = Participant("campaigns_transactionalmessage")

# Codes follow the person; of two codes of one campaign each record keeps its own.
COUPONS = Participant(
    "campaigns_coupon",
    """NOT EXISTS (
        SELECT FROM campaigns_coupon AS k
        WHERE k.brand_id = t.brand_id AND k.campaign_id = t.campaign_id
          AND k.customer_id = %(kept)s
    )""",
)
