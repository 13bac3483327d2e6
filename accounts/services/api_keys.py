"""Keys of a brand's own programs: made once, kept as a hash, taken back at any time."""

import hashlib
import secrets
import string
from collections.abc import Iterable
from datetime import timedelta

from accounts.events import ApiKeyCreated, ApiKeyRevoked
from accounts.models.api_keys import ApiKey, IdempotencyKey, KeptAnswer
from accounts.models.brands import Brand
from accounts.models.users import User
from accounts.permissions import API_SCOPES, PARTNER_SCOPES
from accounts.scope import brand_scope, current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid

PREFIX = "rk_live_"
_ALPHABET = string.ascii_letters + string.digits
_RANDOM_LENGTH = 32  # of 62 signs: 190 bits
# `last_used_at` answers "is it still in use?"; a write per request would cost more than it tells.
_USE_NOTED_EVERY = timedelta(minutes=1)
# Every request of a program begins with it: as text, since the ORM takes four times as long to put
# the question together as PostgreSQL to answer it.
_LIVE = "SELECT * FROM accounts_apikey WHERE key_hash = %s AND revoked_at IS NULL"
# A repeat within this time gets the first answer again.
ANSWERS_KEPT_FOR = timedelta(hours=24)


def create_api_key(
    *,
    brand: Brand,
    name: str,
    scopes: Iterable[str],
    by: User,
    partnership_id: int | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its text, which is shown once and cannot be read again.

    One of a partnership speaks for it alone: its scopes are no brand's, and a brand's none of
    its."""
    known = PARTNER_SCOPES if partnership_id else API_SCOPES
    wanted = sorted(set(scopes))
    if not wanted:
        raise Invalid("Choose at least one thing the key may do.", fields={"scopes": "required"})
    if unknown := [scope for scope in wanted if scope not in known]:
        raise Invalid(f"There is no scope {unknown[0]!r}.", fields={"scopes": "unknown"})
    text = PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_LENGTH))
    key = ApiKey.objects.create(
        brand=brand,
        name=name,
        hint=text[: len(PREFIX) + 4],
        key_hash=_hash(text),
        scopes=wanted,
        created_by=by,
        partnership_id=partnership_id,
    )
    record(ApiKeyCreated(subject_id=key.pk))
    return key, text


def revoke_api_key(*, key: ApiKey) -> None:
    """Stop the key at once. Raises Conflict when it had been stopped before."""
    revoked = ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=now())
    if not revoked:
        raise Conflict("This key was already revoked.")
    record(ApiKeyRevoked(subject_id=key.pk))


def revoke_keys_of(partnership_id: int) -> None:
    """Stop every key that speaks for a partnership of the brand in scope."""
    keys = ApiKey.objects.filter(brand_id=current_brand_id(), partnership_id=partnership_id)
    for key in keys.filter(revoked_at__isnull=True).select_for_update():
        revoke_api_key(key=key)


def authenticate_key(text: str) -> ApiKey | None:
    """The live key with this text, or None. Called before any scope is open."""
    if not text.startswith(PREFIX) or len(text) != len(PREFIX) + _RANDOM_LENGTH:
        return None
    key = next(iter(ApiKey.objects.raw(_LIVE, [_hash(text)])), None)
    if key is not None:
        _note_use(key)
    return key


def forget_answers() -> None:
    """Delete what was kept for repeats that are no longer answered, brand by brand."""
    before = now() - ANSWERS_KEPT_FOR
    for brand_id in Brand.objects.values_list("pk", flat=True):
        with brand_scope(brand_id):
            KeptAnswer.objects.filter(kept_at__lt=before).delete()
    IdempotencyKey.objects.filter(claimed_at__lt=before).delete()


def _note_use(key: ApiKey) -> None:
    moment = now()
    if key.last_used_at is None or key.last_used_at < moment - _USE_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=moment)
        key.last_used_at = moment


def _hash(text: str) -> bytes:
    """SHA-256 is enough: the text is 190 random bits, not a password somebody chose."""
    return hashlib.sha256(text.encode()).digest()
