"""Pages of the house itself: the style guide, and what a refused form sees."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config import styleguide as samples


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component with sample data; only where nobody's customers are."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render(request, "styleguide.html", samples.context(request.GET.get("wrong") is not None))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: say what to do, and nothing about why."""
    return render(request, "403_csrf.html", status=403)
