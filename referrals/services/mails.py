"""What a referral programme writes to people: to customers, and to friends who asked for it."""

import logging
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django.utils.translation import ngettext

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from campaigns.models.transactional import TransactionalMessage
from campaigns.services.messages import To, request_message
from campaigns.services.ready_made import ReadyMade, give
from config.kit import formats
from config.kit.errors import DomainError
from customers.models.customers import Customer
from referrals.models.programmes import Programme
from referrals.models.rewards import Reward
from referrals.rules import starters
from referrals.rules.sharing import first_name
from referrals.selectors.addresses import portal_address, reward_address
from referrals.selectors.portal import last_day_words
from referrals.selectors.wording import worth

logger = logging.getLogger(__name__)

# A balance needs no claim.
_THERE = (Reward.State.CLAIMABLE, Reward.State.ISSUED)

READY_MADE = (
    ReadyMade("reward_ready", "A reward is there", starters.REWARD_READY),
    ReadyMade("friend_reward", "The friend's reward", starters.FRIEND_REWARD),
    ReadyMade("referral_link", "My link for friends", starters.REFERRAL_LINK),
    ReadyMade("portal_code", "Code for another device", starters.PORTAL_CODE),
)


def give_mails() -> None:
    """The brand finds them among its templates, to read them and to say it in its own words."""
    for mail in READY_MADE:
        give(mail.key)


def mail_rewards(reward_ids: Iterable[int]) -> int:
    """Tell the customers that these rewards can be had: one mail to each, whatever the number.
    Returns how many mails were asked for."""
    rows = Reward.objects.filter(pk__in=list(reward_ids), state__in=_THERE)
    people = rows.select_related("customer", "referral", "advocate__customer", "programme")
    brand, sent = Brand.objects.get(pk=current_brand_id()), 0
    for _, group in groupby(people.order_by("customer", "side", "pk"), key=_whose):
        rewards = list(group)
        key = "friend_reward" if rewards[0].side == Reward.Side.FRIEND else "reward_ready"
        if _send(brand, rewards[0].customer, key, _about(rewards, brand)) is not None:
            sent += 1
    return sent


def mail_link(customer: Customer, programme: Programme) -> TransactionalMessage | None:
    """Send customers the address of their own page. None when they cannot be written to."""
    portal = portal_address(programme_id=programme.pk, customer_id=customer.pk)
    brand = Brand.objects.get(pk=current_brand_id())
    return _send(brand, customer, "referral_link", {"portal": portal})


def mail_code(customer: Customer, code: str, *, minutes: int) -> TransactionalMessage | None:
    """Send the code that lets a customer use another device. None as above."""
    brand = Brand.objects.get(pk=current_brand_id())
    return _send(brand, customer, "portal_code", {"code": code, "minutes": minutes})


def _whose(reward: Reward) -> tuple[int, str]:
    return reward.customer_id, reward.side


def _about(rewards: list[Reward], brand: Brand) -> dict[str, str]:
    """What the mail says. More than one reward is found on the customer's own page."""
    first = rewards[0]
    portal = portal_address(programme_id=first.programme_id, customer_id=first.customer_id)
    said = {"friend": _friend(first), "until": "", "portal": portal}
    if len(rewards) > 1:
        count = formats.number(len(rewards), brand.locale)
        words = ngettext("%(n)s reward", "%(n)s rewards", len(rewards)) % {"n": count}
        return {**said, "friend": "", "reward": words, "link": portal}
    if first.expires_at is not None:
        said["until"] = last_day_words(first.expires_at, brand)
    is_claimed = first.state == Reward.State.ISSUED
    link = portal if is_claimed else reward_address(first.pk)
    return {**said, "reward": worth(first, brand), "link": link}


def _friend(reward: Reward) -> str:
    """Whom the reader knows: the advocate their friend's label, the friend the advocate's name."""
    if reward.side == Reward.Side.FRIEND:
        return first_name(reward.advocate.customer.first_name)
    return reward.referral.friend_label if reward.referral else ""


def _send(
    brand: Brand, customer: Customer, key: str, data: Mapping[str, Any]
) -> TransactionalMessage | None:
    if not customer.email or customer.is_relay or customer.erased_at is not None:
        return None
    try:
        return request_message(
            brand=brand, template_key=key, to=To(email=customer.email), data=data
        )
    except DomainError as error:
        # The reward still waits on the customer's page; what is wrong shows in the template.
        logger.warning("the mail %s of brand %s was not written: %s", key, brand.pk, error.code)
        return None
