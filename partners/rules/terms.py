"""The terms of a partnership: the deal that offers begin with, and how it is settled."""

import hashlib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from partners.rules.revenue_share import Amount, Deal


class PartnershipTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """Both sides agree to a version of these."""

    deal: Deal = Deal()
    # A statement is made of every month, or on demand only.
    statements: Literal["monthly", "on_demand"] = "monthly"
    # How long a statement can be disputed; then it is agreed to.
    dispute_days: Annotated[int, Meta(ge=1, le=60)] = 14
    # Less than this is carried forward.
    smallest_payout: Amount = 2_000
    # What else was agreed, in words.
    notes: Annotated[str, Meta(max_length=4_000)] = ""


def spelt(terms: Struct) -> bytes:
    """The one canonical spelling of terms or content: JSON with sorted keys, every field told."""
    return msgspec.json.encode(msgspec.to_builtins(terms), order="deterministic")


def hash_of(terms: Struct) -> str:
    """SHA-256 of the canonical spelling, in hex: what both sides put their names to."""
    return hashlib.sha256(spelt(terms)).hexdigest()
