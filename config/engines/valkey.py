"""Embedded Valkey 9: a broker that never forgets and a cache that may."""

import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.engines import processes
from config.engines.place import EngineError, Place, valkey_binary

# The broker keeps every doorbell and refuses writes when full; the cache drops what is oldest.
BROKER = {
    "maxmemory": "256mb",
    "maxmemory-policy": "noeviction",
    "appendonly": "yes",
    "appendfsync": "everysec",
}
CACHE = {"maxmemory": "128mb", "maxmemory-policy": "allkeys-lru", "appendonly": "no"}
READY_WITHIN = 30.0


class Valkey:
    """One Valkey server: unix socket only, no TCP port, random password."""

    def __init__(self, name: str, place: Place, *, settings: dict[str, str], log: Path) -> None:
        self.name = name
        self.place = place
        self.settings = settings
        self.log = log
        self.socket = place.sockets / f"{name}.sock"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.stop_orphan()
        self.socket.unlink(missing_ok=True)
        self.process = processes.spawn(
            [str(valkey_binary(self.place.user)), "-"],
            log=self.log,
            user=self.place.user,
            stdin=self._configuration().encode(),
        )
        until = time.monotonic() + READY_WITHIN
        while not self.answers():
            if not self.is_running() or time.monotonic() > until:
                self.stop()
                raise EngineError(f"The {self.name} did not start:\n{processes.tail(self.log)}")
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            processes.end_child(self.process, seconds=10)
        self.process = None

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def answers(self) -> bool:
        """Whether it answers a PING; not while it still reads its log back."""
        try:
            with self._client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def stop_orphan(self) -> None:
        """End a server whose supervisor is gone: the one that answers on our socket."""
        try:
            with self._client() as client:
                orphan = processes.mark(int(client.info("server")["process_id"]))
        except redis.RedisError:
            return
        if orphan is not None:
            processes.ask(orphan)
            processes.wait_or_kill(orphan)

    def url(self) -> str:
        """For redis-py and Django's cache."""
        return f"unix://:{self._password()}@{quote(str(self.socket))}?db=0"

    def celery_url(self) -> str:
        """The same server in the form that Celery's transport understands."""
        return f"redis+socket://:{self._password()}@{quote(str(self.socket))}?virtual_host=0"

    def _client(self) -> redis.Redis:
        # We ask to learn whether it answers now; the client's own retries would wait seconds.
        return redis.Redis(
            unix_socket_path=str(self.socket),
            password=self._password(),
            socket_timeout=5,
            retry=Retry(NoBackoff(), retries=0),
        )

    def _password(self) -> str:
        return self.place.passwords[self.name]

    def _configuration(self) -> str:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "requirepass": self._password(),
            "dir": str(self.place.folder(self.name)),
            "daemonize": "no",
            "save": '""',
            **self.settings,
        }
        return "".join(f"{key} {value}\n" for key, value in settings.items())
