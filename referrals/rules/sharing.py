"""What friends are told, and the addresses that carry a code: link, QR code, mail, share button."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from referrals.rules.terms import RewardTerms

MAX_SHARE_TEXT = 1_000
# Stands where a side gets nothing, so that every sentence stays one.
NO_FRIEND_REWARD = "a good tip"
NO_ADVOCATE_REWARD = "our thanks"
SOMEBODY = "A friend"

_PLACE = re.compile(r"\{(advocate_reward|friend_reward|brand|name)\}")
_SAFE_NAME = re.compile(r"[^\W\d_][\w'\u2019 -]{0,29}")


@dataclass(frozen=True, slots=True)
class Offer:
    """What each side gets, in words."""

    advocate: str
    friend: str
    has_advocate_reward: bool = True


@dataclass(frozen=True, slots=True)
class Ways:
    """How an advocate passes on a code; each address says by which way it came."""

    code: str
    link: str
    native: str
    qr: str
    mail: str
    text: str


def reward_words(reward: RewardTerms, money: Callable[[int], str]) -> str:
    """`£10`, `20% off`, `200 points`: short enough for a headline. `money` writes minor units."""
    if reward.percent:
        return f"{reward.percent}% off"
    if reward.kind == "points":
        return f"{reward.amount:,} points"
    amount = money(reward.amount)
    return {
        "store_credit": f"{amount} store credit",
        "gift_card": f"a {amount} gift card",
        "donation": f"{amount} for a good cause",
    }.get(reward.kind, amount)


def offer_of(
    advocate: RewardTerms | None, friend: RewardTerms | None, money: Callable[[int], str]
) -> Offer:
    return Offer(
        advocate=reward_words(advocate, money) if advocate else NO_ADVOCATE_REWARD,
        friend=reward_words(friend, money) if friend else NO_FRIEND_REWARD,
        has_advocate_reward=advocate is not None,
    )


def told(text: str, offer: Offer, *, brand: str, name: str = "") -> str:
    """A text of the terms with its places filled; nothing else in it is looked at."""
    values = {
        "advocate_reward": offer.advocate,
        "friend_reward": offer.friend,
        "brand": brand,
        "name": first_name(name),
    }
    return _PLACE.sub(lambda match: values[match[1]], text)


def first_name(name: str) -> str:
    """The name that friends read: the first one, when it looks like a name."""
    name = " ".join(name.split())
    return name if is_name(name) else SOMEBODY


def is_name(text: str) -> bool:
    """Whether it is letters, and short: no address, and no sentence."""
    return bool(_SAFE_NAME.fullmatch(text))


def disclosed(text: str, offer: Offer) -> str:
    """The customer's own words to a friend. They always say that both sides get something: where
    the words do not, a sentence is put behind them."""
    if not offer.has_advocate_reward or offer.advocate.casefold() in text.casefold():
        return text.strip()
    return (
        f"{text.strip()}\n\nWe both get a reward: {offer.friend} for you, {offer.advocate} for me."
    )


def landing_address(base_url: str, brand_slug: str, code: str, channel: str = "link") -> str:
    """Where a code leads: `https://.../r/floral/ANNA-7K3Q?c=qr`; a copied link says no way."""
    way = "" if channel == "link" else f"?c={channel}"
    return f"{base_url.rstrip('/')}/r/{brand_slug}/{quote(code, safe='')}{way}"


def join_address(base_url: str, brand_slug: str, programme_id: str) -> str:
    """Where customers have their own link mailed; `programme_id` is the public one."""
    return f"{base_url.rstrip('/')}/refer/{brand_slug}/{programme_id}"


def ways_to_share(
    base_url: str, brand_slug: str, code: str, *, text: str, subject: str, offer: Offer
) -> Ways:
    """All ways for one code. The mail is written in the customer's own program, to whom they will:
    it never passes through us."""

    def at(channel: str) -> str:
        return landing_address(base_url, brand_slug, code, channel)

    said = disclosed(text, offer)
    body = f"{said}\n\n{at('mail')}"
    return Ways(
        code=code,
        link=at("link"),
        native=at("native"),
        qr=at("qr"),
        mail=f"mailto:?subject={quote(subject)}&body={quote(body)}",
        text=said,
    )


def shop_address(shop: str, code: str) -> str:
    """The shop with the code in its address, and nothing about any person; "" without a shop."""
    parts = urlsplit(shop)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    query = "&".join(filter(None, (parts.query, urlencode({"rapport": code}))))
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, parts.fragment))
