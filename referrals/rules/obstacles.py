"""What must be put right in a programme's terms before anybody is promised anything."""

from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from referrals.rules.terms import RewardTerms, Terms

# What customers can spend only where the shop keeps it.
SPENT_IN_SHOP = {
    "store_credit": "store credit",
    "points": "points",
    "gift_card": "gift cards",
}


def obstacles(terms: Terms, *, spends: Collection[str]) -> dict[str, str]:
    """Part of the terms -> what to do about it; empty when the programme can start. `spends` are
    the kinds that the brand's shop lets customers spend."""
    found = dict(_of_arms(terms))
    for part, reward in _promises(terms):
        problem = _of_reward(part, reward, spends)
        if problem:
            found.setdefault(part, problem)
    if not any(_promises(terms)):
        found["advocate"] = "Say what the advocate or the friend gets."
    if terms.texts.shop_address and not _is_web_address(terms.texts.shop_address):
        found["shop_address"] = "The shop's address begins with https://."
    return found


def _promises(terms: Terms) -> Iterator[tuple[str, RewardTerms]]:
    sides = [("advocate", terms.advocate), ("friend", terms.friend)]
    sides += [("tiers", tier.reward) for tier in terms.tiers]
    sides += [("arms", reward) for arm in terms.arms for reward in (arm.advocate, arm.friend)]
    return ((part, reward) for part, reward in sides if reward is not None)


def _of_reward(part: str, reward: RewardTerms, spends: Collection[str]) -> str:
    if reward.amount < 1:
        return "Say how much it is worth."
    if reward.percent and reward.kind != "coupon":
        return "Only a coupon can be in per cent."
    if reward.on == "claim" and (part in ("advocate", "tiers") or reward.kind != "coupon"):
        return "Only the friend's coupon can come before an order: all else is earned by one."
    if reward.kind in SPENT_IN_SHOP and reward.kind not in spends:
        return (
            f"Your shop does not take {SPENT_IN_SHOP[reward.kind]} yet. Choose a coupon, or say in "
            "the reward settings that it does."
        )
    return ""


def _of_arms(terms: Terms) -> Iterator[tuple[str, str]]:
    if sum(arm.percent for arm in terms.arms) > 100:
        yield "arms", "The shares of the offers add up to more than 100 per cent."
    elif len({arm.name for arm in terms.arms}) < len(terms.arms):
        yield "arms", "Give each offer a name of its own."


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
