"""What brand and partner owe each other for what an offer brought: the deal, and what it comes to.

Money is minor units of the brand's currency; a share is in thousandths."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from msgspec import Meta, Struct

from config.kit.money import split

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


@dataclass(frozen=True, slots=True)
class Bought:
    """One line of what was paid for: `product` as product_shares name it."""

    product: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened: somebody took the offer (`is_lead`), else redeemed a voucher of it.

    `paid_minor` and `is_new_customer` are None where nobody told. What was paid is spread over
    `lines`, if there are any, in proportion to their amounts."""

    is_lead: bool = False
    paid_minor: int | None = None
    lines: Sequence[Bought] = ()
    is_new_customer: bool | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One amount of a deal, signed as the partner sees it, and what it was reckoned of."""

    name: str
    amount_minor: int
    basis_minor: int = 0
    product: str = ""


def reckon(deal: Deal, facts: Facts) -> list[Part]:
    """What the facts come to by the deal, in the order in which limits are used up; nothing that
    is zero. The partner earns where the brand pays, and owes where it pays itself."""
    if facts.is_lead:
        parts = [Part("lead", deal.lead)]
    else:
        parts = [*_shares(deal, facts), Part("flat", deal.flat), *_by_novelty(deal, facts)]
        parts = within(parts, deal.most_each or None)
    sign = 1 if deal.payer == "brand" else -1
    return [
        replace(part, amount_minor=sign * part.amount_minor) for part in parts if part.amount_minor
    ]


def within(parts: Iterable[Part], room: int | None) -> list[Part]:
    """The parts as far as they fit into so much, the last one cut; None: no limit."""
    kept = []
    left = room
    for part in parts:
        size = abs(part.amount_minor)
        given = size if left is None else min(size, left)
        left = None if left is None else left - given
        if given:
            kept.append(replace(part, amount_minor=given if part.amount_minor > 0 else -given))
    return kept


def total(parts: Iterable[Part]) -> int:
    return sum(part.amount_minor for part in parts)


def _shares(deal: Deal, facts: Facts) -> list[Part]:
    """One part for the common share, and one for each product with a share of its own.

    The whole share is rounded once, halves up, and split by largest remainder: the parts sum to
    it, and what they were reckoned of sums to what was paid."""
    paid = facts.paid_minor or 0
    bought = facts.lines or [Bought("", paid)]
    spread = split(paid, [max(line.amount_minor, 0) for line in bought])
    basis: dict[str, int] = defaultdict(int)
    for line, amount in zip(bought, spread, strict=True):
        basis[line.product if line.product in deal.product_shares else ""] += amount
    products = sorted(basis)
    weights = [basis[name] * deal.product_shares.get(name, deal.share) for name in products]
    amounts = split((sum(weights) + 500) // 1_000, weights)
    return [
        Part(f"share_{place}" if product else "share", amount, basis[product], product)
        for place, (product, amount) in enumerate(zip(products, amounts, strict=True), start=1)
    ]


def _by_novelty(deal: Deal, facts: Facts) -> list[Part]:
    if facts.is_new_customer is None:
        return []
    if facts.is_new_customer:
        return [Part("new_customer", deal.new_customer)]
    return [Part("known_customer", deal.known_customer)]
