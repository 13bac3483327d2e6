"""What a customer was sent and what they did with it, as entries of their timeline."""

from django.urls import reverse

from campaigns.models.messages import Delivery, Feedback
from campaigns.models.transactional import TransactionalMessage
from campaigns.rules import reasons
from campaigns.rules.messages import REASONS
from customers.models.customers import Customer
from customers.selectors.customers import canonical_ids
from customers.selectors.timeline import Entry, Position, before

_SENT = {
    Delivery.Outcome.SENT: ("mail", "Sent"),
    Delivery.Outcome.FAILED: ("mail-x", "Could not be sent"),
    Delivery.Outcome.UNKNOWN: ("mail-question-mark", "Not known whether sent"),
    Delivery.Outcome.SKIPPED: ("mail-minus", "Left out"),
}
_ANSWERED = {
    Feedback.Kind.CLICK: ("mouse-pointer-click", "Clicked in"),
    Feedback.Kind.UNSUBSCRIBE: ("mail-minus", "Unsubscribed through"),
    Feedback.Kind.BOUNCE: ("mail-x", "Bounced:"),
    Feedback.Kind.COMPLAINT: ("flag", "Reported as spam:"),
    # Pictures are loaded by programs too, and often never: a hint.
    Feedback.Kind.OPEN: ("mail-open", "Seems to have opened"),
}


def mails(customer: Customer, position: Position | None, limit: int) -> list[Entry]:
    """One entry per message, with its outcome."""
    rows = Delivery.objects.select_related("campaign", "brand")
    mine = rows.filter(before(position, "at"), customer__in=canonical_ids(customer.pk))
    found = mine.order_by("-at", "-id")
    return [
        Entry(
            at=delivery.at,
            id=delivery.pk,
            icon=_SENT[Delivery.Outcome(delivery.outcome)][0],
            title=f"{_title(delivery)}: {delivery.campaign.name}",
            detail=reasons.words(delivery.reason, delivery.campaign.channel)
            if delivery.reason
            else "",
            url=reverse("campaign", args=[delivery.brand.slug, delivery.campaign_id]),
            tone="cross-sell",
        )
        for delivery in found[:limit]
    ]


def _title(delivery: Delivery) -> str:
    """A letter or call was not sent by us: it was on a list."""
    if delivery.outcome == Delivery.Outcome.SENT and delivery.campaign.is_list:
        return f"On a list for {delivery.campaign.get_channel_display().lower()}"
    return _SENT[Delivery.Outcome(delivery.outcome)][1]


_MESSAGES = {
    TransactionalMessage.State.QUEUED: ("mail", "About to be sent"),
    TransactionalMessage.State.SENT: ("mail", "Sent"),
    TransactionalMessage.State.BOUNCED: ("mail-x", "Came back"),
    TransactionalMessage.State.FAILED: ("mail-x", "Could not be sent"),
    TransactionalMessage.State.SUPPRESSED: ("mail-minus", "Not sent"),
}


def messages(customer: Customer, position: Position | None, limit: int) -> list[Entry]:
    """What answered an act of theirs, such as an order confirmation."""
    rows = TransactionalMessage.objects.select_related("template", "brand")
    mine = rows.filter(before(position, "created_at"), customer__in=canonical_ids(customer.pk))
    return [
        Entry(
            at=message.created_at,
            id=message.pk,
            icon=_MESSAGES[TransactionalMessage.State(message.state)][0],
            title=f"{_MESSAGES[TransactionalMessage.State(message.state)][1]}: "
            f"{message.template.name}",
            detail=REASONS.get(message.reason, ""),
            url="",
            tone="cross-sell",
        )
        for message in mine.order_by("-created_at", "-id")[:limit]
    ]


def answers(customer: Customer, position: Position | None, limit: int) -> list[Entry]:
    """Clicks, opens, unsubscribes, bounces and complaints; what programs did is left out."""
    rows = Feedback.objects.filter(is_machine=False).select_related("campaign", "brand")
    mine = rows.filter(before(position, "at"), customer__in=canonical_ids(customer.pk))
    found = mine.order_by("-at", "-id")
    return [
        Entry(
            at=answer.at,
            id=answer.pk,
            icon=_ANSWERED[Feedback.Kind(answer.kind)][0],
            title=f"{_ANSWERED[Feedback.Kind(answer.kind)][1]} {answer.campaign.name}",
            detail=f"Link {answer.link}" if answer.link else answer.detail,
            url=reverse("campaign", args=[answer.brand.slug, answer.campaign_id]),
            tone="repeat" if answer.kind == Feedback.Kind.CLICK else "value",
            simulated=answer.simulated,
        )
        for answer in found[:limit]
    ]
