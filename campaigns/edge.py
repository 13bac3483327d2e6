"""The fast path for links in mails, ahead of Django: /c/<token> and the one-click POST /u/<token>.

A click or unsubscribe is stored before the answer. Everything else, and every token that does not
verify, goes on to Django, which has the pages for people. These addresses never change.
"""

import io
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from django.utils.encoding import iri_to_uri

from accounts.scope import brand_scope
from campaigns.selectors.content import keyring
from campaigns.services.feedback import link_target, record_click, unsubscribe
from config.kit.errors import NotFound
from config.kit.tokens import Purpose, Ticket, read_ticket

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_MAX_BODY = 4_096
_PRIVATE = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex"),
    ("X-Content-Type-Options", "nosniff"),
]


class Edge:
    """A WSGI application around Django's."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._answer_for(environ)
        if answer is None:
            return self._application(environ, start_response)
        status, headers, body = answer
        length = ("Content-Length", str(len(body)))
        start_response(status, [*headers, length, *_PRIVATE])
        return [body]

    def _answer_for(self, environ: Environ) -> tuple[str, list[tuple[str, str]], bytes] | None:
        """Status, headers and body, or None for Django."""
        place, _, token = environ.get("PATH_INFO", "").lstrip("/").partition("/")
        method = environ.get("REQUEST_METHOD", "")
        try:
            if place == "c" and method in {"GET", "HEAD"}:
                ticket = read_ticket(keyring(), Purpose.CLICK, token)
                return _redirect(_followed(ticket, method, environ.get("HTTP_USER_AGENT", "")))
            if place == "u" and method == "POST" and _is_one_click(environ):
                ticket = read_ticket(keyring(), Purpose.UNSUBSCRIBE, token)
                _unsubscribed(ticket)
                return "200 OK", [("Content-Type", "text/plain; charset=utf-8")], _GONE
        except NotFound:
            return None
        return None


_GONE = b"You are unsubscribed. You will get no more news and offers from us.\n"


def _redirect(target: str) -> tuple[str, list[tuple[str, str]], bytes]:
    """People write addresses with any letters; a header takes ASCII, and no line break."""
    return "302 Found", [("Location", iri_to_uri(target)), ("Content-Type", "text/plain")], b""


def _followed(ticket: Ticket, method: str, user_agent: str) -> str:
    """The link's target; a GET is a click, a HEAD is only a look (trust rule 16)."""
    try:
        with brand_scope(ticket.brand_id):
            if method == "HEAD":
                return link_target(ticket)
            return record_click(ticket, user_agent=user_agent)
    finally:
        connection.close()


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
