"""The words by which a brand lets a sister brand of its agency work with its customers."""

import hashlib

VERSION = 1

_HOST = (
    "{brand} lets {other} offer something to {brand}'s customers. {brand} sends each offer itself, "
    "only to customers who said yes to offers of businesses it chooses, after somebody of {brand} "
    "approved it. {other} learns no name, no address and nothing by which a customer could be told "
    "from another: counts only, and none that are small. Either brand can end this at any moment; "
    "then nothing more is sent, and nothing new is redeemed. That both are looked after by one "
    "agency changes nothing of this."
)
_GUEST = (
    "{brand} offers something to {other}'s customers, as a partner of {other} and under the same "
    "rules as any other business. {brand} honours every voucher that {other}'s customers are given "
    "while this holds, and settles what both owe each other by statements that both agree to. It "
    "gives {other} no data about its own customers. Either brand can end this at any moment."
)


def words_of(side: str, *, brand: str, other: str) -> str:
    """What is granted, in full; `side` is host or guest."""
    return (_HOST if side == "host" else _GUEST).format(brand=brand, other=other)


def hash_of_words(words: str) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(words.encode()).hexdigest()
