"""The demo's inbox in the browser: every mail that was sent, as its reader would see it."""

from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from campaigns.channels.email.inbox import Inbox, Letter

PAGE = 50
_DIGITS = 18  # SQLite's ids end at 2^63
# The mail may show pictures and its own styles; its links open in a new window.
MAIL_POLICY = (
    "default-src 'none'; img-src https: http: data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
View = Callable[..., HttpResponse]


def demo_only(view: View) -> View:
    """Everybody's mail is open to all here, so there is no such page outside the demo."""

    @require_safe
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


@demo_only
def index(request: HttpRequest) -> HttpResponse:
    """Newest first, fifty to a page; `to` finds the mails to one address."""
    to = request.GET.get("to", "")[:254]
    inbox = _inbox()
    entries = inbox.entries(to=to, before=_before(request), limit=PAGE + 1)
    shown = entries[:PAGE]
    next_url = ""
    if len(entries) > PAGE:
        next_url = "?" + urlencode({"to": to, "before": str(shown[-1].id)})
    context = {"entries": shown, "to": to, "total": inbox.count(), "next_url": next_url}
    return render(request, "inbox/list.html", context)


@demo_only
def read(request: HttpRequest, number: int) -> HttpResponse:
    """One mail: HTML in a frame, plain text or source. A mail without HTML opens as text."""
    letter = _letter(number)
    base = reverse("inbox_mail", args=[number])
    views = [("Plain text", f"{base}?view=text"), ("Source", f"{base}?view=source")]
    if letter.html:
        views.insert(0, ("As a page", base))
    view = request.GET.get("view", "html" if letter.html else "text")
    active, plain = {
        "text": ("Plain text", letter.text),
        "source": ("Source", letter.source),
    }.get(view, ("As a page", ""))
    context = {"entry": letter.entry, "views": views, "active": active, "plain": plain}
    return render(request, "inbox/mail.html", context)


@demo_only
def html(request: HttpRequest, number: int) -> HttpResponse:
    """The mail's own HTML, for the frame, with its own policy."""
    content = _letter(number).html.replace("<head>", '<head><base target="_blank">', 1)
    response = HttpResponse(content or "<p>This mail has no HTML part.</p>")
    response["Content-Security-Policy"] = MAIL_POLICY
    return response


def _before(request: HttpRequest) -> int | None:
    """The last id already seen; a number that no mail can have is not found."""
    before = request.GET.get("before", "")
    if not before.isdecimal():
        return None
    if len(before) > _DIGITS:
        raise Http404
    return int(before)


def _inbox() -> Inbox:
    return _kept_open(settings.RAPPORT_HOME / "inbox")


@lru_cache(maxsize=1)
def _kept_open(folder: Path) -> Inbox:
    return Inbox(folder)


def _letter(number: int) -> Letter:
    letter = _inbox().letter(number) if number < 10**_DIGITS else None
    if letter is None:
        raise Http404
    return letter
