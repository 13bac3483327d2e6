"""What a mail says of partners' offers to each of its readers: a statement for brands without
partners, three for the others, however many readers a chunk has.

The way to their own page everybody has, also when nothing is on it: old mails are still read."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from campaigns.rules.conditions import Values
from campaigns.rules.tags import Tag
from campaigns.selectors.content import keyring
from campaigns.selectors.further import Fields
from config.kit.sql import load
from config.kit.tokens import Purpose, signer
from customers.models.consents import Purpose as Asked
from customers.selectors.audience import judgement_params
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.selectors.readers import readers, shelf, worth_of

TAGS = (
    Tag("partner_offer.headline", "Best offer of a partner", "Dinner for two at Trattoria Lucia"),
    Tag("partner_offer.text", "What the offer says below that", "Four courses by the river."),
    Tag("partner_offer.partner", "Whose offer it is", "Trattoria Lucia"),
    Tag("partner_offer.worth", "What the reader gets", "20% off"),
    Tag("partner_offer.link", "Own page with offers of partners", "https://example.com/offers"),
    Tag("partner_offer.token", "What of that address is the reader's own", "example"),
    Tag(
        "partner_offer.asks",
        "Set for those who never said whether they want such offers",
        "yes",
        '{{ partner_offer.asks | default: "" }}',
    ),
)


def fill(cursor: Any, brand_id: int, customer_ids: Sequence[int]) -> Mapping[int, Values]:
    """By customer; see campaigns.selectors.further."""
    base = settings.BASE_URL.rstrip("/")
    sign = signer(keyring(), Purpose.OFFERS, brand_id=brand_id, campaign_id=0)
    tokens = {each: sign(each) for each in customer_ids}
    values: dict[int, dict[str, str]] = {
        each: {"partner_offer.link": f"{base}/offers/{token}", "partner_offer.token": token}
        for each, token in tokens.items()
    }
    cursor.execute(load("partners", "mail_brand"), {"brand_id": brand_id})
    day, currency, locale, has_partners = cursor.fetchone()
    if not has_partners:
        return values
    live = shelf(cursor, brand_id)
    params = judgement_params(on=day, purpose=Asked.PARTNER_OFFERS)
    for reader in readers(cursor, brand_id, customer_ids, params).values():
        own = values[reader.customer_id]
        if reader.may_be_asked:
            own["partner_offer.asks"] = "yes"
        # What they have taken they need not be told of again.
        fresh = [each for each in live.for_reader(reader) if each.offer_id not in reader.taken]
        for best in fresh[:1]:
            worth = worth_of(best.content.voucher, currency, locale)
            own |= {
                "partner_offer.headline": best.content.headline,
                "partner_offer.text": best.content.text,
                "partner_offer.partner": best.partner,
                "partner_offer.worth": worth,
            }
    return values


def why_empty() -> str:
    """For whoever writes a mail that shows offers nobody makes."""
    if Offer.objects.filter(state=Offer.State.LIVE).exclude(campaign=None).exists():
        return ""
    if Partnership.objects.filter(state=Partnership.State.ACTIVE).exists():
        return ""
    return (
        "You work with no partner yet, so nobody sees what the e-mail says of partners' offers. "
        "Invite one under Partners."
    )


FIELDS = Fields("partner_offer", TAGS, fill, why_empty)
