"""Fetch and authorise in one call: the second ring. Missing and forbidden are the same 404."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control

from accounts.models.brands import Brand, BrandSlug
from accounts.permissions import ALL_PERMISSIONS
from accounts.scope import Actor, acting, brand_scope
from accounts.selectors.brands import Access, reachable_brands
from config.kit import ids
from config.kit.errors import NotFound

P = ParamSpec("P")
M = TypeVar("M", bound=models.Model)
View = Callable[Concatenate[HttpRequest, Brand, P], HttpResponseBase]


def get_or_404(model: type[M] | models.QuerySet[M], **lookup: Any) -> M:
    """The one scoped look-up: a row of the brand in scope, or 404."""
    rows = model if isinstance(model, models.QuerySet) else cast(Any, model).objects.all()
    row = rows.filter(**lookup).first()
    if row is None:
        raise Http404
    return cast(M, row)


def get_by_public_id(model: type[M] | models.QuerySet[M], prefix: str, public_id: str) -> M:
    """The row behind an API id such as `cus_...`, or NotFound."""
    uid = ids.decode(prefix, public_id)
    rows = model if isinstance(model, models.QuerySet) else cast(Any, model).objects.all()
    row = rows.filter(uid=uid).first() if uid else None
    if row is None:
        raise NotFound(f"There is no {model_name(rows)} {public_id[:60]!r} for this key.")
    return cast(M, row)


def model_name(rows: models.QuerySet[Any]) -> str:
    return str(rows.model._meta.verbose_name)


def accesses(request: HttpRequest) -> list[Access]:
    """What the signed-in person may reach; read once per request."""
    cached = getattr(request, "_rapport_accesses", None)
    if cached is None:
        user = request.user
        cached = reachable_brands(user) if user.is_authenticated else []
        request._rapport_accesses = cached  # type: ignore[attr-defined]
    return cast(list[Access], cached)


def brand_view(
    permission: str, *, opens_scope: bool = True
) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """A page of one brand: signed in, member, allowed, in scope; else sign-in or 404.

    A view that talks to the network (`opens_scope=False`) opens the scope for its reads itself."""
    assert permission in ALL_PERMISSIONS, permission

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def wrapped(
            request: HttpRequest, brand_slug: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            access = next((a for a in accesses(request) if a.brand.slug == brand_slug), None)
            if access is None:
                return _renamed(request, brand_slug)
            if permission not in access.permissions:
                raise Http404
            request.access = access  # type: ignore[attr-defined]
            actor = Actor("user", request.user.pk, request_id=getattr(request, "request_id", ""))
            scope = brand_scope(access.brand) if opens_scope else nullcontext()
            with acting(actor), scope:
                response = view(request, access.brand, *args, **kwargs)
                # A template must not be rendered after the scope has closed.
                if isinstance(response, TemplateResponse):
                    response.render()
            # What a person may see is kept by no cache on the way (trust rule 32).
            patch_cache_control(response, private=True)
            return response

        wrapped.permission = permission  # type: ignore[attr-defined]
        return wrapped

    return decorate


def _renamed(request: HttpRequest, slug: str) -> HttpResponse:
    old = BrandSlug.objects.select_related("brand").filter(slug=slug).first()
    reachable = {access.brand.pk for access in accesses(request)}
    if old is None or old.brand_id not in reachable:
        raise Http404
    return redirect(request.get_full_path().replace(f"/b/{slug}/", f"/b/{old.brand.slug}/", 1))
