"""Who falls into which arm of an experiment: by a keyed hash, so nobody chooses and it never moves.

A customer's place depends on the experiment's key and the customer's id alone: not on when they
came, whether they may be written to, or how many others there are. SQL that splits many customers
at once writes the same as

    mod(substring(sha256(key || int8send(id)) FOR 6)::bigint, 10000)
"""

import hashlib
from collections.abc import Sequence

PLACES = 10_000
_BYTES = 6


def split_key(secret: str, *, brand_id: int, name: str) -> bytes:
    """The key of one experiment, 32 bytes: of each brand and name another."""
    return hashlib.blake2b(
        f"{brand_id}:{name}".encode(),
        key=hashlib.sha256(secret.encode()).digest(),
        person=b"rapport split",
        digest_size=32,
    ).digest()


def place(key: bytes, customer_id: int) -> int:
    """Where a customer stands in an experiment: 0 to 9,999, each equally likely."""
    digest = hashlib.sha256(key + customer_id.to_bytes(8, "big", signed=True)).digest()
    return int.from_bytes(digest[:_BYTES], "big") % PLACES


def is_held_out(key: bytes, customer_id: int, *, percent: int) -> bool:
    """Whether the customer is one of the `percent` held out. A larger share keeps all of a smaller
    one in."""
    return place(key, customer_id) < bounds([percent])[0]


def bounds(percents: Sequence[int]) -> list[int]:
    """The place below which each arm ends, arms side by side in this order."""
    ends: list[int] = []
    for percent in percents:
        ends.append((ends[-1] if ends else 0) + percent * PLACES // 100)
    return ends
