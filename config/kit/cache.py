"""The shared cache, asked through one client: a new one for each command costs more than that."""

from functools import cached_property
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class KeptClient(RedisCacheClient):
    """One server, one client for all threads (it takes a connection from the pool for each
    command)."""

    @cached_property
    def _kept(self) -> Any:
        return super().get_client()

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self._kept


class KeptClientCache(RedisCache):
    """Django's own cache with that client; `server` is one URL."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient
