"""Settings, sending: which way mail leaves, how fast, and one mail to try it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import brand_view
from accounts.models.brands import Brand
from campaigns.channels.email.trial import Trial
from campaigns.forms.transports import PaceForm, TransportForm, TrialForm
from campaigns.models.transports import Transport
from campaigns.selectors.transports import transport, trial_of
from campaigns.services import transports as services
from config.kit.errors import Conflict, DomainError, Invalid
from config.kit.forms import show_refusal
from config.kit.limits import count_within

TESTS_PER_HOUR = 30


@brand_view("brand.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    row = transport()
    form = TransportForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            _use(form)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Saved. Send a test to see that it works.")
            return redirect("sending", brand.slug)
    return _page(request, row, form=form)


def _use(form: TransportForm) -> None:
    kind = form.cleaned_data["kind"]
    if kind == Transport.Kind.HOUSE:
        services.use_house()
    elif kind == Transport.Kind.SMTP:
        services.use_server(form.server())
    else:
        services.use_provider(kind, key=form.cleaned_data["password"] or None)


@brand_view("brand.edit")
@require_POST
def pace(request: HttpRequest, brand: Brand) -> HttpResponse:
    row = transport()
    form = PaceForm(request.POST, row=row)
    if form.is_valid():
        try:
            services.set_pace(**form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Saved. It holds within seconds.")
            return redirect("sending", brand.slug)
    return _page(request, row, pace_form=form)


@brand_view("brand.edit", opens_scope=False)
@require_POST
def test(request: HttpRequest, brand: Brand) -> HttpResponse:
    """One mail, and what became of it; without htmx the page says it too."""
    try:
        trial = _tried(request, brand)
    except DomainError as error:
        trial = Trial("refused", error.message)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "campaigns/sending/trial.html", {"trial": trial})
    say = messages.success if trial.is_good else messages.error
    say(request, trial.words)
    return redirect("sending", brand.slug)


def _tried(request: HttpRequest, brand: Brand) -> Trial:
    left, _ = count_within(f"sending-tests:{brand.pk}", most=TESTS_PER_HOUR, seconds=3600)
    if left < 0:
        raise Conflict("That is enough tests for this hour. Try again in the next one.")
    form = TrialForm(request.POST)
    if not form.is_valid():
        raise Invalid("Write an e-mail address, for example your own.")
    return services.try_out(brand, address=form.cleaned_data["address"])


def _page(request: HttpRequest, row: Transport, **forms: Any) -> HttpResponse:
    context = {
        "form": forms.get("form") or TransportForm(None, row=row),
        "pace_form": forms.get("pace_form") or PaceForm(None, row=row),
        "trial_form": TrialForm(initial={"address": request.user.email}),  # type: ignore[union-attr]
        "transport": row,
        "trial": trial_of(row),
    }
    return render(request, "campaigns/sending/settings.html", context)
