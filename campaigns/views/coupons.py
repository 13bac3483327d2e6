"""Batches of codes: how many are left, new ones from a file, the codes as a file for the shop."""

from collections.abc import Iterator
from itertools import chain

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brand_view, get_by_public_id, get_or_404
from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.forms.coupons import FILE, BatchForm, ChoiceForm, CodesForm, added_words
from campaigns.models.campaigns import Campaign
from campaigns.models.coupons import CouponBatch
from campaigns.models.shops import Shop, ShopBatch
from campaigns.selectors.coupons import BATCH, cells, coupons_after, stock_of, stocks
from campaigns.selectors.shops import in_shop as in_shop_of
from campaigns.services import coupons as services
from campaigns.services.shops import request_again, request_codes
from config.kit import formats, ids
from config.kit.csvs import csv_lines
from config.kit.downloads import csv_file
from config.kit.errors import DomainError, Invalid

_ROWS = 2000
_COLUMNS = ("Code", "E-mail", "Campaign", "Given at (UTC)", "Redeemed at (UTC)")


@brand_view("campaigns.view")
@require_safe
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    return render(
        request, "campaigns/coupons/list.html", _context(BatchForm(currency=brand.currency))
    )


@brand_view("campaigns.edit")
@require_POST
def new(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = BatchForm(request.POST, request.FILES, currency=brand.currency)
    if form.is_valid():
        try:
            words = _new_batch(form, brand)
        except DomainError as error:
            form.add_error(_field(form, error), error.message)
        else:
            messages.success(request, words)
            return redirect("coupons", brand.slug)
    return render(request, "campaigns/coupons/list.html", _context(form))


@brand_view("campaigns.view")
@require_safe
def batch(request: HttpRequest, brand: Brand, batch_id: str) -> HttpResponse:
    found = get_by_public_id(CouponBatch, BATCH, batch_id)
    return render(request, "campaigns/coupons/batch.html", _shown(found, batch_id, CodesForm()))


@brand_view("campaigns.view")
@require_safe
def in_shop(request: HttpRequest, brand: Brand, batch_id: str) -> HttpResponse:
    """How far the shop is; asked for again and again while it makes codes."""
    found = in_shop_of(get_by_public_id(CouponBatch, BATCH, batch_id))
    if found is None:
        return redirect("coupon_batch", brand.slug, batch_id)
    context = {"in_shop": found, "batch_id": batch_id}
    return render(request, "campaigns/coupons/in_shop.html", context)


@brand_view("campaigns.edit")
@require_POST
def shop_again(request: HttpRequest, brand: Brand, batch_id: str) -> HttpResponse:
    """Go on with a batch that went wrong in the shop."""
    found = get_by_public_id(CouponBatch, BATCH, batch_id)
    request_again(get_or_404(ShopBatch, batch=found))
    messages.success(request, "The shop is asked again.")
    return redirect("coupon_batch", brand.slug, batch_id)


@brand_view("campaigns.edit")
@require_POST
def codes(request: HttpRequest, brand: Brand, batch_id: str) -> HttpResponse:
    """More codes for a batch."""
    found = get_by_public_id(CouponBatch, BATCH, batch_id)
    form = CodesForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            added = services.add_codes(found, form.codes())
        except DomainError as error:
            form.add_error("file", error.message)
        else:
            messages.success(request, added_words(added, brand))
            return redirect("coupon_batch", brand.slug, batch_id)
    return render(request, "campaigns/coupons/batch.html", _shown(found, batch_id, form))


@brand_view("customers.export")
@require_safe
def codes_csv(request: HttpRequest, brand: Brand, batch_id: str) -> HttpResponseBase:
    """All codes of a batch with who got them, for the shop."""
    found = get_by_public_id(CouponBatch, BATCH, batch_id)
    name = slugify(found.name) or "coupons"
    return csv_file(csv_lines(chain([_COLUMNS], _lines(brand.pk, found.pk))), name=name)


@brand_view("campaigns.edit")
@require_http_methods(["POST"])
def choose(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Which batch a campaign takes its codes from."""
    campaign = get_or_404(Campaign, pk=pk)
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        raise Invalid("Choose one of the batches.")
    services.choose_batch(campaign, form.cleaned_data["batch"])
    messages.success(request, "Saved.")
    return redirect("campaign_edit", brand.slug, pk)


def _shown(found: CouponBatch, batch_id: str, form: CodesForm) -> dict[str, object]:
    return {
        "stock": stock_of(found),
        "batch_id": batch_id,
        "form": form,
        "in_shop": in_shop_of(found),
    }


def _new_batch(form: BatchForm, brand: Brand) -> str:
    """A batch with its codes, wherever they come from; what to say about it."""
    if form.cleaned_data["source"] in ("", FILE):
        codes = form.codes()
        return added_words(services.add_codes(services.create_batch(**form.terms()), codes), brand)
    said = form.cleaned_data
    made = {"count": said["count"], "prefix": said["begins_with"]}
    shop_id = form.shop_id
    batch = services.create_batch(**form.terms())
    if shop_id is None:
        count = services.make_codes(batch, **made)
        return f"{formats.number(count, brand.locale)} codes made. Bring their file to the shop."
    request_codes(batch, shop=get_or_404(Shop, pk=shop_id), **made)
    return "The shop makes the codes now. They can be given away once it has confirmed them."


def _context(form: BatchForm) -> dict[str, object]:
    shown = [(stock, ids.encode(BATCH, stock.batch.uid)) for stock in stocks()]
    return {"stocks": shown, "form": form}


def _field(form: BatchForm, error: DomainError) -> str:
    """Beside which field a refusal stands."""
    named = next(iter(error.fields), "name")
    return named if named in form.fields else "name"


def _lines(brand_id: int, batch_id: int) -> Iterator[tuple[str, ...]]:
    """Each part opens its own scope, for the view's has closed by then."""
    after = 0
    while True:
        with brand_scope(brand_id):
            rows = coupons_after(batch_id, after=after, limit=_ROWS)
            lines = list(cells(rows))
        if not rows:
            return
        after = rows[-1].pk
        yield from lines
