"""What a shop puts into its own pages: the script, the offer, and the proof of an order."""

import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings

from accounts.models.brands import Brand
from campaigns.selectors.content import ACCENT, ink_on
from config.kit import ids
from config.kit.colours import is_hex
from customers.selectors.erasure import hash_of
from referrals.models.programmes import Programme
from referrals.rules.sharing import join_address
from referrals.selectors.landing import JoinPage
from referrals.selectors.report import PROGRAMME

BUTTON = "Get my link"
_ORDERS = "orders told by the referral script"


@dataclass(frozen=True, slots=True)
class Snippets:
    """HTML to copy, and the key that the shop's server signs order numbers with."""

    script: str
    offer: str
    thank_you: str
    order_key: str


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """What the element <rapport-referral> shows in somebody's shop."""

    headline: str
    intro: str
    button: str
    address: str
    colour: str
    ink: str


def snippets(brand: Brand, programme: Programme) -> Snippets:
    """For the shop of the brand in scope."""
    # By its plain name: shops copy it once, and keep it over all releases.
    source = f"{settings.BASE_URL.rstrip('/')}{settings.STATIC_URL}js/referral.js"
    number = ids.encode(PROGRAMME, programme.uid)
    return Snippets(
        script=f'<script src="{source}" data-brand="{brand.slug}" defer></script>',
        offer=f'<rapport-referral programme="{number}"></rapport-referral>',
        thank_you=(
            f'<rapport-referral programme="{number}" order="ORDER NUMBER" source="shop" '
            'proof="HMAC-SHA256 OF THE ORDER NUMBER"></rapport-referral>'
        ),
        order_key=order_key(),
    )


def order_key() -> str:
    """What the shop's server signs order numbers with: of the brand in scope, 64 hex digits."""
    return hash_of(_ORDERS)


def order_proof(key: str, order: str) -> str:
    """HMAC-SHA256 (RFC 2104) of an order number in hex. Without it anybody could claim anybody's
    order from a browser, number by number."""
    return hmac.new(key.encode(), order.encode(), hashlib.sha256).hexdigest()


def shown_offer(brand: Brand, page: JoinPage) -> ShownOffer:
    told = str(brand.theme.get("colour", ""))
    colour = told if is_hex(told) else ACCENT
    number = ids.encode(PROGRAMME, page.programme.uid)
    return ShownOffer(
        headline=page.headline,
        intro=page.intro,
        button=BUTTON,
        address=join_address(settings.BASE_URL, brand.slug, number),
        colour=colour,
        ink=ink_on(colour),
    )
