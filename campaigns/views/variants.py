"""The variants of a campaign: adding, removing, the share they are tried on, the winner."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.access import brand_view, get_or_404
from accounts.models.brands import Brand
from campaigns.forms.variants import ShareForm
from campaigns.models.campaigns import Campaign
from campaigns.models.variants import CampaignVariant
from campaigns.services import variants


@brand_view("campaigns.edit")
@require_POST
def add(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    variant = variants.add_variant(get_or_404(Campaign, pk=pk))
    return redirect("variant_edit", brand.slug, variant.pk)


@brand_view("campaigns.edit")
@require_POST
def remove(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    variant = get_or_404(CampaignVariant.objects.select_related("campaign"), pk=pk)
    variants.remove_variant(variant)
    messages.success(request, f"Variant {variant.letter} is removed.")
    return redirect("campaign_edit", brand.slug, variant.campaign_id)


@brand_view("campaigns.edit")
@require_POST
def share(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    campaign = get_or_404(Campaign, pk=pk)
    form = ShareForm(request.POST)
    if form.is_valid():
        variants.set_test_percent(campaign, form.cleaned_data["percent"])
        messages.success(request, "Saved.")
    else:
        messages.error(request, str(form.errors["percent"][0]))
    return redirect("campaign_edit", brand.slug, pk)


@brand_view("campaigns.send")
@require_POST
def winner(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Send one variant to everybody who waited for it."""
    campaign = get_or_404(Campaign, pk=pk)
    letter = request.POST.get("letter", "")
    variants.choose_winner(campaign, letter=letter)
    messages.success(request, f"The rest get variant {letter}.")
    return redirect("campaign", brand.slug, pk)
