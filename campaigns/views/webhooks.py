"""Where mail providers tell of bounces and complaints; each answers only when it is set up."""

from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models.brands import Brand
from campaigns.channels.providers import mailgun, ses
from campaigns.channels.providers.hooks import Call
from campaigns.channels.providers.mailgun import BadWebhook
from campaigns.selectors.transports import hook_address
from campaigns.services.inbound import take_hook, take_report
from config.kit.clock import now
from config.kit.egress import fetch

_MAX_CERTIFICATE = 20_000
_SECONDS = 5.0


# Exempt, all: the provider's signature is the authority.
@csrf_exempt
@require_POST
def from_mailgun(request: HttpRequest) -> HttpResponse:
    if not settings.MAILGUN_SIGNING_KEY:
        raise Http404
    try:
        report = mailgun.read_webhook(request.body, key=settings.MAILGUN_SIGNING_KEY, at=now())
    except BadWebhook as error:
        return _refused(error)
    return _answer(take_report(report) if report else "ignored")


@csrf_exempt
@require_POST
def from_ses(request: HttpRequest) -> HttpResponse:
    if not settings.SES_TOPICS:
        raise Http404
    try:
        envelope = ses.open_envelope(
            request.body, topics=settings.SES_TOPICS, certificate=_certificate
        )
    except BadWebhook as error:
        return _refused(error)
    if envelope.type == "SubscriptionConfirmation":
        if ses.is_amazons(envelope.subscribe_url):
            fetch(envelope.subscribe_url, max_bytes=_MAX_CERTIFICATE, timeout=_SECONDS)
        return _answer("confirmed")
    became = [take_report(report) for report in ses.reports_in(envelope)]
    return _answer(" ".join(became) or "ignored")


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def from_provider(request: HttpRequest, brand: UUID, kind: str) -> HttpResponse:
    """Of a brand's own account: believed by its own key, and about its own mails. Some providers
    look first, by HEAD, whether anybody is there."""
    owner = Brand.objects.filter(uid=brand).first()
    if owner is None:
        raise Http404
    call = Call(request.body, request.headers, hook_address(owner, kind), now())
    try:
        became = take_hook(owner, kind, call if request.method == "POST" else None)
    except BadWebhook as error:
        return _refused(error)
    return _answer(became)


@lru_cache(maxsize=8)
def _certificate(url: str) -> bytes:
    return fetch(url, max_bytes=_MAX_CERTIFICATE, timeout=_SECONDS).body


def _answer(became: str) -> HttpResponse:
    return HttpResponse(f"{became}\n", content_type="text/plain")


def _refused(error: BadWebhook) -> HttpResponse:
    return HttpResponse(f"{error}\n", status=403, content_type="text/plain")
