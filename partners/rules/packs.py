"""What a gift pack's money becomes: whose share is whose, what a refund takes back, who keeps what.

Money is minor units of the brand's currency; every split sums to the whole."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from config.kit.money import split

Keeper = Literal["brand", "partner"]
MOST_UNITS = 500
MOST_PARTS = 20


class PartTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """One part of a pack that is sold. A partner's is a voucher drawn from a pool of theirs."""

    need: str
    title: str
    weight: Annotated[int, Meta(ge=0, le=10**12)]
    partnership_id: int | None = None
    pool_id: int | None = None
    product_id: int | None = None
    # Who keeps the share of a voucher that expires unused.
    keeper: Keeper = "brand"


class SplitTable(Struct, frozen=True, forbid_unknown_fields=True):
    """The parts of a pack in their order."""

    price_minor: Annotated[int, Meta(ge=1)]
    parts: Annotated[list[PartTerms], Meta(min_length=1, max_length=MOST_PARTS)]

    def shares(self) -> list[int]:
        """What of the price is each part's."""
        return split(self.price_minor, [part.weight for part in self.parts])


def amounts(money_minor: int, quantity: int, weights: Sequence[int]) -> list[list[int]]:
    """For each pack of a line, what of the line's money is each part's."""
    return [split(each, weights) for each in split(money_minor, [1] * quantity)]


@dataclass(frozen=True, slots=True)
class Held:
    """A part of one pack that was sold, as a refund finds it."""

    id: int
    unit: int
    position: int
    amount_minor: int
    is_used: bool = False
    # Given back already.
    is_back: bool = False
    # Its partner is gone: of all parts alike, this is what comes back first.
    is_stranded: bool = False


def refund_pieces(lines: Iterable[tuple[Decimal, int]]) -> list[int]:
    """The money of each single thing that came back, of (quantity, money) of refunded lines."""
    pieces: list[int] = []
    for quantity, money in lines:
        whole = quantity == int(quantity) and 0 < quantity <= MOST_UNITS
        pieces += split(money, [1] * int(quantity)) if whole else [money]
    return [piece for piece in pieces if piece > 0]


def to_give_back(items: Sequence[Held], pieces: Sequence[int], *, lost_units: int = 0) -> set[int]:
    """Which parts come back besides those that have, when these pieces of money did: their ids.

    `lost_units`: packs that the order no longer names; a refund tells of the same ones. A piece as
    large as a pack takes a whole one, one as large as a part takes that part; anything else was
    kindness, and takes nothing. From the same facts the same number of each comes back, whatever
    came first. Packs and parts that nobody has used go first."""
    total = sum(item.amount_minor for item in items)
    if total and sum(pieces) >= total:
        return {item.id for item in items if not item.is_back}
    packs, parts = _wanted(items, pieces)
    packs = max(packs, lost_units)
    units = _by_unit(items)
    spent = [unit for unit, held in units.items() if all(item.is_back for item in held)]
    done = set(spent[:packs])
    rest = sorted(units.keys() - done, key=lambda unit: (*_worn(units[unit]), unit))
    taken = done | set(rest[: packs - len(done)])
    back = {item.id for unit in taken for item in units[unit] if not item.is_back}
    others = [item for item in items if item.unit not in taken]
    for position, count in parts.items():
        here = [item for item in others if item.position == position]
        missing = max(count - sum(item.is_back for item in here), 0)
        left = sorted(
            (item for item in here if not item.is_back),
            key=lambda i: (i.is_used, not i.is_stranded, i.unit),
        )
        back |= {item.id for item in left[:missing]}
    return back


def to_give_again(
    items: Sequence[Held], pieces: Sequence[int], *, lost_units: int, found_units: int
) -> set[int]:
    """Which packs an order that named fewer before names again: their units, at most `found_units`,
    and none that these pieces of money or `lost_units` still take."""
    total = sum(item.amount_minor for item in items)
    if not found_units or (total and sum(pieces) >= total):
        return set()
    packs, _parts = _wanted(items, pieces)
    units = _by_unit(items)
    spent = [unit for unit, held in units.items() if all(item.is_back for item in held)]
    free = max(len(spent) - max(packs, lost_units), 0)
    return set(spent[::-1][: min(free, found_units)])


def _wanted(items: Sequence[Held], pieces: Sequence[int]) -> tuple[int, Counter[int]]:
    """How many whole packs the pieces stand for, and how many of each part."""
    prices = [sum(item.amount_minor for item in held) for held in _by_unit(items).values()]
    smallest = min(prices, default=0)
    part_of = {item.amount_minor: item.position for item in reversed(items) if item.amount_minor}
    packs, parts = 0, Counter[int]()
    for piece in pieces:
        count, rest = divmod(piece, smallest) if smallest else (0, 0)
        packs += count
        if rest in part_of:
            parts[part_of[rest]] += 1
    return packs, parts


def _by_unit(items: Iterable[Held]) -> dict[int, list[Held]]:
    units: dict[int, list[Held]] = {}
    for item in sorted(items, key=lambda item: (item.unit, item.position)):
        units.setdefault(item.unit, []).append(item)
    return units


def _worn(held: Sequence[Held]) -> tuple[int, int]:
    return sum(item.is_back for item in held), sum(item.is_used for item in held)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one part came to, or several that came to the same."""

    amount_minor: int
    partnership_id: int | None
    keeper: str
    is_used: bool = False
    is_expired: bool = False
    is_back: bool = False
    # Its partner is gone: nobody can use it.
    is_stranded: bool = False

    @property
    def partner_minor(self) -> int:
        """The partner's: what was used stays theirs whatever was paid back; what is open is
        promised."""
        if self.partnership_id is None or self.is_stranded:
            return 0
        if self.is_back and not self.is_used:
            return 0
        if self.is_expired and self.keeper == "brand":
            return 0
        return self.amount_minor

    @property
    def brand_minor(self) -> int:
        """The brand's, once the buyer has back what was given back of this part."""
        kept = 0 if self.is_back else self.amount_minor
        return kept - self.partner_minor


@dataclass(frozen=True, slots=True)
class Settled:
    """What was taken for packs, and where it went."""

    taken_minor: int
    given_back_minor: int
    partners_minor: dict[int, int]
    brand_minor: int

    @property
    def difference_minor(self) -> int:
        """0, always."""
        gone = self.given_back_minor + sum(self.partners_minor.values()) + self.brand_minor
        return self.taken_minor - gone


def settle(outcomes: Iterable[Outcome], *, taken_minor: int, given_back_minor: int) -> Settled:
    """Add up. What was given back beyond the parts that came back was the brand's kindness."""
    partners, brand, of_parts = Counter[int](), 0, 0
    for outcome in outcomes:
        if outcome.partnership_id is not None:
            partners[outcome.partnership_id] += outcome.partner_minor
        brand += outcome.brand_minor
        of_parts += outcome.amount_minor if outcome.is_back else 0
    brand -= given_back_minor - of_parts
    return Settled(taken_minor, given_back_minor, dict(partners), brand)
