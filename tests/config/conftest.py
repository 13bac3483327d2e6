"""A broker that a test may spoil, because nobody else uses it."""

import os
import time

import pytest

from config.celery import app
from config.engines import processes
from config.engines.place import throwaway
from config.engines.valkey import CACHE, Valkey


@pytest.fixture(scope="module")
def place():
    """A throwaway place for engines; a later run deletes it if this one is killed."""
    me = processes.mark(os.getpid())
    place = throwaway(f"rapport-test-{me.pid}-{me.started}-{time.monotonic_ns()}")
    yield place
    place.delete()


@pytest.fixture
def evicting_broker(place, monkeypatch):
    """Celery's broker is for now one that throws work away when it is full."""
    broker = Valkey("broker", place, settings=CACHE, log=place.root / "broker.log")
    broker.start()
    monkeypatch.setitem(app.conf, "broker_read_url", broker.celery_url())
    yield broker
    broker.stop()
