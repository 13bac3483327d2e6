"""The true mail beside the editor, as one chosen customer would read it."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import brand_view
from accounts.models.brands import Brand
from campaigns.rules.program import Recipient
from campaigns.selectors.content import Content
from campaigns.selectors.preview import (
    EVERYBODY,
    audience_sample,
    neighbours,
    people,
    preview_of,
    recipient_of,
)
from campaigns.views.documents import address, document_or_404, language_of, shown_content
from config.kit.errors import DomainError

NO_SUBJECT = "No subject yet"
NO_ADDRESS = "No postal address yet"
VIEWS = (
    ("desktop", "Desktop", "monitor"),
    ("phone", "Phone", "smartphone"),
    ("dark", "Dark", "moon"),
    ("bare", "No images", "image-off"),
    ("text", "Plain text", "file-text"),
)
# As mail programs do that darken mails by themselves: everything but pictures is turned round.
_DARKENED = (
    "<style>html{background:#fff;filter:invert(0.9) hue-rotate(180deg)}"
    "img{filter:invert(1) hue-rotate(180deg)}</style></head>"
)

# The mail is somebody's text: it may show pictures and its own styles, and do nothing.
MAIL_POLICY = (
    "default-src 'none'; img-src https: http: data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
)
BARE_POLICY = MAIL_POLICY.replace("img-src https: http: data:;", "")


@brand_view("campaigns.view")
@require_safe
def mail(request: HttpRequest, brand: Brand, owner: str, pk: int) -> HttpResponse:
    """The mail itself, for the frame: HTML, or plain text with `view=text`."""
    document = document_or_404(owner, pk)
    content = shown_content(document, brand, language_of(request, document))
    try:
        shown = preview_of(completed(content), _chosen(request))
    except DomainError as error:
        response = render(request, "campaigns/mail/problem.html", {"problem": error.message})
    else:
        if request.GET.get("view") == "text":
            response = render(request, "campaigns/mail/text.html", {"text": shown.text})
        elif request.GET.get("view") == "dark":
            response = HttpResponse(shown.html.replace("</head>", _DARKENED, 1))
        else:
            response = HttpResponse(shown.html)
    is_bare = request.GET.get("view") == "bare"
    response["Content-Security-Policy"] = BARE_POLICY if is_bare else MAIL_POLICY
    return response


@brand_view("campaigns.view")
@require_safe
def pane(request: HttpRequest, brand: Brand, owner: str, pk: int) -> HttpResponse:
    """Subject, sender and frame, with the way to the next person and to other sizes."""
    document = document_or_404(owner, pk)
    language = language_of(request, document)
    content = shown_content(document, brand, language)
    context = pane_context(request, content, address("preview", document, brand))
    context["language"] = language
    context["urls"] = {name: address(name, document, brand) for name in ("mail", "people")}
    return render(request, "campaigns/editor/preview.html", context)


@brand_view("campaigns.view")
@require_safe
def find(request: HttpRequest, brand: Brand, owner: str, pk: int) -> HttpResponse:
    """Customers whose name or address begins with `q`, each leading to their preview."""
    document = document_or_404(owner, pk)
    context = {
        "found": people(request.GET.get("q", "")),
        "searched": bool(request.GET.get("q", "").strip()),
        "pane_url": address("preview", document, brand),
        "view": _view(request),
        "language": language_of(request, document),
    }
    return render(request, "campaigns/editor/people.html", context)


def pane_context(request: HttpRequest, content: Content, url: str) -> dict[str, Any]:
    """What the preview's template needs besides its addresses."""
    recipient = previewed(request, content)
    chosen_id = recipient.customer_id if recipient else 0
    context: dict[str, Any] = {
        "recipient": recipient,
        "chosen_id": chosen_id,
        "content": content,
        "view": _view(request),
        "views": VIEWS,
        "pane_url": url,
    }
    if recipient and content.rule is not None and content.as_of is not None:
        context["beside"] = neighbours(chosen_id, content.rule, as_of=content.as_of)
    try:
        context["shown"] = preview_of(completed(content), recipient)
    except DomainError as error:
        context["problem"] = error.message
    return context


def previewed(request: HttpRequest, content: Content) -> Recipient | None:
    """Whom the preview shows: the chosen person, else the first one."""
    return _chosen(request) or _first(content)


def completed(content: Content) -> Content:
    """So that a mail is seen from its first block on; the checks say what it still lacks."""
    return msgspec.structs.replace(
        content,
        subject=content.subject if content.subject.strip() else NO_SUBJECT,
        postal_address=content.postal_address if content.postal_address.strip() else NO_ADDRESS,
    )


def _chosen(request: HttpRequest) -> Recipient | None:
    """The person named by `as`, if it is one of this brand's."""
    asked = request.GET.get("as", "")
    return recipient_of(int(asked)) if asked.isdecimal() and len(asked) < 19 else None


def _first(content: Content) -> Recipient | None:
    """The first person of the audience, else any customer: a real one shows more than a made-up."""
    if content.as_of is None:
        return None
    ids = audience_sample(content.rule or EVERYBODY, as_of=content.as_of, limit=1)
    return recipient_of(ids[0]) if ids else None


def _view(request: HttpRequest) -> str:
    asked = request.GET.get("view", "")
    return asked if asked in {name for name, _, _ in VIEWS} else "desktop"
