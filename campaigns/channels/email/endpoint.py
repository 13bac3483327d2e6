"""Where mail goes out, and how to talk to it: EMAIL_URL, or a server that a brand typed in."""

import ssl
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

from django.conf import settings

from config.kit.egress import look_up

_SECURITY: dict[str, tuple[Literal["none", "starttls", "tls"], int]] = {
    "smtp": ("none", 25),
    "smtp+tls": ("starttls", 587),
    "smtps": ("tls", 465),
}


_LOOK_UP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One SMTP server. `security` none never sends a password.

    `is_typed`: a brand named it, so that it may not lie in our own network (unless
    TRANSPORT_PRIVATE_HOSTS says so)."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    username: str = ""
    password: str = field(default="", repr=False)
    is_typed: bool = False

    def address(self) -> tuple[str, int]:
        """Where to connect to; TLS checks the host's name all the same.

        Raises EgressRefused, EgressFailed for a host that was typed."""
        if not self.is_typed:
            return self.host, self.port
        is_private_fine = settings.TRANSPORT_PRIVATE_HOSTS
        found = look_up(
            self.host, self.port, timeout=_LOOK_UP_SECONDS, is_private_fine=is_private_fine
        )
        return found, self.port

    def tls_context(self) -> ssl.SSLContext:
        return ssl.create_default_context()


def parse_endpoint(url: str) -> Endpoint:
    """Read `smtp://host:25`, `smtp+tls://user:pw@host:587` or `smtps://...`; raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in _SECURITY or not parts.hostname:
        raise ValueError(
            "EMAIL_URL should look like smtp+tls://user:password@mail.example.com:587 "
            "(or smtp://, or smtps://)."
        )
    security, port = _SECURITY[parts.scheme]
    if parts.username and security == "none":
        raise ValueError("EMAIL_URL has a password but no encryption: use smtp+tls:// or smtps://.")
    return Endpoint(
        host=parts.hostname,
        port=parts.port or port,
        security=security,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
