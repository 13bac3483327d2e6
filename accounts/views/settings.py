"""A brand's settings: what it is, who works for it, which programs may speak for it."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brand_view, get_or_404
from accounts.forms.api_keys import ApiKeyForm
from accounts.forms.brands import BrandForm
from accounts.forms.members import RoleForm
from accounts.models.api_keys import ApiKey
from accounts.models.brands import Brand
from accounts.models.members import Role
from accounts.models.users import User
from accounts.permissions import API_SCOPES, PARTNER_SCOPES
from accounts.selectors.members import may_change, members_of
from accounts.services.api_keys import create_api_key, revoke_api_key
from accounts.services.brands import is_currency_locked, update_brand
from accounts.services.members import change_role
from config.kit.errors import Conflict


@brand_view("brand.edit")
@require_http_methods(["GET", "POST"])
def brand_settings(request: HttpRequest, brand: Brand) -> HttpResponse:
    # The form writes what was typed into its instance; the page's own brand stays as stored.
    stored = Brand.objects.get(pk=brand.pk)
    form = BrandForm(
        request.POST if request.method == "POST" else None,
        instance=stored,
        is_currency_locked=is_currency_locked(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = update_brand(brand=brand, **form.values())
        except Conflict as error:
            form.add_error("slug" if error.code == "slug_taken" else None, error.message)
        else:
            messages.success(request, "Saved.")
            return redirect("brand_settings", changed.slug)
    return render(request, "accounts/brand_settings.html", {"form": form})


@brand_view("team.view")
@require_safe
def team(request: HttpRequest, brand: Brand) -> HttpResponse:
    user = cast(User, request.user)
    members = [
        (member, RoleForm(initial={"role": member.role}, auto_id=f"role-{member.pk}-%s"))
        if may_change(member, brand=brand, by=user)
        else (member, None)
        for member in members_of(brand)
    ]
    return render(request, "accounts/team.html", {"members": members})


@brand_view("team.manage")
@require_POST
def member_role(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    member = get_or_404(members_of(brand), pk=pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        role = Role(form.cleaned_data["role"])
        change_role(membership=member, role=role, brand=brand, by=cast(User, request.user))
        messages.success(request, f"{member.user} is now {role.label.lower()}.")
    else:
        messages.error(request, "Please choose one of the roles.")
    return redirect("team", brand.slug)


# A key is shown once: the answer with it must not be kept anywhere.
@brand_view("api_keys.manage")
@never_cache
@require_http_methods(["GET", "POST"])
def api_keys(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = ApiKeyForm(request.POST if request.method == "POST" else None)
    new_key = ""
    if request.method == "POST" and form.is_valid():
        _, new_key = create_api_key(brand=brand, by=cast(User, request.user), **form.cleaned_data)
        form = ApiKeyForm()
    context = {
        "form": form,
        "new_key": new_key,
        "keys": [
            (key, [(API_SCOPES | PARTNER_SCOPES).get(scope, scope) for scope in key.scopes])
            for key in ApiKey.objects.filter(brand=brand)
        ],
    }
    return render(request, "accounts/api_keys.html", context)


@brand_view("api_keys.manage")
@require_POST
def api_key_revoke(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    key = get_or_404(ApiKey.objects.filter(brand=brand), pk=pk)
    revoke_api_key(key=key)
    messages.success(request, f"“{key.name}” is revoked and opens nothing any more.")
    return redirect("api_keys", brand.slug)
