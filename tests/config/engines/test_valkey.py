"""Broker and cache: what each forgets, and that both are private."""

import time

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.engines.valkey import BROKER, CACHE, Valkey


@pytest.fixture
def broker(place):
    server = Valkey("broker", place, settings=BROKER, log=place.root / "broker.log")
    server.start()
    redis.from_url(server.url()).flushall()
    yield server
    server.stop()


def test_the_broker_refuses_writes_when_full_and_keeps_what_it_has(broker):
    client = redis.from_url(broker.url())
    client.rpush("doorbell", "kept")
    client.config_set("maxmemory", 1)
    with pytest.raises(redis.exceptions.OutOfMemoryError):
        client.rpush("doorbell", "refused")
    assert client.lrange("doorbell", 0, -1) == [b"kept"]
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_the_broker_still_holds_its_queue_after_kill_9(broker):
    client = redis.from_url(broker.url())
    client.rpush("doorbell", *range(100))
    time.sleep(1.1)  # appendfsync everysec; the kernel keeps what was written anyway
    broker.process.kill()
    broker.process.wait()
    broker.start()
    assert client.llen("doorbell") == 100


def test_the_cache_may_forget_and_writes_nothing_to_disk(place):
    cache = Valkey("cache", place, settings=CACHE, log=place.root / "cache.log")
    cache.start()
    client = redis.from_url(cache.url())
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "allkeys-lru"}
    client.set("key", "value")
    cache.stop()
    assert list(place.folder("cache").iterdir()) == []


def test_it_answers_on_a_socket_with_a_password_only(broker):
    stranger = redis.Redis(unix_socket_path=str(broker.socket), retry=Retry(NoBackoff(), 0))
    with pytest.raises(redis.exceptions.AuthenticationError):
        stranger.ping()
    assert redis.from_url(broker.url()).config_get("port") == {"port": "0"}


def test_a_new_start_takes_over_from_a_server_whose_supervisor_is_gone(broker):
    redis.from_url(broker.url()).rpush("doorbell", "kept")
    successor = Valkey("broker", broker.place, settings=BROKER, log=broker.log)
    successor.start()
    assert broker.process.wait(60) == 0
    assert redis.from_url(successor.url()).llen("doorbell") == 1
    successor.stop()
