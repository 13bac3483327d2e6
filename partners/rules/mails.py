"""The mail that carries a partner's offer to the brand's customers: the approved words, nothing of
theirs read as one of our personal fields."""

import html
import re
from dataclasses import dataclass
from typing import Any

from partners.rules.content import OfferContent

# The page of all offers, for a mail that was not made of one.
LINK = "{{ partner_offer.link }}"
_TAGS = re.compile(r"\{(?=[{%])")


@dataclass(frozen=True, slots=True)
class OfferMail:
    subject: str
    preheader: str
    blocks: list[dict[str, Any]]


def offer_mail(
    content: OfferContent, *, partner: str, brand: str, worth: str, picture: str, link: str = LINK
) -> OfferMail:
    """`picture` is the whole address of the offer's picture, "" for none; `link` where it is
    taken."""
    headline, name = plain(content.headline), plain(partner)
    blocks: list[dict[str, Any]] = []
    if picture:
        blocks.append({"kind": "image", "src": picture, "alt": plain(content.image_alt)})
    blocks.append({"kind": "heading", "text": headline})
    if content.text:
        blocks.append({"kind": "text", "html": _paragraphs(content.text)})
    blocks += [
        {"kind": "text", "html": _paragraphs(f"{worth} at {partner}")},
        {"kind": "button", "text": "Take this offer", "href": link},
    ]
    if content.conditions:
        blocks.append({"kind": "text", "html": _paragraphs(content.conditions)})
    told = (
        f"This offer is from {partner}. We chose it, and we send it: {partner} does not learn your "
        f"name or address. You said yes to such offers from {brand}, and can say no at any time."
    )
    blocks += [{"kind": "text", "html": _paragraphs(told)}, {"kind": "footer"}]
    return OfferMail(headline, f"{plain(worth)} at {name}"[:200], blocks)


def plain(text: str) -> str:
    """Words of a partner's where merge tags are looked for: theirs are none."""
    return _TAGS.sub("{ ", text)


def _paragraphs(text: str) -> str:
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return "".join(
        "<p>" + html.escape(plain(part), quote=False).replace("\n", "<br>") + "</p>"
        for part in parts
    )
