"""A draft rendered for everybody it would go to: asking for it, and how far it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from accounts.access import brand_view, get_or_404
from accounts.models.brands import Brand
from campaigns.models.campaigns import Campaign
from campaigns.models.editor import Preflight
from campaigns.services.preflight import request_look


@brand_view("campaigns.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def everybody(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Once it is done, the checks are asked for again and say what was found."""
    campaign = get_or_404(Campaign.objects.select_related("segment"), pk=pk)
    if request.method == "POST":
        request_look(campaign)
    if not getattr(request, "htmx", False):
        return redirect("campaign_edit", brand.slug, pk)
    run = Preflight.objects.filter(campaign=campaign).first()
    context = {"document": campaign, "run": run}
    response = render(request, "campaigns/editor/preflight.html", context)
    if run is None or run.finished_at:
        return trigger_client_event(response, "looked-at-everybody", after="settle")
    return response
