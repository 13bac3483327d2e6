"""How a brand's mail leaves: as it is set, and as a sender needs it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models.brands import Brand
from campaigns.channels.email.endpoint import Endpoint
from campaigns.channels.providers.accounts import Account
from campaigns.channels.providers.hooks import USER
from campaigns.channels.ways import Target
from campaigns.models.transports import Transport
from config.kit.sealed import unseal

SEALED_FOR = "transport password"
HOOK_SEALED_FOR = "webhook key"
# What target_of asks for.
FIELDS = ("kind", "host", "port", "security", "username", "secret")
_UNITS = (("day", 24 * 60), ("hour", 60))


def transport() -> Transport:
    """The brand's own, or a new one that says what holds without any."""
    return Transport.objects.first() or Transport()


def target_of(kept: Mapping[str, Any]) -> Target | None:
    """Where mail goes by these fields of a Transport; None: by EMAIL_URL.

    Raises Unreadable when SECRET_KEY was changed since the secret was typed."""
    kind = kept["kind"]
    if kind == Transport.Kind.HOUSE:
        return None
    secret = unseal(kept["secret"], purpose=SEALED_FOR) if kept["secret"] else ""
    if kind != Transport.Kind.SMTP:
        return Account(kind, secret, kept["username"])
    return Endpoint(
        kept["host"], kept["port"], kept["security"], kept["username"], secret, is_typed=True
    )


def hook_key(kind: str) -> str:
    """By what webhooks of a provider are believed; "": by nothing. Raises Unreadable."""
    sealed = transport().hook_keys.get(kind, "")
    return unseal(sealed, purpose=HOOK_SEALED_FOR) if sealed else ""


def hook_address(brand: Brand, kind: str, *, password: str = "") -> str:
    """Where a provider tells of the brand's mails; where it signs nothing, a password is part of
    it."""
    path = reverse("inbound_provider", args=[brand.uid, kind])
    scheme, _, place = settings.BASE_URL.rstrip("/").partition("://")
    known = f"{USER}:{password}@" if password else ""
    return f"{scheme}://{known}{place}{path}"


def trial_of(row: Transport) -> dict[str, Any] | None:
    """The last test of this way: `is_good`, `words`, `at`; None when there was none."""
    kept = row.trial
    if not kept:
        return None
    at = datetime.fromisoformat(kept["at"])
    return {"is_good": kept["code"] == "sent", "words": kept["words"], "at": at}


def pace_words(row: Transport, mails: int) -> str:
    """How long so many mails take at the brand's limit, in words; "" without one."""
    if row.per_minute is None or mails <= 0:
        return ""
    is_whole = row.per_minute % 60 == 0
    pace = f"{row.per_minute // 60:,} a second" if is_whole else f"{row.per_minute:,} a minute"
    return f"{_duration(mails / row.per_minute)} at {pace}"


def _duration(minutes: float) -> str:
    if minutes < 1:
        return "less than a minute"
    unit, length = next(
        ((unit, length) for unit, length in _UNITS if minutes >= 2 * length), ("minute", 1)
    )
    count = round(minutes / length)
    return f"about {count:,} {unit}" + ("" if count == 1 else "s")
