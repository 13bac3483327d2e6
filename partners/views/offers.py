"""The brand's pages about partners' offers: who runs when, and one offer with its run."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from accounts.models.users import User
from config.kit import ids
from config.kit.errors import DomainError
from config.kit.paging import row_id
from partners.models.offers import Offer
from partners.selectors import offer_lists as lists
from partners.selectors import offers as selectors
from partners.selectors import review, wording
from partners.selectors.calendar import calendar
from partners.selectors.names import OFFER
from partners.selectors.preview import preview_of
from partners.selectors.results import counts_of, lift_of_offer
from partners.services import delivery, running

_BEFORE_SENDING = {Offer.State.APPROVED, Offer.State.SCHEDULED, Offer.State.LIVE}


@brand_view("partners.view")
@require_safe
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    partners, asked = lists.partners_with_offers(), request.GET.get("partner", "")
    page = lists.offers_for_brand(
        reverse("offers", args=[brand.slug]),
        request.GET.get("show", lists.ALL),
        partnership=partners.get(asked),
        below=row_id(request.GET.get("below", "")),
    )
    context = {
        "page": page,
        "rows": [(row, ids.encode(OFFER, row.uid)) for row in page.offers],
        "show": request.GET.get("show", lists.ALL),
        "partners": [(key, each.name) for key, each in partners.items()],
        "partner": asked if asked in partners else "",
        "calendar": calendar(today=selectors.offer_day()),
        "waiting": review.waiting().count(),
    }
    return render(request, "partners/staff/offers/list.html", context)


@brand_view("partners.view")
@require_safe
def offer(request: HttpRequest, brand: Brand, offer_id: str) -> HttpResponse:
    row = _offer(offer_id)
    content = selectors.version_content(row, selectors.shown_number(row))
    ways = Offer.TRANSITIONS[Offer.State(row.state)]
    context: dict[str, Any] = {
        "offer": row,
        "offer_id": offer_id,
        "number": selectors.shown_number(row),
        "waits": selectors.waits(row),
        "facts": wording.facts(content, brand=brand, partner=row.partnership.name),
        "preview": preview_of(content, row.partnership),
        "history": selectors.history(row, for_partner=False),
        "is_unsent": row.campaign_id is None and row.state in _BEFORE_SENDING,
        "runs": Offer.State.ENDED in ways,
        "can_pause": Offer.State.PAUSED in ways,
        "results": counts_of(row) if row.campaign_id else None,
        "lift": lift_of_offer(row),
    }
    return render(request, "partners/staff/offers/offer.html", context)


@brand_view("partners.review")
@require_POST
def pause(request: HttpRequest, brand: Brand, offer_id: str) -> HttpResponse:
    note = request.POST.get("note", "")
    return _do(request, brand, offer_id, lambda row: running.pause_offer(row, note=note))


@brand_view("partners.review")
@require_POST
def resume(request: HttpRequest, brand: Brand, offer_id: str) -> HttpResponse:
    return _do(request, brand, offer_id, running.resume_offer)


@brand_view("partners.review")
@require_POST
def end(request: HttpRequest, brand: Brand, offer_id: str) -> HttpResponse:
    note = request.POST.get("note", "")
    return _do(request, brand, offer_id, lambda row: running.end_offer(row, note=note))


@brand_view("campaigns.send")
@require_POST
def send(request: HttpRequest, brand: Brand, offer_id: str) -> HttpResponse:
    """Mail it now, where it did not leave by itself."""
    row = _offer(offer_id)
    try:
        campaign = delivery.send_offer(row, by=cast(User, request.user))
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("offer", brand.slug, offer_id)
    messages.success(request, "It is on its way to those who said yes to such offers.")
    return redirect("campaign", brand.slug, campaign.pk)


@brand_view("partners.review")
@require_POST
def control(request: HttpRequest, brand: Brand, offer_id: str) -> HttpResponse:
    """How many do not get it, so that its effect can be measured."""
    row = _offer(offer_id)
    text = request.POST.get("percent", "")
    percent = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1
    try:
        running.set_control(row, percent=percent)
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "Kept.")
    return redirect("offer", brand.slug, offer_id)


def _do(
    request: HttpRequest, brand: Brand, offer_id: str, act: Callable[[Offer], Offer]
) -> HttpResponse:
    row = _offer(offer_id)
    try:
        act(row)
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"This offer is {row.get_state_display().lower()} now.")
    return redirect("offer", brand.slug, offer_id)


def _offer(offer_id: str) -> Offer:
    rows = Offer.objects.exclude(state=Offer.State.DRAFT)
    return get_by_public_id(
        rows.select_related("partnership__brand", "category", "campaign"), OFFER, offer_id
    )
