"""What load balancers ask: is the process alive, and can it serve?"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.doctor import READINESS, examine


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, role, migrations and broker are well, else 503. Names only: the page is
    open to everyone."""
    findings = examine(READINESS)
    ready = all(finding.ok for finding in findings)
    return JsonResponse(
        {"ready": ready, "checks": {finding.name: finding.ok for finding in findings}},
        status=200 if ready else 503,
    )
