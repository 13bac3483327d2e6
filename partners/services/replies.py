"""Words a brand keeps: replies to partners, and what their new offers begin with."""

from typing import Any

from django.db import IntegrityError, transaction

from config.kit.errors import Conflict, Invalid, naming
from config.kit.text import clean_text
from partners.models.offers import Offer, OfferTemplate, ReplyTemplate

MOST_REPLIES = 50


def save_reply(*, name: str, text: str, reply: ReplyTemplate | None = None) -> ReplyTemplate:
    """Raises Invalid, or Conflict for a name that is taken."""
    if reply is None and ReplyTemplate.objects.count() >= MOST_REPLIES:
        raise Conflict(f"There are {MOST_REPLIES} replies already; that is the most.")
    with naming("name"):
        name = clean_text(name, max_length=80)
    with naming("text"):
        text = clean_text(text, max_length=2_000, multiline=True)
    if not (name and text):
        raise Invalid.at("text" if name else "name", "Say something here.")
    row = reply or ReplyTemplate()
    row.name, row.text = name, text
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict.at("name", "There is a reply of this name already.") from error
    return row


def delete_reply(reply: ReplyTemplate) -> None:
    reply.delete()


def reply_words(reply: ReplyTemplate, offer: Offer) -> str:
    """With the names put in; nothing else in it is looked at."""
    text = reply.text.replace("{partner}", offer.partnership.name)
    return text.replace("{offer}", offer.name)[:2_000]


def save_offer_template(**said: Any) -> OfferTemplate:
    """What new offers begin with from now on. Raises Invalid."""
    for name in ("text", "conditions", "advice"):
        with naming(name):
            said[name] = clean_text(said[name], max_length=2_000, multiline=True)
    row, _ = OfferTemplate.objects.update_or_create(defaults=said)
    return row
