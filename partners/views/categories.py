"""What partners offer, and whose offers keep which others away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import brand_view, get_or_404
from accounts.models.brands import Brand
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from config.kit.paging import row_id
from partners.forms.partnerships import BlockForm, CategoryForm
from partners.models.partnerships import OfferCategory
from partners.selectors.categories import category_rows
from partners.selectors.partnerships import blocks_of
from partners.services.blocks import add_block, remove_block
from partners.services.categories import add_category, rename_category
from partners.views.partnerships import found


@brand_view("partners.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = CategoryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_category(form.cleaned_data["name"])
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"“{made.name}” can be chosen now.")
            return redirect("partner_categories", brand.slug)
    return render(
        request, "partners/staff/categories.html", {"form": form, "rows": category_rows()}
    )


@brand_view("partners.edit")
@require_POST
def rename(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    category = get_or_404(OfferCategory, pk=pk)
    rename_category(category, name=request.POST.get("name", ""))
    messages.success(request, "Renamed.")
    return redirect("partner_categories", brand.slug)


@brand_view("partners.edit")
@require_POST
def block(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    partnership = found(partnership_id)
    form = BlockForm(request.POST, partnership=partnership)
    if form.is_valid():
        add_block(partnership, **form.cleaned_data)
        messages.success(request, "Kept away while offers of this partner run.")
    else:
        messages.error(request, "Please choose a category, or another partner.")
    return redirect("partnership", brand.slug, partnership_id)


@brand_view("partners.edit")
@require_POST
def unblock(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    partnership = found(partnership_id)
    row = get_or_404(blocks_of(partnership), pk=row_id(request.POST.get("block", "")))
    remove_block(row)
    messages.success(request, "No longer kept away.")
    return redirect("partnership", brand.slug, partnership_id)
