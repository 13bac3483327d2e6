"""Where the mail server hands over mail that came back: bounces and complaints."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from campaigns.channels.email.reports import MAX_BYTES
from campaigns.services.inbound import take_mail


# Exempt: the installation's secret is the authority.
@csrf_exempt
@require_POST
def mail(request: HttpRequest) -> HttpResponse:
    """The raw mail as body; the envelope's recipient as X-Envelope-To, if the server knows it."""
    offered = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.INBOUND_SECRET or not constant_time_compare(offered, settings.INBOUND_SECRET):
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > MAX_BYTES:
        return HttpResponse("too large\n", status=413, content_type="text/plain")
    became = take_mail(request.body, arrived_at=request.headers.get("X-Envelope-To", ""))
    return HttpResponse(f"{became}\n", content_type="text/plain")
