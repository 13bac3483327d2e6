"""Turns a refusal of a service into a page or a message that says what to do."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from config.kit.errors import DomainError, NotFound


class DomainErrorMiddleware:
    """A DomainError that leaves a page's view: the transaction is already rolled back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        if isinstance(error, NotFound):
            raise Http404 from error
        back = urlsplit(request.headers.get("Referer", ""))
        is_form = request.method == "POST" and "HX-Request" not in request.headers
        if is_form and back.path and back.netloc == request.get_host():
            messages.error(request, error.message)
            # "//elsewhere.example/" would be another host, not a path of ours.
            path = "/" + back.path.lstrip("/")
            return redirect(path + (f"?{back.query}" if back.query else ""))
        return render(request, "errors/refused.html", {"error": error}, status=error.status)
