"""The front door: all brands of the person who is signed in, or a word of welcome."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import accesses
from accounts.forms.brands import BrandForm
from accounts.models.users import User
from accounts.scope import Actor, acting
from accounts.selectors.brands import is_only_partner, is_partner
from accounts.selectors.home import home_rows
from accounts.services.brands import create_brand
from config.kit.errors import Conflict


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "accounts/landing.html")
    reached = accesses(request)
    if not reached and is_only_partner(request.user):
        return redirect("partner_list")
    context = {
        "rows": home_rows([access.brand for access in reached]),
        "is_partner": is_partner(request.user),
    }
    return render(request, "accounts/home.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def brand_create(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if is_only_partner(user):
        return redirect("partner_list")
    form = BrandForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with acting(Actor("user", user.pk)):
                brand = create_brand(by=user, **form.values())
        except Conflict as error:
            form.add_error("slug", error.message)
        else:
            messages.success(request, f"{brand.name} is ready. Bring in its orders next.")
            return redirect(brand)
    return render(request, "accounts/brand_create.html", {"form": form})
