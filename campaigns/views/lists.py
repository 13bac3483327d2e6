"""Campaigns by letter and phone: one page from the draft to what it brought, and the file."""

from collections.abc import Iterator
from itertools import chain

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import brand_view, get_or_404
from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.forms.lists import HandOverForm, ListForm, NewListForm
from campaigns.models.campaigns import Campaign
from campaigns.models.lists import CampaignList
from campaigns.selectors.coupons import batch_of
from campaigns.selectors.lists import (
    COLUMNS,
    check_list,
    list_of,
    making_of,
    parts_of,
    rows_of,
)
from campaigns.selectors.redeemed import Redeemed, redeemed_of
from campaigns.selectors.report import result_of
from campaigns.services import lists as services
from campaigns.services.coupons import choose_batch
from config.kit.csvs import csv_lines
from config.kit.downloads import csv_file
from config.kit.errors import DomainError

State = Campaign.State


def _list_or_404(pk: int) -> Campaign:
    rows = Campaign.objects.select_related("segment", "brand")
    return get_or_404(rows.exclude(channel=Campaign.Channel.EMAIL), pk=pk)


@brand_view("campaigns.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = NewListForm(request.POST or None, initial=request.GET.dict())
    if not form.is_valid():
        return render(request, "campaigns/lists/new.html", {"form": form})
    campaign = services.create_list(**form.cleaned_data, by=request.user)  # type: ignore[arg-type]
    return redirect("list", brand.slug, campaign.pk)


@brand_view("campaigns.view")
@require_safe
def show(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    campaign = _list_or_404(pk)
    if campaign.state == State.DRAFT:
        return _draft(request, campaign, _draft_form(campaign))
    return _launched(request, campaign, HandOverForm.for_day(brand.today))


@brand_view("campaigns.edit")
@require_POST
def save(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    campaign = _list_or_404(pk)
    form = ListForm(request.POST)
    if form.is_valid():
        try:
            services.update_list(campaign, **form.words())
            choose_batch(campaign, form.cleaned_data["batch"])
        except DomainError as error:
            named = next(iter(error.fields), "name")
            form.add_error(named if named in form.fields else "name", error.message)
        else:
            messages.success(request, "Saved.")
            return redirect("list", brand.slug, pk)
    return _draft(request, campaign, form)


@brand_view("campaigns.approve")
@require_POST
def approve(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    services.approve_list(_list_or_404(pk), by=request.user)  # type: ignore[arg-type]
    messages.success(request, "Approved. The list is being made.")
    return redirect("list", brand.slug, pk)


@brand_view("campaigns.view")
@require_safe
def progress(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """The moving part while a list is made; then the whole page is shown anew."""
    campaign = _list_or_404(pk)
    own = list_of(campaign)
    if own.ready_at is not None or campaign.state not in (State.LAUNCHING, State.SENDING):
        return HttpResponseClientRefresh()
    context = {"campaign": campaign, "making": making_of(campaign)}
    return render(request, "campaigns/lists/progress.html", context)


@brand_view("customers.export")
@require_safe
def file(request: HttpRequest, brand: Brand, pk: int) -> HttpResponseBase:
    """The list as CSV; it is written anew each time, so that no copy of addresses lies about."""
    campaign = _list_or_404(pk)
    try:
        services.fetch_list(campaign)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("list", brand.slug, pk)
    lines = _lines(brand.pk, campaign, parts_of(campaign))
    return csv_file(
        csv_lines(chain([COLUMNS[campaign.channel]], lines)), name=slugify(campaign.name) or "list"
    )


@brand_view("campaigns.send")
@require_POST
def hand_over(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    campaign = _list_or_404(pk)
    form = HandOverForm(request.POST)
    if form.is_valid():
        try:
            services.hand_over_list(campaign, **form.cleaned_data, by=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            form.add_error("on", error.message)
        else:
            messages.success(request, "Noted. Everybody on the list counts as written to.")
            return redirect("list", brand.slug, pk)
    return _launched(request, campaign, form)


@brand_view("campaigns.send")
@require_POST
def cancel(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    services.cancel_list(_list_or_404(pk))
    messages.success(request, "Cancelled. Nobody on it counts as written to.")
    return redirect("list", brand.slug, pk)


def _draft(request: HttpRequest, campaign: Campaign, form: ListForm) -> HttpResponse:
    context = {
        "campaign": campaign,
        "form": form,
        "check": check_list(campaign),
        "columns": COLUMNS[campaign.channel],
        "own": list_of(campaign),
    }
    return render(request, "campaigns/lists/draft.html", context)


def _draft_form(campaign: Campaign) -> ListForm:
    own: CampaignList = list_of(campaign)
    initial = {
        "name": campaign.name,
        "segment": campaign.segment_id,
        "intent": campaign.intent,
        "control_percent": campaign.control_percent,
        "batch": batch_of(campaign),
        "link": own.link,
        "notes": own.notes,
    }
    return ListForm(initial=initial)


def _launched(request: HttpRequest, campaign: Campaign, form: HandOverForm) -> HttpResponse:
    own = list_of(campaign)
    context = {
        "campaign": campaign,
        "own": own,
        "is_being_made": campaign.state in (State.LAUNCHING, State.SENDING) and not own.ready_at,
        "is_waiting": campaign.state == State.SENDING and own.ready_at is not None,
        "form": form,
        "making": making_of(campaign),
        "columns": COLUMNS[campaign.channel],
        "batch": batch_of(campaign),
        "redeemed": redeemed_of([campaign.pk]).get(campaign.pk, Redeemed()),
        "result": result_of(campaign),
    }
    return render(request, "campaigns/lists/show.html", context)


def _lines(brand_id: int, campaign: Campaign, parts: list[int]) -> Iterator[tuple[str, ...]]:
    """Each part opens its own scope, for the view's has closed by then."""
    for part in parts:
        with brand_scope(brand_id):
            lines = list(rows_of(campaign, part))
        yield from lines
