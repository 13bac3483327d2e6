"""Reward settings: what the shop can spend, what a point is worth, when a debt is given up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import brand_view
from accounts.models.brands import Brand
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from referrals.forms.settings import RewardSettingsForm
from referrals.services.settings import change_reward_settings, reward_settings


@brand_view("referrals.pay")
@require_http_methods(["GET", "HEAD", "POST"])
def rewards(request: HttpRequest, brand: Brand) -> HttpResponse:
    row = reward_settings()
    form = RewardSettingsForm(request.POST or None, row=row, currency=brand.currency)
    if request.method == "POST" and form.is_valid():
        try:
            change_reward_settings(**form.values())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Saved. It holds for what is promised from now on.")
            return redirect("referral_settings", brand.slug)
    return render(request, "referrals/staff/settings.html", {"form": form})
