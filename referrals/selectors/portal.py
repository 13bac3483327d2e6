"""A customer's own page of a referral programme: their link, their friends, their rewards.

Of friends it tells the first name and the initial, never more, and nothing before their order; of
somebody we look at, no more than that we look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models.brands import Brand
from accounts.models.ledger import Owner, OwnerKind
from accounts.selectors.ledger import balances
from config.kit import formats
from config.kit.clock import day_in
from config.kit.errors import NotFound
from customers.models.customers import Customer
from referrals.models.programmes import Advocate, Programme
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.rules.reasons import customer_words
from referrals.rules.sharing import Offer, Ways, told, ways_to_share
from referrals.rules.terms import Terms
from referrals.selectors.addresses import reward_address
from referrals.selectors.advocates import is_held_back
from referrals.selectors.portal_rows import (
    FriendRow,
    RewardRow,
    Standing,
    friend_rows,
    reward_rows,
    standing_of,
)
from referrals.selectors.programmes import terms_for
from referrals.selectors.wording import last_day, offer_in, sum_words, worth

# As many friends, and as many rewards, as one page shows; older friends are behind "earlier".
PAGE = 20
_LOOKED_AT = (Referral.Review.OPEN, Referral.Review.ESCALATED)
_APPEALABLE = (*_LOOKED_AT, Referral.Review.REFUSED)
_S = Reward.State


@dataclass(frozen=True, slots=True)
class Friend:
    """One friend: `label` is "Ben H.", `words` how far they are; `is_done`: the advocate has what
    they get for them."""

    label: str
    words: str
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class RewardLine:
    """One reward. `address` is the page on which it is claimed, or its code shown."""

    worth: str
    about: str
    words: str
    address: str = ""
    is_ready: bool = False


@dataclass(frozen=True, slots=True)
class Sharing:
    """What an advocate passes on."""

    ways: Ways
    # The address of a picture of the link.
    qr: str
    has_leaked: bool
    shared_text: str


@dataclass(frozen=True, slots=True)
class Portal:
    """`sorry` says why there is nothing to share; then `sharing` is None and nobody can join."""

    headline: str
    intro: str
    small_print: str
    sharing: Sharing | None
    sorry: str
    friends: list[Friend]
    # The last friend shown, when there are earlier ones.
    earlier: int | None
    can_appeal: bool
    rewards: list[RewardLine]
    # What can be spent, by unit, in words; and what is owed back.
    balances: list[str]
    owed: list[str]


def portal_of(
    brand: Brand, programme_id: int, customer: Customer, *, before: int | None = None
) -> Portal:
    """The page; `before` is the friend (Referral) it begins behind. As many queries with a hundred
    friends as with one. Raises NotFound for a programme that never started."""
    standing = standing_of(programme_id, customer.pk)
    if standing is None:
        raise NotFound("This link is no longer valid.")
    terms = terms_for(standing.version, standing.arm)
    offer = offer_in(terms, brand)
    sorry = _sorry(standing, customer, terms)
    friends = friend_rows(standing.advocate_ids, before=before, most=PAGE + 1)
    rewards = reward_rows(standing.customer_ids, most=PAGE)

    def said(words: str) -> str:
        return told(words, offer, brand=brand.name, name=customer.first_name)

    return Portal(
        headline=said(terms.texts.headline),
        intro=said(terms.texts.intro),
        small_print=said(terms.texts.small_print),
        sharing=None if sorry else _sharing(brand, standing, terms, offer),
        sorry=sorry,
        friends=[_friend(brand, each) for each in friends[:PAGE]],
        earlier=friends[PAGE - 1].id if len(friends) > PAGE else None,
        can_appeal=any(_is_appealable(each) for each in friends[:PAGE]),
        rewards=[_reward_line(reward, brand) for reward in rewards],
        **_sums(brand, standing),
    )


def appealable(advocates: Iterable[Advocate]) -> QuerySet[Referral]:
    """The friends about whom an advocate may ask for another look."""
    return Referral.objects.filter(
        advocate__in=list(advocates), review__in=_APPEALABLE, appealed_at=None
    )


def _sorry(standing: Standing, customer: Customer, terms: Terms) -> str:
    """Why there is nothing to share, in kind words; "" when there is."""
    if standing.programme.state == Programme.State.PAUSED:
        return customer_words("paused")
    if standing.programme.state != Programme.State.LIVE:
        return customer_words("ended")
    takes_part = bool(standing.advocate_ids)
    if not takes_part and is_held_back(standing.programme, customer.pk, terms):
        return customer_words("held_out")
    if standing.is_barred:
        return _("You cannot share just now. What you have stays yours.")
    return ""


def _sharing(brand: Brand, standing: Standing, terms: Terms, offer: Offer) -> Sharing | None:
    """None for who has no code yet; one that leaked stands until another took its place."""
    if not standing.code:
        return None
    text = standing.share_text or told(terms.texts.share, offer, brand=brand.name)
    ways = ways_to_share(
        settings.BASE_URL,
        brand.slug,
        standing.code,
        text=text,
        subject=_("Something from %(brand)s for you") % {"brand": brand.name},
        offer=offer,
    )
    qr = reverse("referral_qr", args=[brand.slug, standing.code])
    return Sharing(ways, qr, standing.has_leaked, text)


def _is_appealable(friend: FriendRow) -> bool:
    return friend.review in _APPEALABLE and not friend.is_appealed


def _friend(brand: Brand, friend: FriendRow) -> Friend:
    if friend.ordered_on is None:
        # Anybody can claim with anybody's address: whose it is, and why it may not count, is not
        # told to who typed it.
        is_late = friend.state == Referral.State.LAPSED
        words = _("Did not order in time.") if is_late else _("Came through your link.")
        return Friend(_("A friend"), words)
    label, reward = friend.label or _("A friend"), friend.reward
    day = _written(friend.ordered_on, brand.locale, year=False)
    ordered = _("Ordered on %(day)s.") % {"day": day} + " "
    if friend.review in _LOOKED_AT or (reward is not None and reward.is_held):
        return Friend(label, ordered + _looking(friend.is_appealed))
    if friend.state == Referral.State.DISQUALIFIED:
        return Friend(label, ordered + customer_words(friend.reason))
    if reward is None:
        return Friend(label, ordered + _("Thank you for sharing!"))
    return Friend(label, ordered + _for_friend(reward, brand), is_done=reward.state in _GOT)


_GOT = (_S.CLAIMABLE, _S.ISSUED, _S.REDEEMED)


def _looking(is_appealed: bool) -> str:
    """Neutral: who waits learns that we look, not at what."""
    if is_appealed:
        return _("We are having another look, as you asked.")
    return _("We are having a look at this one, as we do now and then. You need do nothing.")


def _for_friend(reward: RewardRow, brand: Brand) -> str:
    values = {"worth": worth(reward, brand), "day": day_words(reward.available_at, brand)}
    if reward.state == _S.PENDING:
        return _("%(worth)s is yours on %(day)s.") % values
    if reward.state == _S.CLAIMABLE:
        return _("%(worth)s is waiting for you.") % values
    if reward.state in _GOT:
        return _("You got %(worth)s.") % values
    return _gone(reward)


def _reward_line(reward: RewardRow, brand: Brand) -> RewardLine:
    """How far one reward is."""
    has_page = not reward.is_held and reward.state in (_S.CLAIMABLE, _S.ISSUED)
    return RewardLine(
        worth=worth(reward, brand),
        about=about(reward),
        words=reward_words(reward, brand),
        address=reward_address(reward.id) if has_page else "",
        is_ready=reward.state == _S.CLAIMABLE and not reward.is_held,
    )


def about(reward: RewardRow) -> str:
    """What it is for."""
    if reward.side == Reward.Side.FRIEND:
        return _("A welcome from a friend")
    if reward.rule.startswith("tier:"):
        return _("For %(n)s friends") % {"n": reward.rule.rpartition(":")[2]}
    friend = reward.friend_label.rstrip(".") or _("a friend")
    return _("For bringing %(friend)s") % {"friend": friend}


def reward_words(reward: RewardRow, brand: Brand) -> str:
    """How far it is, in a sentence."""
    if reward.is_held and reward.state in (_S.PENDING, _S.CLAIMABLE):
        return _looking(reward.is_appealed)
    words = _standing(reward, brand)
    if reward.reversed_minor and reward.state != _S.REVERSED:
        words += " " + _("It is smaller now, because part of the order was paid back.")
    return words


def _standing(reward: RewardRow, brand: Brand) -> str:
    until = last_day_words(reward.expires_at, brand) if reward.expires_at else ""
    if reward.state == _S.PENDING:
        return _("Yours on %(day)s.") % {"day": day_words(reward.available_at, brand)}
    if reward.state == _S.CLAIMABLE:
        return _("Ready. Claim it by %(day)s.") % {"day": until} if until else _("Ready.")
    if reward.state == _S.ISSUED:
        return _("Claimed. Use it by %(day)s.") % {"day": until} if until else _("Claimed.")
    if reward.state == _S.REDEEMED:
        return _("Spent. Enjoy!")
    return _gone(reward)


def _gone(reward: RewardRow) -> str:
    """Why a reward is no more."""
    if reward.state == _S.EXPIRED:
        return customer_words("expired")
    if reward.state == _S.REVERSED:
        return _("Taken back, because the order was paid back.")
    return customer_words(reward.reason)


def _sums(brand: Brand, standing: Standing) -> dict[str, list[str]]:
    """What can be spent and what is owed back, in each unit there is something of."""
    owners = [Owner(OwnerKind.CUSTOMER, each) for each in standing.customer_ids]
    spendable, owed = [], []
    for unit in standing.units:
        found = balances(owners, unit)
        if found.available:
            spendable.append(sum_words(found.available, unit, brand))
        if found.debt:
            owed.append(sum_words(found.debt, unit, brand))
    return {"balances": spendable, "owed": owed}


def day_words(at: datetime, brand: Brand) -> str:
    """The brand's calendar day, as its locale writes it."""
    return _written(day_in(brand.time_zone, at), brand.locale)


@lru_cache(maxsize=4_096)
def _written(day: date, locale: str, *, year: bool = True) -> str:
    """Pages name the same few days again and again."""
    return formats.day(day, locale, year=year)


def last_day_words(expires_at: datetime, brand: Brand) -> str:
    """The day until whose end something can be used."""
    return _written(last_day(expires_at, brand), brand.locale)
