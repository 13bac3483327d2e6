"""A customer's own page of a referral programme: their link, their friends, their rewards.

Of friends it tells the first name and the initial, never more, and nothing before their order; of
somebody we look at, no more than that we look."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models.brands import Brand
from accounts.models.ledger import AccountKind, LedgerAccount, Owner, OwnerKind
from accounts.selectors.ledger import balances
from config.kit import formats
from config.kit.clock import day_in
from config.kit.errors import NotFound
from customers.models.customers import Customer
from customers.selectors.customers import canonical_ids
from referrals.models.links import ReferralCode
from referrals.models.programmes import Advocate, Programme, ProgrammeVersion
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.rules.reasons import customer_words
from referrals.rules.sharing import Offer, Ways, told, ways_to_share
from referrals.rules.terms import Terms
from referrals.selectors.addresses import reward_address
from referrals.selectors.advocates import sees_no_offer
from referrals.selectors.programmes import terms_for
from referrals.selectors.wording import last_day, offer_in, sum_words, worth

# As many friends, and as many rewards, as one page shows; older friends are behind "earlier".
PAGE = 20
_LOOKED_AT = (Referral.Review.OPEN, Referral.Review.ESCALATED)
_APPEALABLE = (*_LOOKED_AT, Referral.Review.REFUSED)
_S = Reward.State
# What the page reads of each row: it has many, and they are wide.
_FRIEND = (
    *("advocate", "friend_label", "state", "review", "reason", "appealed_at"),
    *("order", "order__placed_on"),
)
_REWARD = (
    *("referral", "side", "rule", "kind", "unit", "amount_minor", "reversed_minor", "percent"),
    *("state", "is_held", "reason", "available_at", "expires_at"),
)


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

    advocate: Advocate
    ways: Ways
    # The address of a picture of the link.
    qr: str
    has_leaked: bool
    shared_text: str


@dataclass(frozen=True, slots=True)
class Portal:
    """`sorry` says why there is nothing to share; then `sharing` is None and nobody can join."""

    programme: Programme
    offer: Offer
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
    version = _version(programme_id)
    programme = version.programme
    whose = canonical_ids(customer.pk)
    parts = Advocate.objects.filter(programme=programme, customer__in=whose)
    advocates = sorted(parts, key=lambda row: (row.customer_id != customer.pk, row.pk))
    first = advocates[0] if advocates else None
    terms = terms_for(version, first.arm if first else None)
    offer = offer_in(terms, brand)
    sorry = _sorry(programme, first, customer)
    friends = _referrals(advocates, before)
    is_looked_at = [each.review in _APPEALABLE and not each.appealed_at for each in friends[:PAGE]]
    rewards = _rewards(whose)

    def said(words: str) -> str:
        return told(words, offer, brand=brand.name, name=customer.first_name)

    return Portal(
        programme=programme,
        offer=offer,
        headline=said(terms.texts.headline),
        intro=said(terms.texts.intro),
        small_print=said(terms.texts.small_print),
        sharing=None if sorry or first is None else sharing_of(brand, first, terms, offer),
        sorry=sorry,
        friends=_friends(brand, friends[:PAGE]),
        earlier=friends[PAGE - 1].pk if len(friends) > PAGE else None,
        can_appeal=any(is_looked_at),
        rewards=[reward_line(reward, brand) for reward in rewards],
        **_sums(brand, whose),
    )


def appealable(advocates: Iterable[Advocate]) -> QuerySet[Referral]:
    """The friends about whom an advocate may ask for another look."""
    return Referral.objects.filter(
        advocate__in=list(advocates), review__in=_APPEALABLE, appealed_at=None
    )


def _version(programme_id: int) -> ProgrammeVersion:
    """The one that holds, with its programme."""
    rows = ProgrammeVersion.objects.select_related("programme")
    version = rows.filter(programme=programme_id, number=F("programme__version")).first()
    if version is None:
        raise NotFound("This link is no longer valid.")
    return version


def _sorry(programme: Programme, advocate: Advocate | None, customer: Customer) -> str:
    """Why there is nothing to share, in kind words; "" when there is."""
    if programme.state == Programme.State.PAUSED:
        return customer_words("paused")
    if programme.state != Programme.State.LIVE:
        return customer_words("ended")
    if advocate is None and sees_no_offer(programme, customer):
        return customer_words("held_out")
    if advocate is not None and advocate.barred_at is not None:
        return _("You cannot share just now. What you have stays yours.")
    return ""


def sharing_of(brand: Brand, advocate: Advocate, terms: Terms, offer: Offer) -> Sharing | None:
    """None for who has no code yet; one that leaked stands until another took its place."""
    codes = list(ReferralCode.objects.filter(advocate=advocate).order_by("-pk"))
    if not codes:
        return None
    current = next((code for code in codes if code.leaked_at is None), codes[0])
    text = advocate.share_text or told(terms.texts.share, offer, brand=brand.name)
    ways = ways_to_share(
        settings.BASE_URL,
        brand.slug,
        current.code,
        text=text,
        subject=_("Something from %(brand)s for you") % {"brand": brand.name},
        offer=offer,
    )
    qr = reverse("referral_qr", args=[brand.slug, current.code])
    has_leaked = any(code.leaked_at is not None for code in codes)
    return Sharing(advocate, ways, qr, has_leaked, text)


def _referrals(advocates: Sequence[Advocate], before: int | None) -> list[Referral]:
    """The newest first, and one more than is shown."""
    rows = Referral.objects.filter(advocate__in=advocates).select_related("order").only(*_FRIEND)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[: PAGE + 1]) if advocates else []


def _friends(brand: Brand, referrals: Sequence[Referral]) -> list[Friend]:
    """Each with what the advocate gets for them."""
    rows = Reward.objects.filter(referral__in=referrals, rule="advocate").only(*_REWARD)
    rewards = {reward.referral_id: reward for reward in rows}
    return [_friend(brand, each, rewards.get(each.pk)) for each in referrals]


def _friend(brand: Brand, referral: Referral, reward: Reward | None) -> Friend:
    if referral.order is None:
        # Anybody can claim with anybody's address: whose it is, and why it may not count, is not
        # told to who typed it.
        is_late = referral.state == Referral.State.LAPSED
        words = _("Did not order in time.") if is_late else _("Came through your link.")
        return Friend(_("A friend"), words)
    label = referral.friend_label or _("A friend")
    day = _written(referral.order.placed_on, brand.locale, year=False)
    ordered = _("Ordered on %(day)s.") % {"day": day} + " "
    if referral.review in _LOOKED_AT or (reward is not None and reward.is_held):
        return Friend(label, ordered + looking(referral))
    if referral.state == Referral.State.DISQUALIFIED:
        return Friend(label, ordered + customer_words(referral.reason))
    if reward is None:
        return Friend(label, ordered + _("Thank you for sharing!"))
    return Friend(label, ordered + _for_friend(reward, brand), is_done=reward.state in _GOT)


_GOT = (_S.CLAIMABLE, _S.ISSUED, _S.REDEEMED)


def looking(referral: Referral | None) -> str:
    """Neutral: who waits learns that we look, not at what."""
    if referral is not None and referral.appealed_at is not None:
        return _("We are having another look, as you asked.")
    return _("We are having a look at this one, as we do now and then. You need do nothing.")


def _for_friend(reward: Reward, brand: Brand) -> str:
    values = {"worth": worth(reward, brand), "day": day_words(reward.available_at, brand)}
    if reward.state == _S.PENDING:
        return _("%(worth)s is yours on %(day)s.") % values
    if reward.state == _S.CLAIMABLE:
        return _("%(worth)s is waiting for you.") % values
    if reward.state in _GOT:
        return _("You got %(worth)s.") % values
    return gone(reward)


def _rewards(customer_ids: Sequence[int]) -> list[Reward]:
    """What can be claimed first, then what is to come, then what was."""
    order = [_S.CLAIMABLE, _S.PENDING, _S.ISSUED]
    rank = Case(
        *(When(state=state, then=Value(at)) for at, state in enumerate(order)),
        default=Value(len(order)),
        output_field=IntegerField(),
    )
    rows = Reward.objects.filter(customer__in=customer_ids).select_related("referral")
    rows = rows.only(*_REWARD, "referral__friend_label", "referral__appealed_at")
    return list(rows.order_by(rank, "-pk")[:PAGE])


def reward_line(reward: Reward, brand: Brand) -> RewardLine:
    """How far one reward is."""
    has_page = not reward.is_held and reward.state in (_S.CLAIMABLE, _S.ISSUED)
    return RewardLine(
        worth=worth(reward, brand),
        about=about(reward),
        words=reward_words(reward, brand),
        address=reward_address(reward.pk) if has_page else "",
        is_ready=reward.state == _S.CLAIMABLE and not reward.is_held,
    )


def about(reward: Reward) -> str:
    """What it is for."""
    if reward.side == Reward.Side.FRIEND:
        return _("A welcome from a friend")
    if reward.rule.startswith("tier:"):
        return _("For %(n)s friends") % {"n": reward.rule.rpartition(":")[2]}
    label = reward.referral.friend_label if reward.referral else ""
    return _("For bringing %(friend)s") % {"friend": label.rstrip(".") or _("a friend")}


def reward_words(reward: Reward, brand: Brand) -> str:
    """How far it is, in a sentence."""
    if reward.is_held and reward.state in (_S.PENDING, _S.CLAIMABLE):
        return looking(reward.referral)
    words = _standing(reward, brand)
    if reward.reversed_minor and reward.state != _S.REVERSED:
        words += " " + _("It is smaller now, because part of the order was paid back.")
    return words


def _standing(reward: Reward, brand: Brand) -> str:
    until = last_day_words(reward.expires_at, brand) if reward.expires_at else ""
    if reward.state == _S.PENDING:
        return _("Yours on %(day)s.") % {"day": day_words(reward.available_at, brand)}
    if reward.state == _S.CLAIMABLE:
        return _("Ready. Claim it by %(day)s.") % {"day": until} if until else _("Ready.")
    if reward.state == _S.ISSUED:
        return _("Claimed. Use it by %(day)s.") % {"day": until} if until else _("Claimed.")
    if reward.state == _S.REDEEMED:
        return _("Spent. Enjoy!")
    return gone(reward)


def gone(reward: Reward) -> str:
    """Why a reward is no more."""
    if reward.state == _S.EXPIRED:
        return customer_words("expired")
    if reward.state == _S.REVERSED:
        return _("Taken back, because the order was paid back.")
    return customer_words(reward.reason)


def _sums(brand: Brand, customer_ids: Sequence[int]) -> dict[str, list[str]]:
    """What can be spent and what is owed back, in each unit there is something of."""
    owners = [Owner(OwnerKind.CUSTOMER, customer_id) for customer_id in customer_ids]
    rows = LedgerAccount.objects.filter(
        owner_kind=OwnerKind.CUSTOMER,
        owner_id__in=customer_ids,
        kind__in=(AccountKind.AVAILABLE, AccountKind.DEBT),
        balance_minor__gt=0,
    )
    spendable, owed = [], []
    for unit in sorted(set(rows.values_list("unit", flat=True))):
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
