"""What a shop can do for us, whichever shop it is: make the codes of a batch, and say so.

Every call may be repeated: after a call that broke nobody knows whether the shop did the work. So
codes are ours to choose, a code can exist once in a shop, and before anything is made the shop is
asked whether it is there already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


class ShopBusy(Exception):
    """It asked us to come back after `seconds`; nothing was done."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"busy for {seconds:g} s")
        self.seconds = seconds


class ShopUnreachable(Exception):
    """No answer, or a broken one: the work may have been done or not."""


class ShopRefused(Exception):
    """It understood and said no; asking again would change nothing. The message is for people."""


@dataclass(frozen=True, slots=True)
class Discount:
    """What the codes of a batch are worth. `value` is per cent, or minor units of `currency`, as
    `minimum_minor` is; `products` are the shop's own numbers, none meaning all."""

    title: str
    kind: str
    value: int
    currency: str
    minimum_minor: int
    products: Sequence[str]
    starts_at: datetime
    ends_at: datetime | None
    is_stackable: bool


@dataclass(frozen=True, slots=True)
class Job:
    """How far a shop is with codes it was given. `refused` says why, by code; `taken` codes exist
    there already, here or in another discount."""

    is_done: bool
    made: Sequence[str] = ()
    taken: Sequence[str] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


class ShopClient(Protocol):
    """Each method asks the network, and raises the three exceptions above."""

    # How many codes the shop takes at once.
    portion: int

    def discounts_of(self, codes: Sequence[str]) -> dict[str, str]:
        """Which discount each of these codes belongs to; a code the shop has not got is missing."""
        ...

    def create_discount(self, discount: Discount, *, first_code: str) -> str:
        """Make a discount with this one code; returns the shop's name of it."""
        ...

    def add_codes(self, discount_ref: str, codes: Sequence[str]) -> str:
        """Give the shop more codes; returns its name of the job that makes them."""
        ...

    def job(self, job_ref: str) -> Job | None:
        """How far it is; None when the shop does not know the job any more."""
        ...
