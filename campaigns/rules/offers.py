"""Which products a mail shows: those in stock at the moment it is compiled, in the order chosen."""

from collections.abc import Sequence
from urllib.parse import quote

from msgspec import Struct


class Card(Struct, frozen=True, kw_only=True):
    """A product as a mail shows it; money is minor units."""

    id: int
    title: str
    url: str
    image: str = ""
    price_minor: int | None = None
    was_minor: int | None = None
    is_available: bool = True

    @property
    def target(self) -> str:
        """The address is the shop's, not ours: no merge tag in it may be looked at."""
        return quote(self.url, safe="%/:?&=#+,;@!$*()~[]'")

    @property
    def is_reduced(self) -> bool:
        return (
            self.price_minor is not None
            and self.was_minor is not None
            and self.was_minor > self.price_minor
        )


# What a delivery says of a copy that stock has changed.
ITEM_REPLACED = "item_replaced"
BLOCK_DROPPED = "block_dropped"


def stock_change(cards: Sequence[Card], count: int) -> str:
    """What became of a choice of `count` products by what is sold out: nothing (""), others in
    their place or fewer, or no block at all."""
    if not cards or all(card.is_available for card in cards[:count]):
        return ""
    return ITEM_REPLACED if shown(cards, count) else BLOCK_DROPPED


def shown(cards: Sequence[Card], count: int) -> list[Card]:
    """The first `count` that can be had: a sold-out one is replaced by the next, or dropped."""
    return [card for card in cards if card.is_available][:count]
