"""What brand and partner owe each other for what an offer brought: the deal, and what it comes to.

Money is minor units of the brand's currency; a share is in thousandths."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Amount = Annotated[int, Meta(ge=0, le=10**12)]
Permille = Annotated[int, Meta(ge=0, le=1_000)]
Days = Annotated[int, Meta(ge=0, le=366)]
Name = Annotated[str, Meta(min_length=1, max_length=120)]


class Deal(Struct, frozen=True, forbid_unknown_fields=True):
    """Several parts may hold at once; each makes a line of its own."""

    # Who pays: the partner for customers we sent them, or the brand for those sent to it.
    payer: Literal["partner", "brand"] = "partner"
    # Of what was paid; of some products (the shop's ids) another share.
    share: Permille = 100
    product_shares: dict[Name, Permille] = {}
    # For each redemption.
    flat: Amount = 0
    # For each customer who took the offer.
    lead: Amount = 0
    # For each redemption of somebody new, or known, to who pays.
    new_customer: Amount = 0
    known_customer: Amount = 0
    # The most for one redemption, and for the offer as a whole; 0: no limit.
    most_each: Amount = 0
    most_in_all: Amount = 0
    # How long after it happened a line waits for refunds.
    lock_days: Days = 14
    # How long after the click or the mail a redemption is the offer's.
    window_days: Annotated[int, Meta(ge=1, le=366)] = 30
