"""An offer as a customer would see it."""

from dataclasses import dataclass
from datetime import date

import msgspec
from django.urls import reverse

from accounts.models.brands import Brand
from campaigns.models.campaigns import Campaign
from campaigns.models.editor import MailImage
from campaigns.selectors import preview as mails
from campaigns.selectors.content import content_of
from campaigns.selectors.images import image_url
from partners.models.partnerships import Partnership
from partners.rules.content import OfferContent
from partners.rules.mails import offer_mail
from partners.selectors.wording import gets


@dataclass(frozen=True, slots=True)
class Preview:
    brand: Brand
    partner: str
    headline: str
    gets: str
    text: str
    conditions: str
    image_url: str
    image_alt: str
    until: date
    link: str


def preview_of(content: OfferContent, partnership: Partnership) -> Preview:
    brand = partnership.brand
    return Preview(
        brand=brand,
        partner=partnership.name,
        headline=content.headline,
        gets=gets(content.voucher, brand),
        text=content.text,
        conditions=content.conditions,
        image_url=reverse("mail_image_file", args=[content.image]) if content.image else "",
        image_alt=content.image_alt,
        until=content.ends_on,
        link=content.link,
    )


# It may show pictures and its own styles, and do nothing.
MAIL_POLICY = (
    "default-src 'none'; img-src https: http: data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
)


def mail_of(content: OfferContent, partnership: Partnership) -> str:
    """The HTML of the mail that would carry the offer, as somebody invented would read it."""
    brand = partnership.brand
    picture = MailImage.objects.filter(name=content.image).first() if content.image else None
    mail = offer_mail(
        content,
        partner=partnership.name,
        brand=brand.name,
        worth=gets(content.voucher, brand),
        picture=image_url(picture) if picture else "",
    )
    draft = Campaign(subject=mail.subject, preheader=mail.preheader, blocks=mail.blocks)
    shown = content_of(draft, brand)
    # So that it is seen also before the brand has said where it is at home.
    address = shown.postal_address.strip() or brand.name
    return mails.preview_of(msgspec.structs.replace(shown, postal_address=address)).html
