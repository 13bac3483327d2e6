"""The least a web process can answer to a click: the same redirect, and nothing behind it."""

from collections.abc import Callable, Iterable
from typing import Any

_HEADERS = [
    ("Location", "https://shop.example/spring"),
    ("Content-Type", "text/plain"),
    ("Content-Length", "0"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex"),
    ("X-Content-Type-Options", "nosniff"),
]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("302 Found", _HEADERS)
    return [b""]
