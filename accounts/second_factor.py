"""Asks for the second factor before what money depends on: a proof holds for ten minutes."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models.users import User
from config.kit.clock import now

View = Callable[..., HttpResponseBase]

PROOF_HOLDS = timedelta(minutes=10)
# Where the pages of the set-up lead back to.
BACK = "second_factor_back"


def has_second_factor(request: HttpRequest) -> bool:
    """Whether the person who is signed in has set one up."""
    kinds = Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP)
    return bool(kinds.exists())


def is_proof_recent(request: HttpRequest) -> bool:
    """Whether a code was given in this session, signing in or later, in the last ten minutes."""
    records = get_authentication_records(request, cast(User, request.user))
    proofs = [record["at"] for record in records if record["method"] == "mfa"]
    return bool(proofs) and now().timestamp() - max(proofs) < PROOF_HOLDS.total_seconds()


def second_factor_required(view: View) -> View:
    """A page for which a factor must be set up and proven; it stands inside `brand_view` or
    `partner_view`, so that nobody learns here which pages there are."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not has_second_factor(request):
            request.session[BACK] = request.path
            refused = 403 if request.method == "POST" else 200
            return render(request, "accounts/second_factor.html", status=refused)
        return _asked(view, request, *args, **kwargs)

    return wrapped


def second_factor_if_set_up(view: View) -> View:
    """A page that asks those who have a factor for it, and lets others in."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not has_second_factor(request):
            return view(request, *args, **kwargs)
        return _asked(view, request, *args, **kwargs)

    return wrapped


def _asked(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """The view, or the way to give a code and come back. What was typed is not kept meanwhile: it
    may be an account number."""
    if is_proof_recent(request):
        return view(request, *args, **kwargs)
    return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.path})}")
