"""Who asks: the API key names the brand, says what it may do, and has a fair share of time."""

from typing import Any, cast

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, Throttled
from rest_framework.request import Request

from accounts.models.api_keys import ApiKey
from accounts.services.api_keys import authenticate_key
from config.kit.errors import NotAllowed
from config.kit.limits import count_within

REQUESTS_PER_MINUTE = 600
_WINDOW_SECONDS = 60


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer rk_live_...`; there is no other way in, cookies count for nothing."""

    def authenticate(self, request: Request) -> tuple[None, ApiKey]:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.casefold() != "bearer" or not text.strip():
            raise NotAuthenticated("Send your API key as “Authorization: Bearer rk_live_…”.")
        key = authenticate_key(text.strip())
        if key is None:
            raise AuthenticationFailed("This API key is not known, or was revoked.")
        return None, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Tells the OpenAPI page how to send a key."""

    target_class = KeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of the brand, made under Settings, API keys.",
        }


def key_of(request: Request) -> ApiKey:
    """The key that asks."""
    return cast(ApiKey, request.auth)


def require_scope(key: ApiKey, scope: str) -> None:
    """Raises NotAllowed when the key may not do this."""
    if scope not in key.scopes:
        raise NotAllowed(f"This key lacks the scope {scope}.", code="scope_missing")


def count_request(key: ApiKey) -> int:
    """Count one more request of this minute and return how many are left.

    Raises Throttled when there are none; a cache that is away lets everybody through."""
    left, wait = count_within(
        f"api:{key.brand_id}:{key.pk}", most=REQUESTS_PER_MINUTE, seconds=_WINDOW_SECONDS
    )
    if left < 0:
        raise Throttled(wait=wait)
    return left
