"""What a code is worth at the till, and why it is worth nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

MAX_CODE = 60
_CODE = re.compile(r"[!-~]{3,60}")

REASONS = {
    "redeemed": "This code has been used.",
    "expired": "This code is no longer valid.",
    "voided": "This code is no longer valid.",
    "minimum": "This order is too small for this code.",
    "products": "This code is not for these products.",
    "stacking": "This code cannot be used together with others.",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a code promises. `value` is per cent, or minor units; no products: all of them."""

    kind: str
    value: int
    minimum_minor: int = 0
    products: frozenset[str] = frozenset()
    expires_on: date | None = None
    is_stackable: bool = False
    is_void: bool = False
    # Of per cent: as much comes off at most.
    most_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Basket:
    """An order at the till, minor units. `lines` is money by the shop's number of the product;
    `others`: other codes are used with it."""

    total_minor: int
    lines: Mapping[str, int]
    has_others: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comes off, or the code of the reason why nothing does."""

    discount_minor: int = 0
    reason: str = ""


def is_code(text: str) -> bool:
    """Whether a shop's code can be one of ours: 3 to 60 visible ASCII characters."""
    return bool(_CODE.fullmatch(text))


def normal_code(text: str) -> str:
    """Tills do not care for capitals, nor for what cannot be seen, which scanners add."""
    return "".join(filter(str.isprintable, text)).strip().upper()


def judge(terms: Terms, basket: Basket, *, today: date, is_redeemed: bool) -> Verdict:
    """The first reason that holds, else what comes off; halves of a minor unit are rounded up."""
    if is_redeemed:
        return Verdict(reason="redeemed")
    if terms.is_void:
        return Verdict(reason="voided")
    if terms.expires_on is not None and today > terms.expires_on:
        return Verdict(reason="expired")
    if basket.has_others and not terms.is_stackable:
        return Verdict(reason="stacking")
    if basket.total_minor < terms.minimum_minor:
        return Verdict(reason="minimum")
    base = basket.total_minor
    if terms.products:
        base = sum(minor for product, minor in basket.lines.items() if product in terms.products)
        if not base:
            return Verdict(reason="products")
    if terms.kind == "percent":
        discount = (base * terms.value + 50) // 100
        return Verdict(discount if terms.most_minor is None else min(discount, terms.most_minor))
    return Verdict(min(terms.value, base))
