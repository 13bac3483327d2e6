"""What all pages of customers, friends and partners to be have in common: no sign-in, no cookie to
look, nothing kept by browsers in between, nothing told to the next page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models.brands import Brand, BrandSlug

View = Callable[..., HttpResponse]


def public_page(*methods: str, signs_in: bool = False) -> Callable[[View], View]:
    """A page behind an unguessable address, which is the authority for what it does; so no token
    against forged requests is asked for, and readers who refuse cookies can use it.

    A page that signs somebody in (`signs_in`) asks for that token like any other: nobody must be
    signed in by another site's form."""

    def decorate(view: View) -> View:
        @require_http_methods(list(methods))
        @wraps(view)
        def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            response = view(request, **kwargs)
            response["Cache-Control"] = "no-store"
            # The check of forged requests needs to see where a form of ours comes from.
            response["Referrer-Policy"] = "same-origin" if signs_in else "no-referrer"
            response["X-Robots-Tag"] = "noindex"
            return response

        return page if signs_in else csrf_exempt(page)

    return decorate


def brand_at(slug: str) -> Brand:
    """The brand of a public address, also under a name it had before. Raises Http404."""
    brand = Brand.objects.filter(slug=slug).first()
    if brand is None:
        old = BrandSlug.objects.select_related("brand").filter(slug=slug).first()
        if old is None:
            raise Http404
        brand = old.brand
    return brand
