"""A journal under its key: written once, and the same for whoever asks again."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from accounts.models.ledger import AccountRef, Cause, Journal
from accounts.scope import current_actor, current_brand_id
from accounts.services.lots import Use
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid

MAX_KEY = 160
MAX_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a journal says beside its postings; `content` is all that a repeat must say again.

    What comes in to AVAILABLE becomes lots of `origin`. Raises Invalid."""

    key: str
    kind: str
    cause: Cause
    content: Sequence[object]
    terms_hash: str = ""
    reason: str = ""
    lots_expire_at: datetime | None = None
    origin: Cause | None = None
    at: datetime | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= MAX_KEY:
            raise Invalid(f"A journal's key has 1 to {MAX_KEY} characters.")
        if len(self.reason) > MAX_REASON:
            raise Invalid(f"A reason has at most {MAX_REASON} characters.")
        if self.at is not None and self.at > now():
            raise Invalid("A journal cannot be dated ahead.")

    def content_hash(self) -> bytes:
        said = [self.kind, self.cause, self.terms_hash, *self.content]
        return hashlib.blake2b(json.dumps(said, default=asdict).encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Leg:
    """One amount from the credited account to the debited one."""

    debit: AccountRef
    credit: AccountRef
    amount_minor: int


@dataclass(slots=True)
class Page:
    """A journal being written. `is_new` is False when its key was used before: then it is the
    stored one, and nothing may be added."""

    entry: Entry
    journal: Journal
    is_new: bool
    legs: list[Leg] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)


# In the order of their keys: two batches with the same keys do not wait for each other for good.
_OPEN = """
INSERT INTO accounts_journal
    (brand_id, key, kind, cause_kind, cause_id, terms_hash, content_hash, reason,
     actor_kind, actor_id, at)
SELECT %(brand_id)s, entry.key, entry.kind, entry.cause_kind, entry.cause_id, entry.terms_hash,
       entry.content_hash, entry.reason, %(actor_kind)s, %(actor_id)s, entry.at
FROM unnest(%(keys)s::text[], %(kinds)s::text[], %(cause_kinds)s::text[], %(cause_ids)s::bigint[],
            %(terms)s::text[], %(hashes)s::bytea[], %(reasons)s::text[], %(ats)s::timestamptz[])
    AS entry (key, kind, cause_kind, cause_id, terms_hash, content_hash, reason, at)
ORDER BY entry.key
ON CONFLICT (brand_id, key) DO NOTHING
RETURNING *
"""


def open_pages(entries: Sequence[Entry]) -> list[Page]:
    """A page for each, in their order; of two entries under one key the first is new.

    Raises Conflict when a key was used for something else."""
    made = Journal.objects.raw(_OPEN, columns_of(entries))
    return pages_of(entries, made)


def columns_of(entries: Sequence[Entry]) -> dict[str, Any]:
    """The parameters of statements that write journals: an array for each column."""
    actor, moment = current_actor(), now()
    return {
        "brand_id": current_brand_id(),
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "keys": [entry.key for entry in entries],
        "kinds": [entry.kind for entry in entries],
        "cause_kinds": [entry.cause.kind for entry in entries],
        "cause_ids": [entry.cause.id for entry in entries],
        "terms": [entry.terms_hash for entry in entries],
        "hashes": [entry.content_hash() for entry in entries],
        "reasons": [entry.reason or actor.reason for entry in entries],
        "ats": [entry.at or moment for entry in entries],
    }


def pages_of(entries: Sequence[Entry], made: Iterable[Journal]) -> list[Page]:
    """A page for each, by the journals that were made now and those that stood. Raises Conflict."""
    new = {journal.key: journal for journal in made}
    others = {entry.key for entry in entries} - set(new)
    stored = {each.key: each for each in Journal.objects.filter(key__in=others)} if others else {}
    stored |= new
    pages = []
    for entry in entries:
        made_now = new.pop(entry.key, None)
        if made_now is None and bytes(stored[entry.key].content_hash) != entry.content_hash():
            raise Conflict(
                f"The key {entry.key} was used for another posting; use a new one.",
                code="key_reused",
            )
        pages.append(Page(entry, stored[entry.key], is_new=made_now is not None))
    return pages
