"""The one way out to addresses that somebody typed in: what it fetches is never our own network.

A name is resolved once, every address it has is looked at (also the IPv4 address inside a mapped,
NAT64 or 6to4 one), and the connection goes to the address that was looked at, while TLS checks the
name. No redirects, no proxies from the environment, no more bytes or seconds than allowed."""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings

from config.kit.errors import DomainError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

PORTS = frozenset({443, 8443})
MAX_URL = 2000
USER_AGENT = "Rapport/1"

# IANA's special-purpose registries (RFC 6890 and successors), written down because
# `is_global` lets NAT64, 6to4, multicast and site-local addresses through.
_DENIED_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
# Of IPv6 only global unicast is let through, but for these parts of it.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_DENIED_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20")
)
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")

_resolvers = ThreadPoolExecutor(4, thread_name_prefix="egress-dns")


class EgressRefused(DomainError):
    """This address may not be asked; `fields["url"]` says why."""

    code = "address_refused"
    status = 422

    def __init__(self, message: str) -> None:
        super().__init__(message, fields={"url": message})


class EgressFailed(DomainError):
    """The other side did not answer as it should."""

    code = "fetch_failed"
    status = 502


@dataclass(frozen=True, slots=True)
class Fetched:
    """A 200's body and its content type ("" when the server names none)."""

    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of any status; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Target:
    is_tls: bool
    host: str
    port: int
    path: str


def fetch(
    url: str, *, max_bytes: int, timeout: float, tls: ssl.SSLContext | None = None
) -> Fetched:
    """GET `url`, within `timeout` seconds for everything together.

    `tls` replaces the system's certificate authorities. Raises EgressRefused, EgressFailed. Not to
    be called while a brand's scope is open."""
    with _opened(url, timeout=timeout, tls=tls) as connection:
        connection.request("GET", connection.path, headers=_HEADERS)
        return _read(connection.getresponse(), max_bytes)


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    max_bytes: int,
    timeout: float,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """POST `body` to `url` and return the answer, whatever its status.

    As `fetch` otherwise: raises EgressRefused, and EgressFailed when there was no whole answer;
    the other side may have done the work all the same."""
    with _opened(url, timeout=timeout, tls=tls) as connection:
        connection.request("POST", connection.path, body=body, headers={**_HEADERS, **headers})
        response = connection.getresponse()
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, named, _body(response, max_bytes))


@contextmanager
def _opened(url: str, *, timeout: float, tls: ssl.SSLContext | None) -> Iterator["_Connection"]:
    """A connection to an address that may be asked; what goes wrong inside becomes EgressFailed."""
    deadline = time.monotonic() + timeout
    target = check_url(url)
    connection = _Connection(target, _resolve(target, deadline), deadline, tls)
    try:
        yield connection
        if connection.was_cut:
            raise TimeoutError
    except (OSError, http.client.HTTPException, ValueError) as error:
        if connection.was_cut or time.monotonic() >= deadline:
            raise EgressFailed(f"{target.host} took longer than {timeout:g} seconds.") from error
        reason = str(error) or type(error).__name__
        raise EgressFailed(f"{target.host} could not be read: {reason[:200]}.") from error
    finally:
        connection.close()


_HEADERS = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}


def check_url(url: str) -> _Target:
    """The parts of an address that may be asked, as far as its text tells. Raises EgressRefused."""
    if len(url) > MAX_URL or not url.isprintable() or " " in url:
        raise EgressRefused("This is not an address: it is too long or holds spaces.")
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise EgressRefused("This is not an address we can read.") from error
    is_tls = parts.scheme == "https"
    if not is_tls and not (settings.EGRESS_LOOPBACK and parts.scheme == "http"):
        raise EgressRefused("The address has to begin with https://.")
    if not host or "@" in parts.netloc or "%" in host:
        raise EgressRefused("The address needs a host, and may not hold a user name or password.")
    port = port or (443 if is_tls else 80)
    if port not in PORTS and not settings.EGRESS_LOOPBACK:
        raise EgressRefused("The address may only use the ports 443 and 8443.")
    query = f"?{parts.query}" if parts.query else ""
    path = (parts.path or "/") + query
    if not path.isascii():
        raise EgressRefused("Write letters outside ASCII in the address as %-signs and digits.")
    return _Target(is_tls, host, port, path)


def look_up(host: str, port: int, *, timeout: float, is_private_fine: bool = False) -> str:
    """The address behind a host that somebody typed, for a connection to exactly that address.

    `is_private_fine` lets our own network through as well. Raises EgressRefused, EgressFailed."""
    found = _addresses(host, port, time.monotonic() + timeout)
    if not is_private_fine:
        _refuse_private(host, found)
    return str(found[0])


def is_public(address: Address) -> bool:
    """Whether the address, and the one it may carry inside, lies in nobody's own network."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _DENIED_V4)
    number = int(address)
    if address in _MAPPED or address in _NAT64:
        return is_public(ipaddress.IPv4Address(number & 0xFFFFFFFF))
    if address in _SIX_TO_FOUR:
        return is_public(ipaddress.IPv4Address((number >> 80) & 0xFFFFFFFF))
    return address in _GLOBAL_V6 and not any(address in network for network in _DENIED_V6)


def _is_allowed(address: Address) -> bool:
    return is_public(address) or (settings.EGRESS_LOOPBACK and address.is_loopback)


def _resolve(target: _Target, deadline: float) -> Address:
    """The first address of the host, when all of them may be asked."""
    found = _addresses(target.host, target.port, deadline)
    _refuse_private(target.host, found)
    return found[0]


def _addresses(host: str, port: int, deadline: float) -> list[Address]:
    """One at least."""
    asked = _resolvers.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = asked.result(timeout=max(deadline - time.monotonic(), 0))
    except TooSlow as error:
        raise EgressFailed(f"The name {host} could not be looked up in time.") from error
    except (OSError, UnicodeError) as error:
        raise EgressFailed(f"There is no host {host}.") from error
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _refuse_private(host: str, addresses: list[Address]) -> None:
    if not addresses or not all(_is_allowed(address) for address in addresses):
        raise EgressRefused(f"{host} is not a public address on the internet.")


class _Connection(http.client.HTTPConnection):
    """To one address that was looked at; ends at the deadline, whatever it waits for."""

    def __init__(
        self, target: _Target, address: Address, deadline: float, tls: ssl.SSLContext | None
    ) -> None:
        super().__init__(target.host, target.port)
        self.path = target.path
        self._target = target
        self._address = str(address)
        self._deadline = deadline
        self._tls = tls or ssl.create_default_context()
        self.was_cut = False
        self._watch = threading.Timer(max(deadline - time.monotonic(), 0), self._cut)
        self._watch.daemon = True

    def connect(self) -> None:
        left = max(self._deadline - time.monotonic(), 0.001)
        self.sock = socket.create_connection((self._address, self._target.port), timeout=left)
        self._watch.start()
        if self._target.is_tls:
            self.sock = self._tls.wrap_socket(
                self.sock, server_hostname=self._target.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def _cut(self) -> None:
        """A server that sends a byte now and then would never run into a socket's timeout."""
        self.was_cut = True
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._watch.cancel()  # fine also when it was never started
        super().close()


def _read(response: http.client.HTTPResponse, max_bytes: int) -> Fetched:
    if response.status != HTTPStatus.OK:
        moved = 300 <= response.status < 400
        hint = " Use the address it leads to; redirects are not followed." if moved else ""
        raise EgressFailed(f"The server answered {response.status} instead of 200.{hint}")
    return Fetched(_body(response, max_bytes), response.headers.get("Content-Type", ""))


def _body(response: http.client.HTTPResponse, max_bytes: int) -> bytes:
    if response.headers.get("Content-Encoding", "identity").casefold() != "identity":
        raise EgressFailed("The server packed its answer although it was asked not to.")
    body = b""
    if (response.length or 0) <= max_bytes:
        body = response.read(max_bytes + 1)
    if len(body) > max_bytes or (response.length or 0) > max_bytes:
        raise EgressFailed(f"The answer is larger than {max_bytes:,} bytes.")
    if response.length:
        raise http.client.IncompleteRead(body, response.length)
    return body
