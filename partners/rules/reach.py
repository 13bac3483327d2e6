"""What a partner may learn of an audience before it is written to: a band, never a number.

Bands begin at K. One person more or less must not show: a question whose answer differs by fewer
than K people from one that was answered gets that one's band (see selectors/reach.py), and what is
asked is made coarse first, so that there are few different questions."""

import hashlib
from dataclasses import dataclass
from itertools import pairwise

import msgspec

from partners.rules.content import AudienceWish

K = 50
# So many different questions a partner may ask in a day.
BUDGET = 20
FEWER = f"fewer than {K}"
_STEPS = (K, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000)
_DAYS = (30, 60, 90, 180, 365, 730, 1_095, 1_825, 3_650)
_ORDERS = (0, 1, 2, 3, 5, 10)


def band(size: int) -> str:
    """`fewer than 50`, `50-99`, `100-249`, ... `500,000 or more`."""
    if size < K:
        return FEWER
    for low, following in pairwise(_STEPS):
        if size < following:
            return f"{low:,}-{following - 1:,}"
    return f"{_STEPS[-1]:,} or more"


def coarse(wish: AudienceWish) -> AudienceWish:
    """What is counted for a wish: the same for all that are nearly the same."""
    within = wish.within_days
    return AudienceWish(
        bought=sorted(set(wish.bought)),
        countries=sorted(set(wish.countries)),
        within_days=next((days for days in _DAYS if days >= within), _DAYS[-1]) if within else None,
        least_orders=max(step for step in _ORDERS if step <= wish.least_orders),
    )


def hash_of(wish: AudienceWish) -> str:
    """SHA-256 of the coarse wish, in hex."""
    said = msgspec.json.encode(coarse(wish), order="deterministic")
    return hashlib.sha256(said).hexdigest()


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer that was given: how many it was then, and what was said."""

    wish: AudienceWish
    size: int
    band: str


def is_near(size: int, asked: Asked) -> bool:
    """Whether an audience of this size may differ from that one by fewer than K people at all."""
    return abs(size - asked.size) < K
