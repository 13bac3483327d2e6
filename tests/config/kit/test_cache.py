"""The shared cache keeps one client, and that client serves every thread."""

from concurrent.futures import ThreadPoolExecutor

from django.core.cache import cache, caches

from config.kit.cache import KeptClientCache


def test_all_threads_count_through_one_client() -> None:
    cache.delete("counted")
    cache.add("counted", 0, timeout=60)

    def count(_: int) -> int:
        return caches["default"].incr("counted")

    with ThreadPoolExecutor(4) as pool:
        seen = sorted(pool.map(count, range(40)))
    assert seen == list(range(1, 41))
    cache.delete("counted")
    backend = caches["default"]
    assert isinstance(backend, KeptClientCache)
    assert backend._cache.get_client() is backend._cache.get_client("x", write=True)
