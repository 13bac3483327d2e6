"""Another rule of attribution, tried on what was decided: it shows, and touches nothing."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from config.kit.clock import now
from referrals.forms.replay import ReplayForm
from referrals.models.programmes import Programme
from referrals.selectors.programmes import current_version, terms_of
from referrals.selectors.replay import replay
from referrals.selectors.replayed import SHOWN, replayed
from referrals.selectors.report import PROGRAMME


@brand_view("referrals.view")
@require_safe
def what_if(request: HttpRequest, brand: Brand, programme_id: str) -> HttpResponse:
    """`?model=`, `?window_days=` and `?period=` days back; without them the form alone."""
    programme = get_by_public_id(Programme, PROGRAMME, programme_id)
    if not programme.version:
        raise Http404
    attribution = terms_of(current_version(programme)).attribution
    form = ReplayForm(request.GET or None, attribution=attribution)
    context: dict[str, Any] = {"programme": programme, "programme_id": programme_id}
    context |= {"form": form, "shown": SHOWN}
    if form.is_bound and form.is_valid():
        until = now()
        since = until - timedelta(days=form.cleaned_data["period"])
        found = replay(programme, attribution=form.attribution(), since=since, until=until)
        context |= {"found": found, "rows": replayed(found)}
    return render(request, "referrals/staff/what_if.html", context)
