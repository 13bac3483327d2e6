"""A launched campaign: live while it runs, the result afterwards, the recipients as a file."""

from collections.abc import Iterator
from datetime import UTC
from itertools import chain
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import brand_view, get_or_404
from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.forms.report import WindowForm
from campaigns.models.campaigns import Campaign
from campaigns.rules import reasons
from campaigns.rules.timing import parse_wall_time
from campaigns.selectors.audience import expected_audience
from campaigns.selectors.by_segment import outcomes_by_segment
from campaigns.selectors.campaigns import RUNNING, Figures, figures_of
from campaigns.selectors.complaints import standing_of
from campaigns.selectors.report import complaints, progress_of, recipients_batch, result_of
from campaigns.selectors.variants import outcomes, waiting_people
from campaigns.services.attribution import set_attribution_days
from campaigns.views.documents import address, shown_content
from campaigns.views.preview import pane_context
from config.kit import formats
from config.kit.csvs import csv_lines
from config.kit.downloads import csv_file
from config.kit.figures import Unit

_BATCH = 2000
_COLUMNS = ("E-mail", "First name", "Last name", "Outcome", "Reason", "At (UTC)", "Clicks", "Left")


@brand_view("campaigns.view")
@require_safe
def show(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    campaign = get_or_404(Campaign.objects.select_related("segment", "brand"), pk=pk)
    if campaign.is_list:
        return redirect("list", brand.slug, pk)
    if campaign.state == Campaign.State.DRAFT and _may(request, "campaigns.edit"):
        return redirect("campaign_edit", brand.slug, pk)
    result = result_of(campaign)
    moving = _live_context(campaign, result.figures)
    context = {
        **moving,
        **pane_context(
            request,
            shown_content(campaign, brand),
            address("preview", campaign, brand),
        ),
        "urls": {name: address(name, campaign, brand) for name in ("mail", "people")},
        "result": result,
        "later": max(result.waiting - moving["waiting_people"], 0),
        "funnel": result.funnel(Unit(locale=brand.locale)),
        "complaints": complaints(campaign),
        "variants": outcomes(campaign),
        "standing": standing_of(campaign.pk),
        "window_form": _window_form(request, campaign),
        "wall": _wall_time(campaign, brand),
        "expected": expected_audience(campaign) if campaign.state == "scheduled" else None,
    }
    return render(request, "campaigns/report.html", context)


def _wall_time(campaign: Campaign, brand: Brand) -> str:
    """The time a campaign was set to, whatever the clock; empty when it went out at once."""
    if not campaign.send_at:
        return ""
    wall = parse_wall_time(campaign.send_at).replace(tzinfo=UTC)
    return formats.moment(wall, "UTC", brand.locale)


@brand_view("campaigns.edit")
@require_POST
def window(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Count orders for another number of days after a click, from the same clicks and orders."""
    campaign = get_or_404(Campaign, pk=pk)
    form = WindowForm(request.POST)
    if form.is_valid():
        set_attribution_days(campaign, **form.cleaned_data)
        messages.success(request, "Counted again.")
    else:
        messages.error(request, f"Days: {form.errors['days'][0]}")
    return redirect("campaign", brand.slug, pk)


@brand_view("campaigns.view")
@require_safe
def live(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """The moving part of a running campaign; the whole page is shown anew once it is over, or at
    another stage than the page was drawn at, so that its buttons are those of now."""
    campaign = get_or_404(Campaign, pk=pk)
    context = _live_context(campaign, figures_of([pk])[pk])
    was_at = request.GET.get("stage", context["stage"])
    if campaign.state not in RUNNING or was_at != context["stage"]:
        return HttpResponseClientRefresh()
    return render(request, "campaigns/live.html", context)


@brand_view("campaigns.view")
@require_safe
def segments(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """What came of it by segment: a part of the report of its own, since it takes a while."""
    campaign = get_or_404(Campaign, pk=pk)
    context = {"outcomes": outcomes_by_segment(campaign)}
    return render(request, "campaigns/by_segment.html", context)


@brand_view("customers.export")
@require_safe
def recipients(request: HttpRequest, brand: Brand, pk: int) -> HttpResponseBase:
    campaign = get_or_404(Campaign, pk=pk)
    name = slugify(campaign.name) or "campaign"
    return csv_file(_lines(brand.pk, campaign.pk), name=f"{name}-recipients")


def _live_context(campaign: Campaign, figures: Figures) -> dict[str, Any]:
    is_running = campaign.state in RUNNING
    progress = progress_of(campaign) if is_running else None
    waiting = waiting_people(campaign)
    is_tried = bool(progress and waiting and progress.done >= progress.total - waiting)
    return {
        "campaign": campaign,
        "is_running": is_running,
        "progress": progress,
        "figures": figures,
        "waiting_people": waiting,
        "is_tried": is_tried,
        "stage": f"{campaign.state}-tried" if is_tried else campaign.state,
    }


def _window_form(request: HttpRequest, campaign: Campaign) -> WindowForm | None:
    if not _may(request, "campaigns.edit"):
        return None
    return WindowForm(initial={"days": campaign.attribution_days}, auto_id="window-%s")


def _may(request: HttpRequest, permission: str) -> bool:
    return permission in request.access.permissions  # type: ignore[attr-defined]


def _lines(brand_id: int, campaign_id: int) -> Iterator[str]:
    """CSV in pieces, safe to open in a spreadsheet."""
    return csv_lines(chain([_COLUMNS], _cells(brand_id, campaign_id)))


def _cells(brand_id: int, campaign_id: int) -> Iterator[tuple[str, ...]]:
    """Each batch opens its own scope, for the view's has closed by then."""
    after = 0
    while True:
        with brand_scope(brand_id):
            rows = recipients_batch(campaign_id, after=after, limit=_BATCH)
        if not rows:
            return
        after = rows[-1]["id"]
        for row in rows:
            yield (
                row["customer__email"],
                row["customer__first_name"],
                row["customer__last_name"],
                row["outcome"],
                reasons.words(row["reason"]) if row["reason"] else "",
                row["at"].strftime("%Y-%m-%d %H:%M:%S"),
                str(row["clicks"]),
                "yes" if row["unsubscribes"] else "",
            )
