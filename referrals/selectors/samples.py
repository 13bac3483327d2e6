"""The pages of customers and friends with made-up people in them, as the draft's terms have it."""

import base64
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings

from accounts.models.brands import Brand
from config.kit import formats
from config.kit.qr import qr_svg
from referrals.models.links import ReferralCode
from referrals.rules.sharing import Offer, told, ways_to_share
from referrals.rules.terms import Terms
from referrals.selectors.landing import Landing, State, landing_by
from referrals.selectors.portal import Friend, Portal, RewardLine, Sharing
from referrals.selectors.wording import offer_in

NAME = "Anna"
CODE = "ANNA-7K3Q"


def sample_portal(brand: Brand, terms: Terms) -> Portal:
    """The page of a customer who shares: one friend has ordered, one has not."""
    offer = offer_in(terms, brand)
    said = _said(brand, offer)
    days = terms.advocate.hold_days if terms.advocate else 0
    ready = formats.day(brand.today + timedelta(days=days), brand.locale)
    rewards = []
    if terms.advocate is not None:
        words = f"Yours on {ready}."
        rewards.append(RewardLine(offer.advocate, about="For bringing Ben H", words=words))
    return Portal(
        headline=said(terms.texts.headline),
        intro=said(terms.texts.intro),
        small_print=said(terms.texts.small_print),
        sharing=_sharing(brand, terms, offer),
        sorry="",
        friends=[
            Friend("Ben H.", f"Ordered. {offer.advocate} is yours on {ready}.", is_done=True),
            Friend("A friend", "Came through your link."),
        ],
        earlier=None,
        can_appeal=False,
        rewards=rewards,
        balances=[],
        owed=[],
    )


def sample_landing(brand: Brand, terms: Terms) -> Landing:
    """The page that a friend of hers sees."""
    return landing_by(terms, brand, code=ReferralCode(code=CODE), state=State.OPEN, name=NAME)


def _sharing(brand: Brand, terms: Terms, offer: Offer) -> Sharing:
    text = _said(brand, offer)(terms.texts.share)
    subject = f"Something from {brand.name} for you"
    ways = ways_to_share(
        settings.BASE_URL, brand.slug, CODE, text=text, subject=subject, offer=offer
    )
    picture = base64.b64encode(qr_svg(ways.qr).encode()).decode()
    return Sharing(
        ways=ways,
        qr=f"data:image/svg+xml;base64,{picture}",
        has_leaked=False,
        shared_text=text,
    )


def _said(brand: Brand, offer: Offer) -> Callable[[str], str]:
    def said(words: str) -> str:
        return told(words, offer, brand=brand.name, name=NAME)

    return said
