"""The page on which one reward is claimed: what it is worth, on which conditions, and its code."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models.brands import Brand
from config.kit.clock import now
from config.kit.errors import NotFound
from referrals.models.rewards import Reward
from referrals.rules.terms import RewardTerms
from referrals.selectors.portal import about, last_day_words, reward_words
from referrals.selectors.portal_rows import RewardRow
from referrals.selectors.rewards import terms_of_reward
from referrals.selectors.wording import money_of, worth

State = Reward.State
_OPEN = (State.PENDING, State.CLAIMABLE, State.ISSUED)


@dataclass(frozen=True, slots=True)
class Claim:
    """`code` is told only to a device of the customer's; `has_code` says that there is one."""

    reward: Reward
    worth: str
    about: str
    words: str
    conditions: list[str]
    can_claim: bool
    has_code: bool
    code: str
    is_gone: bool


def reward_behind(reward_id: int) -> Reward:
    """Raises NotFound."""
    rows = Reward.objects.select_related("referral", "coupon", "version", "programme")
    reward = rows.filter(pk=reward_id).first()
    if reward is None:
        raise NotFound("This link is no longer valid.")
    return reward


def claim_of(reward: Reward, brand: Brand, *, is_known: bool) -> Claim:
    """The page; `is_known`: the customer's own device looks at it."""
    has_lapsed = _has_lapsed(reward)
    if has_lapsed:
        reward.state = State.EXPIRED
    code, row = _code(reward), RewardRow.of(reward)
    return Claim(
        reward=reward,
        worth=worth(row, brand),
        about=about(row),
        words=reward_words(row, brand),
        conditions=_conditions(reward, brand) if reward.state in _OPEN else [],
        can_claim=reward.state == State.CLAIMABLE and not reward.is_held,
        has_code=bool(code),
        code=code if is_known else "",
        is_gone=reward.state not in _OPEN,
    )


def _has_lapsed(reward: Reward) -> bool:
    """Its last day is over, though nobody has booked that yet."""
    is_open = reward.state in (State.CLAIMABLE, State.ISSUED)
    return is_open and reward.expires_at is not None and reward.expires_at <= now()


def _code(reward: Reward) -> str:
    """What to type at the checkout, or what the brand's people gave out."""
    if reward.state not in (State.ISSUED, State.REDEEMED):
        return ""
    if reward.coupon is not None:
        return reward.coupon.code
    return str(reward.handed_out.get("code", ""))


def _conditions(reward: Reward, brand: Brand) -> list[str]:
    """All that must be true to use it, one sentence each."""
    terms = terms_of_reward(reward)
    found = [_how(reward, terms)]
    if terms.minimum_order:
        least = money_of(brand)(terms.minimum_order)
        found.append(_("For orders of %(least)s or more.") % {"least": least})
    if terms.percent and terms.amount:
        most = money_of(brand)(terms.amount)
        found.append(_("It takes off %(most)s at the most.") % {"most": most})
    if reward.expires_at is not None:
        day = last_day_words(reward.expires_at, brand)
        found.append(_("Use it until %(day)s.") % {"day": day})
    return found


def _how(reward: Reward, terms: RewardTerms) -> str:
    if terms.kind == "cash":
        return _("We pay it out to you and tell you when.")
    if terms.kind == "gift_card":
        return _("We send you the card.")
    if terms.kind == "donation":
        return _("We hand it on to a good cause for you.")
    if reward.state == State.ISSUED and reward.coupon is None:
        return _("It is on your balance. Spend it at the checkout, all at once or bit by bit.")
    return _("You get one code, for one order. Type it at the checkout.")
