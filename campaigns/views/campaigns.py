"""The list of campaigns, new ones, and the few acts a campaign knows."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brand_view, get_or_404
from accounts.models.brands import Brand
from campaigns.forms.campaigns import LaunchForm, NewCampaignForm
from campaigns.models.campaigns import Campaign
from campaigns.selectors.calendar import month_of
from campaigns.selectors.campaigns import RUNNING, State, campaigns_page, row_of
from campaigns.selectors.coupons import batch_of
from campaigns.services import control, coupons, drafts, launch, variants
from campaigns.services.editing import FOOTER
from config.kit import formats
from config.kit.paging import row_id

_FILTERS: dict[str, tuple[str, tuple[State, ...]]] = {
    "": ("All", ()),
    "drafts": ("Drafts", (State.DRAFT,)),
    "scheduled": ("Scheduled", (State.SCHEDULED,)),
    "running": ("Running", RUNNING),
    "sent": ("Sent", (State.DONE, State.CANCELLED, State.FAILED)),
}


@brand_view("campaigns.view")
@require_safe
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    chosen = request.GET.get("show", "")
    label, states = _FILTERS.get(chosen, _FILTERS[""])
    below = row_id(request.GET.get("below", ""))
    page = campaigns_page(below=below, states=states)
    url = reverse("campaigns", args=[brand.slug])
    context = {
        "page": page,
        "filters": [
            (name, f"{url}?show={key}" if key else url) for key, (name, _) in _FILTERS.items()
        ],
        "active": label,
        "is_filtered": bool(states) or below is not None,
        "next_url": f"{url}?show={chosen}&below={page.next}" if page.next else "",
    }
    return render(request, "campaigns/list.html", context)


@brand_view("campaigns.view")
@require_safe
def calendar(request: HttpRequest, brand: Brand) -> HttpResponse:
    """A month of campaigns; `?month=2026-05`, else the present one."""
    first = _month(request.GET.get("month", "")) or brand.today.replace(day=1)
    month = month_of(brand, first)
    here = reverse("campaign_calendar", args=[brand.slug])
    context = {
        "month": month,
        "title": formats.month(first, brand.locale),
        "before_url": f"{here}?month={month.before:%Y-%m}",
        "after_url": f"{here}?month={month.after:%Y-%m}",
    }
    return render(request, "campaigns/calendar.html", context)


def _month(text: str) -> date | None:
    """The first day of a month of this century, as in 2026-05."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return first if 2000 <= first.year < 2100 else None


@brand_view("campaigns.view")
@require_safe
def row(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """One line of the list; asked for again and again while the campaign runs."""
    found = row_of(get_or_404(Campaign.objects.select_related("segment"), pk=pk))
    return render(request, "campaigns/row.html", {"row": found})


@brand_view("campaigns.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Name it and choose where to start; `?segment=` and `?template=` are chosen already."""
    form = NewCampaignForm(request.POST or None, initial=request.GET.dict())
    if not form.is_valid():
        return render(request, "campaigns/new.html", {"form": form})
    template = form.cleaned_data["template"]
    campaign = drafts.create_campaign(
        name=form.cleaned_data["name"],
        segment=form.cleaned_data["segment"],
        subject=template.subject if template else "",
        preheader=template.preheader if template else "",
        blocks=template.blocks if template else (FOOTER,),
        translations=template.translations if template else {},
        by=request.user,  # type: ignore[arg-type]
    )
    return redirect("campaign_edit", brand.slug, campaign.pk)


@brand_view("campaigns.edit")
@require_POST
def copy(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """A new draft with the same words and audience."""
    mails = Campaign.objects.filter(channel=Campaign.Channel.EMAIL)
    campaign = get_or_404(mails.select_related("segment"), pk=pk)
    draft = drafts.create_campaign(
        name=f"{campaign.name[:110]} (copy)",
        segment=campaign.segment,
        subject=campaign.subject,
        preheader=campaign.preheader,
        blocks=campaign.blocks,
        translations=campaign.translations,
        intent=campaign.intent,
        control_percent=campaign.control_percent,
        by=request.user,  # type: ignore[arg-type]
    )
    variants.copy_variants(campaign, to=draft)
    coupons.choose_batch(draft, batch_of(campaign))
    messages.success(request, "Copied. Change what you like; nothing is sent yet.")
    return redirect("campaign_edit", brand.slug, draft.pk)


@brand_view("campaigns.edit")
@require_POST
def delete(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    campaign = get_or_404(Campaign, pk=pk)
    drafts.delete_campaign(campaign)
    messages.success(request, f"The draft “{campaign.name}” is deleted.")
    return redirect("campaigns", brand.slug)


@brand_view("campaigns.send")
@require_POST
def start(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    campaign = get_or_404(Campaign, pk=pk)
    form = LaunchForm(request.POST)
    when = form.cleaned_data if form.is_valid() else {}
    launch.launch_campaign(campaign=campaign, by=request.user, **when)  # type: ignore[arg-type]
    words = "Scheduled. It goes out by itself." if when.get("at") else "Launched. You can watch it."
    messages.success(request, words)
    return redirect("campaign", brand.slug, pk)


@brand_view("campaigns.send")
@require_POST
def unschedule(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Back to a draft, before its time has come."""
    launch.unschedule_campaign(get_or_404(Campaign, pk=pk))
    messages.success(request, "It is a draft again. Nothing is sent until you launch it.")
    return redirect("campaign_edit", brand.slug, pk)


@brand_view("campaigns.send")
@require_POST
def pause(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    return _turn(request, brand, pk, act=control.pause_campaign)


@brand_view("campaigns.send")
@require_POST
def resume(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    return _turn(request, brand, pk, act=control.resume_campaign)


@brand_view("campaigns.send")
@require_POST
def cancel(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    return _turn(request, brand, pk, act=control.cancel_campaign)


_DONE: dict[Callable[[Campaign], None], str] = {
    control.pause_campaign: "Paused. Mails already handed over still arrive.",
    control.resume_campaign: "Sending goes on.",
    control.cancel_campaign: "Cancelled. Nothing more is sent.",
}


def _turn(
    request: HttpRequest, brand: Brand, pk: int, *, act: Callable[[Campaign], None]
) -> HttpResponse:
    act(get_or_404(Campaign, pk=pk))
    messages.success(request, _DONE[act])
    return redirect("campaign", brand.slug, pk)
