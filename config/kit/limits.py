"""How often something may happen: counted in the shared cache, in windows of fixed length."""

import logging

from django.core.cache import cache

from config.kit.clock import now

logger = logging.getLogger(__name__)


def count_within(name: str, *, most: int, seconds: int) -> tuple[int, int]:
    """Count once more; returns how many are left (negative: over the limit) and the seconds
    until the window ends. A cache that is away lets everybody through."""
    second = int(now().timestamp())
    key = _key(name, second, seconds)
    try:
        used = _count(key, seconds)
    except Exception:  # noqa: BLE001 (whatever the cache raises when it is away)
        _say_away(name)
        used = 0
    return most - used, seconds - second % seconds


def left_within(name: str, *, most: int, seconds: int) -> int:
    """How many are left of what count_within counts, without counting."""
    try:
        used = int(cache.get(_key(name, int(now().timestamp()), seconds), 0))
    except Exception:  # noqa: BLE001 (whatever the cache raises when it is away)
        _say_away(name)
        used = 0
    return most - used


def _key(name: str, second: int, seconds: int) -> str:
    return f"limit:{name}:{second // seconds}"


def _say_away(name: str) -> None:
    logger.warning("the cache does not count %s", name.partition(":")[0])


def _count(key: str, seconds: int) -> int:
    """Mostly the key is there: then it is one step less."""
    try:
        return int(cache.incr(key))
    except ValueError:
        cache.add(key, 0, timeout=2 * seconds)
        return int(cache.incr(key))
