"""Who really asks when a proxy stands in front: its word counts only if we were told to trust it.

A proxy adds the address it was asked from to the right of X-Forwarded-For; whatever stands further
left may have been written by anybody. So the client is the rightmost address that is no proxy of
ours. From anyone else the X-Forwarded headers are thrown away.
"""

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_FOR = "HTTP_X_FORWARDED_FOR"
_HEADERS = (_FOR, "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT")


class BehindProxies:
    """A WSGI application around another, which finds the client in REMOTE_ADDR.

    `trusted` are networks (CIDR); raises ValueError when one is none."""

    def __init__(self, application: Application, trusted: Sequence[str]) -> None:
        self._application = application
        networks = [ipaddress.ip_network(each) for each in trusted]

        @lru_cache(maxsize=10_000)
        def is_trusted(text: str) -> bool:
            address = address_in(text)
            return address is not None and any(address in each for each in networks)

        self._is_trusted = is_trusted

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self._is_trusted(environ.get("REMOTE_ADDR", "")):
            for name in _HEADERS:
                environ.pop(name, None)
        elif _FOR in environ:
            environ["REMOTE_ADDR"] = self._client(environ[_FOR], environ["REMOTE_ADDR"])
        return self._application(environ, start_response)

    def _client(self, forwarded: str, peer: str) -> str:
        """The rightmost address that is no proxy of ours; left of what is none, nothing counts."""
        client = peer
        for text in reversed(forwarded.split(",")):
            address = address_in(text)
            if address is None:
                break
            client = str(address)
            if not self._is_trusted(client):
                break
        return client


def address_in(text: str) -> Address | None:
    """An address as servers and proxies write it, with a port or brackets, or None."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
