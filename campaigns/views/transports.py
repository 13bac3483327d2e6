"""Settings, sending: which way mail leaves, how fast, and one mail to try it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import brand_view
from accounts.models.brands import Brand
from campaigns.channels.email.trial import Trial
from campaigns.channels.providers.hooks import HOOKS
from campaigns.forms.transports import HookForm, PaceForm, TransportForm, TrialForm
from campaigns.models.transports import Transport
from campaigns.selectors.transports import hook_address, transport, trial_of
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
        said = form.cleaned_data
        services.use_provider(kind, key=said["password"] or None, user=said["username"])


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


# An address with a password in it is shown once: the answer must not be kept anywhere.
@brand_view("brand.edit")
@never_cache
@require_POST
def hook(request: HttpRequest, brand: Brand) -> HttpResponse:
    """A provider's key for its webhooks, or a new address with a password in it, shown once."""
    row = transport()
    kept = HOOKS.get(row.kind)
    if kept is None:
        raise Http404
    if kept.key == "made":
        password = services.make_hook_key(row.kind)
        address = hook_address(brand, row.kind, password=password)
        return _page(request, transport(), new_hook=address)
    form = HookForm(request.POST, label=kept.asks)
    if _is_kept(form, row.kind):
        messages.success(request, "Saved. What the provider tells is believed from now on.")
        return redirect("sending", brand.slug)
    return _page(request, row, hook_form=form)


def _is_kept(form: HookForm, kind: str) -> bool:
    if not form.is_valid():
        return False
    try:
        services.set_hook_key(kind, key=form.cleaned_data["key"])
    except DomainError as error:
        show_refusal(form, error)
        return False
    return True


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
    kept = HOOKS.get(row.kind)
    context = {
        "hook": kept,
        "hook_form": forms.get("hook_form") or (HookForm(None, label=kept.asks) if kept else None),
        "hook_address": hook_address(row.brand, row.kind) if kept and row.pk else "",
        "has_hook_key": row.kind in row.hook_keys,
        "new_hook": forms.get("new_hook"),
        "form": forms.get("form") or TransportForm(None, row=row),
        "pace_form": forms.get("pace_form") or PaceForm(None, row=row),
        "trial_form": TrialForm(initial={"address": request.user.email}),  # type: ignore[union-attr]
        "transport": row,
        "trial": trial_of(row),
    }
    return render(request, "campaigns/sending/settings.html", context)
