"""Words between brand and partner: plain text, told to the other side once an hour at most."""

from datetime import timedelta

from django.db import transaction

from accounts.scope import current_actor
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.limits import count_within
from config.kit.text import clean_text
from partners.events import PartnerMessageWritten
from partners.models.offers import Offer
from partners.models.partnerships import PartnerMessage, Partnership
from partners.models.settlements import Statement
from partners.selectors.messages import BRAND, PARTNER, unread

MAX_TEXT = 4_000
# Of one side in one partnership.
MOST_IN_AN_HOUR = 60
TOLD_EVERY = timedelta(hours=1)


def write_message(
    partnership: Partnership, *, text: str, about: Offer | Statement | None = None
) -> PartnerMessage:
    """A message of the side that acts, about one of the partnership's own things or nothing.

    Raises Invalid for text that is empty, too long or holds control characters, and Conflict
    for too many."""
    with naming("text"):
        said = clean_text(text, max_length=MAX_TEXT, multiline=True)
    if not said:
        raise Invalid.at("text", "Please write something.")
    if about is not None and about.partnership_id != partnership.pk:
        raise Invalid.at("about", "This is not of this partnership.")
    actor = current_actor()
    side = PARTNER if actor.kind == PARTNER else BRAND
    name = f"partner_messages:{partnership.brand_id}:{partnership.pk}:{side}"
    if count_within(name, most=MOST_IN_AN_HOUR, seconds=3_600)[0] < 0:
        raise Conflict("That is a lot of messages; please go on in an hour.", code="too_many")
    with transaction.atomic():
        message = PartnerMessage.objects.create(
            partnership=partnership,
            about_kind=(about._meta.model_name or "") if about else "",
            about_id=about.pk if about else None,
            text=said,
            by_kind=side,
            by_id=actor.id,
        )
        record(PartnerMessageWritten(subject_id=partnership.pk, message_id=message.pk))
    return message


def mark_read(partnership: Partnership, *, side: str) -> int:
    """All that the other side has written is read; how many were new."""
    return unread(side).filter(partnership=partnership).update(read_at=now())


def wait_before_telling(partnership: Partnership, *, side: str) -> float | None:
    """How many seconds until this side may be told by mail that something waits (0: now); None
    when nothing does that it was not told of."""
    theirs = PartnerMessage.objects.filter(partnership=partnership).exclude(by_kind=side)
    if not theirs.filter(read_at__isnull=True, told_at__isnull=True).exists():
        return None
    last = theirs.filter(told_at__isnull=False).order_by("-told_at").first()
    if last is None or last.told_at is None:
        return 0
    return max((last.told_at + TOLD_EVERY - now()).total_seconds(), 0)


def mark_told(partnership: Partnership, *, side: str) -> None:
    """This side has been told of all that waits for it."""
    unread(side).filter(partnership=partnership, told_at__isnull=True).update(told_at=now())
