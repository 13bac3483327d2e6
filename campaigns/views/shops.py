"""Settings, shops: which shops make coupon codes for the brand."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from campaigns.forms.shops import ShopForm, TokenForm
from campaigns.models.shops import Shop
from campaigns.selectors.shops import SHOP, ShopRow, shops
from campaigns.services import shops as services
from config.kit import ids
from config.kit.errors import DomainError


@brand_view("brand.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = ShopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_shop(**form.cleaned_data)
        except DomainError as error:
            form.add_error("token" if "token" in error.fields else "address", error.message)
        else:
            messages.success(request, "Added. New batches of coupons can be made in it.")
            return redirect("shops", brand.slug)
    context = {"form": form, "shops": [_shown(row) for row in shops()]}
    return render(request, "campaigns/shops.html", context)


@brand_view("brand.edit")
@require_POST
def token(request: HttpRequest, brand: Brand, shop_id: str) -> HttpResponse:
    """Another access token for a shop."""
    shop = get_by_public_id(Shop, SHOP, shop_id)
    services.change_token(shop, token=request.POST.get("token", ""))
    messages.success(request, "The new token is in use.")
    return redirect("shops", brand.slug)


@brand_view("brand.edit")
@require_POST
def remove(request: HttpRequest, brand: Brand, shop_id: str) -> HttpResponse:
    services.remove_shop(get_by_public_id(Shop, SHOP, shop_id))
    messages.success(request, "The shop is gone from the list.")
    return redirect("shops", brand.slug)


def _shown(row: ShopRow) -> tuple[ShopRow, str, TokenForm]:
    shop_id = ids.encode(SHOP, row.shop.uid)
    return row, shop_id, TokenForm(auto_id=f"{shop_id}-%s", use_required_attribute=False)
