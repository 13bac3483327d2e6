"""What an offer's content must hold before anybody puts their name to it."""

from datetime import date, timedelta

import msgspec

from config.kit.text import clean_text
from partners.rules.content import OfferContent

# Longer ones are forgotten by everybody; a season is enough.
MOST_DAYS = 366
FURTHEST = timedelta(days=731)
_LINES = ("headline", "image", "image_alt", "link")
_PARAGRAPHS = ("text", "conditions")


def read_content(stored: object) -> OfferContent:
    """Raises msgspec.ValidationError (a ValueError) for what is none."""
    return msgspec.convert(stored, OfferContent)


def cleaned(content: OfferContent) -> OfferContent:
    """The same in one normal form of text. Raises ValueError for control characters."""
    lines = {name: clean_text(getattr(content, name), max_length=2_000) for name in _LINES}
    paragraphs = {
        name: clean_text(getattr(content, name), max_length=2_000, multiline=True)
        for name in _PARAGRAPHS
    }
    voucher = msgspec.structs.replace(
        content.voucher, item=clean_text(content.voucher.item, max_length=120)
    )
    wish = msgspec.structs.replace(
        content.wish, words=clean_text(content.wish.words, max_length=500, multiline=True)
    )
    return msgspec.structs.replace(content, **lines, **paragraphs, voucher=voucher, wish=wish)


def faults(content: OfferContent, *, today: date) -> dict[str, str]:
    """Field -> what to do about it; empty when the offer can be made."""
    found = _faults_of_days(content, today)
    if not content.headline:
        found["headline"] = "Say in one line what you offer."
    if content.image and not content.image_alt:
        found["image_alt"] = "Describe the picture for those who cannot see it."
    voucher = content.voucher
    if voucher.kind == "percent" and not 1 <= voucher.value <= 100:
        found["voucher"] = "Give between 1 and 100 per cent."
    elif voucher.kind == "amount" and not voucher.value:
        found["voucher"] = "Say how much money off it is."
    elif voucher.kind == "item" and not voucher.item:
        found["voucher"] = "Say what the customer gets."
    return found


def _faults_of_days(content: OfferContent, today: date) -> dict[str, str]:
    found = {}
    if content.ends_on < content.starts_on:
        found["ends_on"] = "It ends before it begins."
    elif content.ends_on < today:
        found["ends_on"] = "These days are over: choose later ones."
    elif (content.ends_on - content.starts_on).days >= MOST_DAYS:
        found["ends_on"] = "An offer can run for a year at most."
    if content.starts_on > today + FURTHEST:
        found["starts_on"] = "That is more than two years ahead."
    return found
