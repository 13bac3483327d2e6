"""What all pages of customers, friends and partners to be have in common: no sign-in, no cookie to
look, nothing kept by browsers in between, nothing told to the next page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]


def public_page(*methods: str) -> Callable[[View], View]:
    """A page behind an unguessable address, which is the authority for what it does; so no token
    against forged requests is asked for, and readers who refuse cookies can use it."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @require_http_methods(list(methods))
        @wraps(view)
        def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            response = view(request, **kwargs)
            response["Cache-Control"] = "no-store"
            response["Referrer-Policy"] = "no-referrer"
            response["X-Robots-Tag"] = "noindex"
            return response

        return page

    return decorate
