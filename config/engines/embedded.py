"""The three engines of one place together, and the addresses they answer at."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Protocol

from config.engines.place import Place
from config.engines.postgres import Postgres
from config.engines.processes import Unit
from config.engines.valkey import BROKER, CACHE, Valkey


class Engine(Unit, Protocol):
    """A server that can also take a killed predecessor out of the way."""

    def stop_orphan(self) -> None: ...


class Embedded:
    """PostgreSQL, broker and cache of a place; an engine whose URL is in `given` is left out."""

    def __init__(
        self,
        place: Place,
        *,
        logs: Path,
        given: Collection[str] = (),
        throwaway: bool = False,
    ) -> None:
        self.engines: list[Engine] = []
        self.environment: dict[str, str] = {}
        if "DATABASE_URL" not in given:
            postgres = Postgres(place, log=logs / "postgres.log", throwaway=throwaway)
            self._add(postgres, postgres.environment())
        if "BROKER_URL" not in given:
            broker = Valkey("broker", place, settings=BROKER, log=logs / "broker.log")
            self._add(broker, {"BROKER_URL": broker.celery_url()})
        if "CACHE_URL" not in given:
            cache = Valkey("cache", place, settings=CACHE, log=logs / "cache.log")
            self._add(cache, {"CACHE_URL": cache.url()})

    def start(self, say: Callable[[str], None] = lambda name: None) -> None:
        for engine in self.engines:
            say(engine.name)
            engine.start()

    def stop(self) -> None:
        for engine in reversed(self.engines):
            engine.stop()

    def stop_orphans(self) -> None:
        for engine in reversed(self.engines):
            engine.stop_orphan()

    def _add(self, engine: Engine, environment: dict[str, str]) -> None:
        self.engines.append(engine)
        self.environment.update(environment)
