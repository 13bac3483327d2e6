"""Pages of the house itself: the style guide, and what a lost visitor or refused form sees."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found

from accounts.api.base import PROBLEM, problem_document
from config import styleguide as samples

_LINKS_IN_MAILS = ("/c/", "/o/", "/u/")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component with sample data; only where nobody's customers are."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render(request, "styleguide.html", samples.context(request.GET.get("wrong") is not None))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: say what to do, and nothing about why."""
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """A page for a person; a problem document (RFC 9457) for a program with a wrong address.

    Who follows a broken link in a mail is a customer of some brand and has no account here."""
    if request.path.startswith(_LINKS_IN_MAILS):
        return render(request, "campaigns/link_broken.html", status=404)
    if not request.path.startswith("/api/v1/"):
        return page_not_found(request, exception)
    detail = "There is no such address. Addresses of the API do not end with a slash."
    problem = {**problem_document(404, "not_found", detail), "instance": request.path}
    return JsonResponse(problem, status=404, content_type=PROBLEM)
