"""Transactional mail that came back, was reported as spam, or arrived after all."""

from django.db import transaction

from accounts.scope import current_brand_id
from campaigns.channels.email.reports import Report
from campaigns.models.transactional import UNDECIDED, TransactionalMessage
from campaigns.rules.bounces import is_hard, words_of
from campaigns.services.feedback import customer_of, leave_news
from config.kit.clock import now
from config.kit.errors import NotFound
from config.kit.text import email_key
from config.kit.tokens import TRANSACTIONAL, Ticket
from customers.models.consents import Suppression
from customers.services.suppressions import suppress_address

State = TransactionalMessage.State


def take_return(message_id: int, report: Report) -> bool:
    """Note it with the message; False when it was known. Raises NotFound.

    An address that does not exist is never mailed again. Who reports a transactional mail as spam
    gets no news and offers any more; what answers their next order still goes to them."""
    with transaction.atomic():
        rows = TransactionalMessage.objects.select_for_update(no_key=True)
        message = rows.filter(pk=message_id).first()
        if message is None:
            raise NotFound("This message is not known.")
        return _ACTS[report.kind](message, report)


def _bounced(message: TransactionalMessage, report: Report) -> bool:
    if message.state == State.BOUNCED:
        return False
    words = words_of(report.words)
    message.state, message.reason = State.BOUNCED, "bounce" if is_hard(report.status) else "refused"
    message.detail = f"{report.status} {words}".strip()[:300]
    # One in doubt may come back before it is offered again: nothing of it waits any more.
    message.data, message.done_at = {}, message.done_at or now()
    message.save(update_fields=["state", "reason", "detail", "data", "done_at"])
    if is_hard(report.status) and _is_of(message, report):
        suppress_address(
            address=message.address_norm, reason=Suppression.Reason.BOUNCE, detail=words
        )
    return True


def _complained(message: TransactionalMessage, report: Report) -> bool:
    if message.complained_at is not None:
        return False
    message.complained_at = now()
    message.save(update_fields=["complained_at"])
    if _is_of(message, report):
        suppress_address(address=message.address_norm, reason=Suppression.Reason.COMPLAINT)
    return True


def _is_of(message: TransactionalMessage, report: Report) -> bool:
    """A report may name any address: only the one we wrote to counts."""
    if not message.address_norm:
        return False
    try:
        return not report.address or email_key(report.address) == message.address_norm
    except ValueError:
        return False


def _unsubscribed(message: TransactionalMessage, report: Report) -> bool:
    """No more news and offers; what answers an order goes on."""
    if message.customer is None or not _is_of(message, report):
        return False
    customer = customer_of(Ticket(current_brand_id(), TRANSACTIONAL, message.customer.pk))
    return leave_news(customer, source="provider", proof={"message_id": message.pk})


def _arrived(message: TransactionalMessage, _: Report) -> bool:
    """One in doubt is not sent again."""
    is_waiting = message.state == State.QUEUED and message.reason == UNDECIDED
    if not is_waiting and (message.state, message.reason) != (State.FAILED, UNDECIDED):
        return False
    message.state, message.reason, message.data = State.SENT, "", {}
    message.done_at = message.done_at or now()
    message.save(update_fields=["state", "reason", "data", "done_at"])
    return True


_ACTS = {
    "bounce": _bounced,
    "complaint": _complained,
    "unsubscribe": _unsubscribed,
    "delivered": _arrived,
}
