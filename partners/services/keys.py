"""Keys of a partner's own systems: made while the partnership is active, stopped by a ban."""

from collections.abc import Iterable

from accounts.models.api_keys import ApiKey
from accounts.models.users import User
from accounts.services.api_keys import create_api_key, revoke_keys_of
from config.kit.errors import Conflict
from partners.models.partnerships import Partnership
from partners.selectors.keys import keys_of

State = Partnership.State
MOST_KEYS = 20


def create_partner_key(
    partnership: Partnership, *, name: str, scopes: Iterable[str], by: User
) -> tuple[ApiKey, str]:
    """A new key and its text, which is shown once. Raises Invalid, and Conflict while the
    partnership is not active or has enough keys."""
    row = Partnership.objects.select_for_update(no_key=True, of=("self",)).get(pk=partnership.pk)
    if row.state != State.ACTIVE:
        raise Conflict("Keys are made while the partnership is active.", code="state")
    if keys_of(partnership).filter(revoked_at__isnull=True).count() >= MOST_KEYS:
        raise Conflict(f"There are {MOST_KEYS} keys already; revoke one first.")
    return create_api_key(
        brand=partnership.brand, name=name, scopes=scopes, by=by, partnership_id=partnership.pk
    )


def stop_keys_of_banned(partnership_id: int) -> None:
    """Judged by how it stands now, however late this is called. Of a partnership that is suspended
    or over the keys still redeem what customers were given, and open nothing else."""
    if Partnership.objects.filter(pk=partnership_id, state=State.BANNED).exists():
        revoke_keys_of(partnership_id)
