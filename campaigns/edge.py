"""The fast path for links in mails, ahead of Django: clicks at /c/<token>, opens at /o/<token> and
the one-click POST /u/<token>.

A click or unsubscribe is safe before the answer, an open may be lost. Everything else, and every
token that does not verify, goes on to Django, which has the pages for people. These addresses never
change.
"""

import base64
import io
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.db import connection

from accounts.scope import brand_scope
from campaigns.rules.bots import TRAP, hints_of
from campaigns.selectors.content import keyring
from campaigns.services.feedback import target_of, unsubscribe
from campaigns.services.hitlog import HitLog
from campaigns.services.hits import Hit
from config.kit.clock import now
from config.kit.errors import NotFound
from config.kit.tokens import Purpose, Ticket, read_ticket
from customers.rules.permissions import network_of

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Answer = tuple[str, list[tuple[str, str]], bytes]

_MAX_BODY = 4_096
_MAX_USER_AGENT = 200
# One transparent point (GIF 89a).
_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_PRIVATE = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex"),
    ("X-Content-Type-Options", "nosniff"),
]


class Edge:
    """A WSGI application around Django's."""

    def __init__(self, application: Application, hits: HitLog) -> None:
        self._application = application
        self._hits = hits

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._answer_for(environ)
        if answer is None:
            return self._application(environ, start_response)
        status, headers, body = answer
        length = ("Content-Length", str(len(body)))
        start_response(status, [*headers, length, *_PRIVATE])
        return [body]

    def _answer_for(self, environ: Environ) -> Answer | None:
        """Status, headers and body, or None for Django."""
        place, _, token = environ.get("PATH_INFO", "").lstrip("/").partition("/")
        method = environ.get("REQUEST_METHOD", "")
        try:
            if place == "c" and method in {"GET", "HEAD"}:
                return self._followed(read_ticket(keyring(), Purpose.CLICK, token), environ)
            if place == "o" and method in {"GET", "HEAD"}:
                return self._opened(read_ticket(keyring(), Purpose.OPEN, token), environ)
            if place == "u" and method == "POST" and _is_one_click(environ):
                ticket = read_ticket(keyring(), Purpose.UNSUBSCRIBE, token)
                _unsubscribed(ticket)
                return "200 OK", [("Content-Type", "text/plain; charset=utf-8")], _GONE
        except NotFound:
            return None
        return None

    def _followed(self, ticket: Ticket, environ: Environ) -> Answer:
        """To the link's target; a GET is a click, a HEAD is only a look (trust rule 16)."""
        try:
            target = "" if ticket.link == TRAP else target_of(ticket)
            if environ["REQUEST_METHOD"] == "GET":
                self._hits.add(_hit("click", ticket, environ))
        finally:
            if connection.connection is not None:  # mostly nothing is asked of the database
                connection.close()
        if not target:
            return "204 No Content", [], b""
        return "302 Found", [("Location", target), ("Content-Type", "text/plain")], b""

    def _opened(self, ticket: Ticket, environ: Environ) -> Answer:
        if environ["REQUEST_METHOD"] == "GET":
            self._hits.add(_hit("open", ticket, environ))
        return "200 OK", [("Content-Type", "image/gif")], _PIXEL


def _hit(kind: str, ticket: Ticket, environ: Environ) -> Hit:
    """What is kept of a request; of the visitor's address only the network."""
    return Hit(
        brand_id=ticket.brand_id,
        campaign_id=ticket.campaign_id,
        customer_id=ticket.customer_id,
        kind=kind,
        link=ticket.link if kind == "click" else None,
        at=now(),
        user_agent=_printable(environ.get("HTTP_USER_AGENT", "")),
        network=_network(environ.get("REMOTE_ADDR", "")),
        hints=hints_of(environ),
    )


@lru_cache(maxsize=10_000)
def _network(address: str) -> str:
    """ "" for what is no internet address, such as a proxy's socket."""
    try:
        return network_of(address)
    except ValueError:
        return ""


def _printable(text: str) -> str:
    """WSGI's text is Latin-1; the database takes no NUL."""
    return text[:_MAX_USER_AGENT].replace("\0", "")


_GONE = b"You are unsubscribed. You will get no more news and offers from us.\n"


def _unsubscribed(ticket: Ticket) -> None:
    try:
        with brand_scope(ticket.brand_id):
            unsubscribe(ticket, source="one_click")
    finally:
        connection.close()


def _is_one_click(environ: Environ) -> bool:
    """RFC 8058: the body is the form field List-Unsubscribe=One-Click, in either form encoding.

    The body is put back for Django, whose page has a form of its own."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return False
    if not 0 < length <= _MAX_BODY:
        return False
    body = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(body)
    if body.strip() == b"List-Unsubscribe=One-Click":
        return True
    return b'name="List-Unsubscribe"\r\n\r\nOne-Click\r\n' in body
