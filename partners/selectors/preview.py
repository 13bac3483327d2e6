"""An offer as a customer would see it."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from accounts.models.brands import Brand
from partners.models.partnerships import Partnership
from partners.rules.content import OfferContent
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
