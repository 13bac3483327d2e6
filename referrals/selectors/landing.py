"""What a friend sees behind a link, and a customer on the page that mails them their own."""

from dataclasses import dataclass
from enum import Enum

from django.http import Http404

from accounts.models.brands import Brand
from config.kit import ids
from referrals.models.links import ReferralCode
from referrals.models.programmes import Programme
from referrals.rules.reasons import customer_words
from referrals.rules.sharing import Offer, first_name, shop_address, told
from referrals.rules.terms import Terms
from referrals.selectors.advocates import code_named
from referrals.selectors.programmes import current_version, terms_for, terms_of
from referrals.selectors.report import PROGRAMME
from referrals.selectors.wording import offer_in


class State(Enum):
    """Whether the offer behind a link can be taken up."""

    OPEN = "open"
    # Found in public: it can be taken up, and somebody looks before a reward goes out.
    LEAKED = "leaked"
    OWN = "own"
    PAUSED = "paused"
    # Also of advocates who are barred or erased: their friends learn nothing about them.
    ENDED = "ended"

    @property
    def is_open(self) -> bool:
        return self in {State.OPEN, State.LEAKED}


_SORRY = {
    State.OWN: customer_words("own_link"),
    State.PAUSED: "It will be back. Please look in again in a while.",
    State.ENDED: "You are welcome in the shop all the same.",
}


@dataclass(frozen=True, slots=True)
class Landing:
    """A friend's page."""

    code: ReferralCode
    state: State
    name: str
    offer: Offer
    headline: str
    intro: str
    small_print: str
    # Where the friend goes on to, with the code; "" unknown.
    shop: str
    # The friend's reward comes by mail at once, before any order.
    is_mailed_at_once: bool
    has_friend_reward: bool
    # Why there is nothing to have, in kind words.
    sorry: str = ""


@dataclass(frozen=True, slots=True)
class JoinPage:
    """What customers are offered who do not share yet."""

    programme: Programme
    is_open: bool
    headline: str
    intro: str
    small_print: str
    sorry: str = ""


def code_at(text: str) -> ReferralCode:
    """The code of an address, however it was typed. Raises Http404 for one that nobody has."""
    code = code_named(text)
    if code is None:
        raise Http404
    return code


def landing(brand: Brand, code: ReferralCode, *, is_own: bool = False) -> Landing:
    """The page behind a code; `is_own`: the browser is the advocate's."""
    advocate = code.advocate
    terms = terms_for(current_version(advocate.programme), advocate.arm)
    state = State.OWN if is_own else _state(code)
    return landing_by(terms, brand, code=code, state=state, name=advocate.customer.first_name)


def landing_by(
    terms: Terms, brand: Brand, *, code: ReferralCode, state: State, name: str
) -> Landing:
    """The page as these terms have it; `name` is the advocate's."""
    offer = offer_in(terms, brand)

    def said(words: str) -> str:
        return told(words, offer, brand=brand.name, name=name)

    return Landing(
        code=code,
        state=state,
        name=first_name(name),
        offer=offer,
        headline=said(terms.texts.landing_headline),
        intro=said(terms.texts.landing_intro),
        small_print=said(terms.texts.small_print),
        shop=shop_address(terms.texts.shop_address, code.code),
        is_mailed_at_once=terms.friend is not None and terms.friend.on == "claim",
        has_friend_reward=terms.friend is not None,
        sorry=_SORRY.get(state, ""),
    )


def join_page(brand: Brand, public_id: str) -> JoinPage:
    """The page on which customers ask for their link. Raises Http404 for another brand's, and for a
    draft."""
    uid = ids.decode(PROGRAMME, public_id)
    programme = Programme.objects.filter(uid=uid, version__gte=1).first() if uid else None
    if programme is None:
        raise Http404
    terms = terms_of(current_version(programme))
    offer = offer_in(terms, brand)
    is_open = programme.state == Programme.State.LIVE
    reason = "paused" if programme.state == Programme.State.PAUSED else "ended"
    return JoinPage(
        programme=programme,
        is_open=is_open,
        headline=told(terms.texts.headline, offer, brand=brand.name),
        intro=told(terms.texts.intro, offer, brand=brand.name),
        small_print=told(terms.texts.small_print, offer, brand=brand.name),
        sorry="" if is_open else customer_words(reason),
    )


def _state(code: ReferralCode) -> State:
    advocate = code.advocate
    programme = advocate.programme
    if programme.state == Programme.State.PAUSED:
        return State.PAUSED
    is_gone = advocate.barred_at is not None or advocate.customer.erased_at is not None
    if programme.state != Programme.State.LIVE or is_gone:
        return State.ENDED
    return State.LEAKED if code.leaked_at is not None else State.OPEN
