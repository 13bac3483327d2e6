"""The brand's products: the list, one of them, and what the figures assume of all."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from config.kit import formats, ids
from config.kit.figures import Bars, Series, Unit
from config.kit.paging import row_id
from config.kit.text import searched
from customers.forms.products import CategoriesForm, CostForm, MarginForm
from customers.models.products import Product
from customers.selectors import products as selectors
from customers.selectors.suggestions import rule_url
from customers.services import products as services

PREFIX = "prd"
# A segment's rule: at least one order, of a product that is yet to be said.
_BOUGHT = {"kind": "orders", "measure": "count", "op": "at_least", "value": 1}


@brand_view("brand.view")
@require_safe
def products(request: HttpRequest, brand: Brand) -> HttpResponse:
    search, category = (searched(request.GET.get(name, "")) for name in ("q", "category"))
    before, after = (row_id(request.GET.get(name, "")) for name in ("before", "after"))
    page = selectors.product_page(search=search, category=category, before=before, after=after)
    most = max((sold.minor for _, sold in page.rows), default=0)
    kept = {name: value for name, value in (("q", search), ("category", category)) if value}
    context = {
        "rows": [
            (product, sold, _link(brand, product), _share(sold.minor, most))
            for product, sold in page.rows
        ],
        "search": search,
        "category": category,
        "categories": selectors.categories(),
        "summary": _count(page.total, brand),
        "previous_url": f"?{urlencode({**kept, 'before': page.before})}" if page.before else "",
        "next_url": f"?{urlencode({**kept, 'after': page.after})}" if page.after else "",
    }
    return render(request, "customers/products/list.html", context)


@brand_view("brand.view")
@require_safe
def product(request: HttpRequest, brand: Brand, product_id: str) -> HttpResponse:
    found = get_by_public_id(Product, PREFIX, product_id)
    return _product_page(request, brand, found, CostForm(currency=brand.currency))


@brand_view("products.edit")
@require_POST
def product_cost(request: HttpRequest, brand: Brand, product_id: str) -> HttpResponse:
    found = get_by_public_id(Product, PREFIX, product_id)
    form = CostForm(request.POST, currency=brand.currency)
    if not form.is_valid():
        return _product_page(request, brand, found, form)
    services.set_cost(
        product=found,
        cost_minor=form.cleaned_data["cost"],
        valid_from=form.cleaned_data["valid_from"],
    )
    messages.success(request, "Saved.")
    return redirect("product", brand.slug, product_id)


@brand_view("products.edit")
@require_POST
def product_cost_remove(request: HttpRequest, brand: Brand, product_id: str) -> HttpResponse:
    found = get_by_public_id(Product, PREFIX, product_id)
    form = CostForm({**request.POST.dict(), "cost": "0"}, currency=brand.currency)
    if form.is_valid():
        services.remove_cost(product=found, valid_from=form.cleaned_data["valid_from"])
        messages.success(request, "Removed. The cost before it holds again.")
    return redirect("product", brand.slug, product_id)


@brand_view("products.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def product_settings(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The assumed margin, and what the shop's categories are read as."""
    asks = request.POST.get("form", "") if request.method == "POST" else ""
    data = {asks: request.POST}
    margin = MarginForm(data.get("margin"), margin_bp=selectors.assumed_margin_bp())
    categories = CategoriesForm(data.get("categories"), known=selectors.shop_categories())
    if asks == "margin" and margin.is_valid():
        services.assume_margin(margin.margin_bp())
        messages.success(request, "Saved.")
        return redirect("product_settings", brand.slug)
    if asks == "categories" and categories.is_valid():
        is_new = services.map_categories(categories.mapping())
        after = "Saved. Where money came from follows in the background." if is_new else "Saved."
        messages.success(request, after)
        return redirect("product_settings", brand.slug)
    return render(
        request, "customers/products/settings.html", {"margin": margin, "categories": categories}
    )


def _product_page(
    request: HttpRequest, brand: Brand, found: Product, form: CostForm
) -> HttpResponse:
    months = selectors.sales_by_month(found, as_of=brand.today)
    context = {
        "product": found,
        "product_id": ids.encode(PREFIX, found.uid),
        "buyers_url": rule_url(brand.slug, {**_BOUGHT, "product": found.source_id}),
        "sold": selectors.sales([found.pk]).get(found.pk, selectors.Sales()),
        "cost": selectors.cost_at(found, brand.today),
        "costs": found.costs.order_by("-valid_from"),
        "form": form,
        "bars": Bars(
            caption="Sold in each month, before refunds",
            labels=[formats.month(month, brand.locale) for month, _ in months],
            series=[Series("Sold", [minor for _, minor in months], "repeat")],
            unit=Unit(brand.currency, brand.locale),
            period="Month",
        ),
    }
    return render(request, "customers/products/product.html", context)


def _link(brand: Brand, product: Product) -> str:
    return reverse("product", args=[brand.slug, ids.encode(PREFIX, product.uid)])


def _share(minor: int, most: int) -> str:
    """How far the bar of a row reaches."""
    return f"{max(0, minor) / most:.1%}" if most > 0 else "0%"


def _count(total: int, brand: Brand) -> str:
    return f"{formats.number(total, brand.locale)} product{'' if total == 1 else 's'}"
