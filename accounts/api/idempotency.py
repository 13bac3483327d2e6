"""Idempotency-Key: the first answer to a request is kept for its repeats (trust rule 15).

The claim commits by itself before the brand's scope opens, so that a second request sees it. A
success is kept inside the transaction of the effect, fenced by the claim: effect and answer stand
or fall together, and whoever took over a claim left by a killed process cannot act twice. A
refusal is kept after its transaction was rolled back; after a failure of ours the claim goes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models.api_keys import ApiKey, IdempotencyKey, KeptAnswer
from accounts.scope import brand_scope
from accounts.services.api_keys import ANSWERS_KEPT_FOR
from config.kit.clock import now
from config.kit.errors import Conflict, DomainError, Invalid

MAX_LENGTH = 255
# A claim without an answer is that old only when its process has died.
ABANDONED_AFTER = timedelta(minutes=5)


class BadKey(DomainError):
    code = "bad_idempotency_key"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to act for one key; `claimed_at` is its fence."""

    pk: int
    brand_id: int
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class Replay:
    """The answer that was given before."""

    status: int
    body: bytes


def claim(*, key: ApiKey, route: str, text: str, request: bytes) -> Claim | Replay:
    """Claim the key `text` for this request (its path and body, as bytes).

    Raises BadKey for one that is empty or too long, Invalid when it came with another request
    before, Conflict while the first request is still being answered."""
    if not 0 < len(text) <= MAX_LENGTH or not text.isprintable():
        raise BadKey(f"An Idempotency-Key has 1 to {MAX_LENGTH} printable characters.")
    moment = now()
    body_hash = _hash(request)
    row, created = IdempotencyKey.objects.get_or_create(
        brand_id=key.brand_id,
        actor=f"api_key:{key.pk}",
        route=route[:200],
        key_hash=_hash(text.encode("utf-8", "surrogatepass")),
        defaults={"body_hash": body_hash, "claimed_at": moment},
    )
    if created:
        return Claim(row.pk, row.brand_id, moment)
    if row.claimed_at < moment - ANSWERS_KEPT_FOR:
        return _take_over(row, moment, body_hash)
    if bytes(row.body_hash) != body_hash:
        raise Invalid(
            "This Idempotency-Key was used for another request. Use a new one for a new request.",
            code="idempotency_key_reused",
        )
    if row.status is not None:
        return _kept(row.pk, row.brand_id, row.status)
    if row.claimed_at < moment - ABANDONED_AFTER:
        return _take_over(row, moment, body_hash)
    raise _in_flight()


def _take_over(row: IdempotencyKey, moment: datetime, body_hash: bytes) -> Claim:
    taken = IdempotencyKey.objects.filter(pk=row.pk, claimed_at=row.claimed_at).update(
        claimed_at=moment, body_hash=body_hash, status=None
    )
    if not taken:
        raise _in_flight()
    return Claim(row.pk, row.brand_id, moment)


def _kept(claim_id: int, brand_id: int, status: int) -> Replay:
    with brand_scope(brand_id):
        answer = KeptAnswer.objects.get(claim_id=claim_id)
    return Replay(status, bytes(answer.body))


def keep(held: Claim, *, status: int, body: bytes) -> None:
    """Keep the answer for repeats. Raises Conflict (undoing what was done) when the claim was
    taken over meanwhile."""
    with brand_scope(held.brand_id):
        if not _mine(held).update(status=status):
            raise _in_flight()
        KeptAnswer.objects.update_or_create(
            claim_id=held.pk, defaults={"body": body, "kept_at": now()}
        )


def release(held: Claim) -> None:
    """Forget the claim, so that the request can be tried again."""
    _mine(held).delete()


def _mine(held: Claim) -> QuerySet[IdempotencyKey]:
    return IdempotencyKey.objects.filter(
        pk=held.pk, claimed_at=held.claimed_at, status__isnull=True
    )


def _in_flight() -> Conflict:
    return Conflict(
        "The first request with this Idempotency-Key is still being answered. Try again soon.",
        code="idempotency_key_in_flight",
    )


def _hash(value: bytes) -> bytes:
    return hashlib.sha256(value).digest()
