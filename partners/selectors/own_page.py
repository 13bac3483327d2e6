"""A customer's own page of partners' offers: whose it is, where it stands, and what is on it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from campaigns.models.editor import MailImage
from campaigns.selectors.content import keyring
from campaigns.selectors.images import image_url
from campaigns.selectors.own_pages import OwnPage
from config.kit import ids
from config.kit.errors import NotFound
from config.kit.tokens import Purpose, Ticket, sign_ticket
from customers.models.customers import Customer
from customers.selectors.customers import canonical
from partners.models.offers import Offer
from partners.models.vouchers import Voucher
from partners.rules.readers import Reader, Shown
from partners.selectors.names import OFFER
from partners.selectors.partnerships import active_partnerships
from partners.selectors.readers import offers_for, worth_of
from partners.selectors.vouchers import voucher_address


@dataclass(frozen=True, slots=True)
class Card:
    """An offer as its reader sees it. `voucher_url` leads to what they have already."""

    public_id: str
    partner: str
    headline: str
    text: str
    worth: str
    conditions: str
    picture: str
    picture_alt: str
    ends_on: object
    voucher_url: str = ""


def offers_address(customer_id: int) -> str:
    """Of the brand in scope."""
    ticket = Ticket(current_brand_id(), 0, customer_id)
    path = reverse("customer_offers", args=[sign_ticket(keyring(), Purpose.OFFERS, ticket)])
    return settings.BASE_URL.rstrip("/") + path


def page_in_mail(offer: Offer) -> str:
    """Where a mail leads that carries this very offer; who its reader is stands in the token."""
    page = reverse("customer_offer", args=["TOKEN", ids.encode(OFFER, offer.uid)])
    return settings.BASE_URL.rstrip("/") + page.replace("TOKEN", "{{ partner_offer.token }}")


def offers_of(customer: Customer) -> Iterator[OwnPage]:
    """For brands that work with partners."""
    if active_partnerships().exists():
        yield OwnPage(_("Offers from businesses we choose"), offers_address(customer.pk))


def person(customer_id: int) -> Customer:
    """Whose page it is, or whom they were merged into. Raises NotFound, also once erased."""
    found = Customer.objects.select_related("merged_into").filter(pk=customer_id).first()
    if found is None or found.erased_at or canonical(found).erased_at:
        raise NotFound("This link is no longer valid.")
    return canonical(found)


def cards_for(brand: Brand, reader: Reader) -> list[Card]:
    """What they may see, what they have taken first."""
    shown = offers_for(reader)
    pictures = _pictures(each.content.image for each in shown if each.content.image)
    vouchers = dict(
        Voucher.objects.filter(
            customer=reader.customer_id, cause_kind="offer", cause_id__in=reader.taken
        ).values_list("cause_id", "pk")
    )
    cards = [
        card_of(
            brand,
            each,
            picture=pictures.get(each.content.image, ""),
            voucher_url=voucher_address(vouchers[each.offer_id])
            if each.offer_id in vouchers
            else "",
        )
        for each in shown
    ]
    return sorted(cards, key=lambda card: not card.voucher_url)


def card_of(brand: Brand, offer: Shown, *, picture: str = "", voucher_url: str = "") -> Card:
    content = offer.content
    return Card(
        public_id=ids.encode(OFFER, offer.offer_uid),
        partner=offer.partner,
        headline=content.headline,
        text=content.text,
        worth=worth_of(content.voucher, brand.currency, brand.locale),
        conditions=content.conditions,
        picture=picture,
        picture_alt=content.image_alt,
        ends_on=content.ends_on,
        voucher_url=voucher_url,
    )


def offer_at(public_id: str) -> Offer:
    """Raises NotFound."""
    uid = ids.decode(OFFER, public_id)
    offer = Offer.objects.filter(uid=uid).first() if uid else None
    if offer is None:
        raise NotFound("This offer is not there any more.")
    return offer


def _pictures(names: Iterator[str]) -> dict[str, str]:
    return {row.name: image_url(row) for row in MailImage.objects.filter(name__in=set(names))}
