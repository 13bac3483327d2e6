"""Keys of a partner's own systems."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models.api_keys import ApiKey
from accounts.permissions import PARTNER_SCOPES
from partners.models.partnerships import Partnership


@dataclass(frozen=True)
class KeyRow:
    key: ApiKey
    may: list[str]


def keys_of(partnership: Partnership) -> QuerySet[ApiKey]:
    """Live and stopped ones. Keys stand outside row security, so the brand is named."""
    return ApiKey.objects.filter(brand=partnership.brand, partnership_id=partnership.pk)


def key_rows(partnership: Partnership) -> list[KeyRow]:
    return [
        KeyRow(key, [PARTNER_SCOPES.get(scope, scope) for scope in key.scopes])
        for key in keys_of(partnership)
    ]
