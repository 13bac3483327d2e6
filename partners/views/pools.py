"""The brand's pools of vouchers: what is left and for how long, new codes, the codes as a file for
the partner's till."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.forms.coupons import added_words
from config.kit import formats, ids
from config.kit.csvs import csv_lines
from config.kit.downloads import csv_file
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from config.kit.paging import page_of, row_id
from partners.forms.vouchers import CodesForm, MakeForm, PoolForm, VoidForm
from partners.models.partnerships import Partnership
from partners.models.vouchers import Voucher, VoucherPool
from partners.rules.vouchers import normal
from partners.selectors.names import PARTNERSHIP, POOL
from partners.selectors.till import used_of_pool
from partners.selectors.vouchers import free_codes_after, pools, stock_of, stocks_of, worth
from partners.services import vouchers as services
from partners.views.redemption_lists import list_page

# Of codes: they cannot be any, or are another pool's.
REFUSED = "could not be taken"
_ROWS = 2000
_REDEMPTIONS = 20
_POOLS = 50


@brand_view("partners.view")
@require_safe
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    return _index(request, PoolForm(brand=brand))


@brand_view("partners.edit")
@require_POST
def new(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = PoolForm(request.POST, brand=brand)
    if form.is_valid():
        try:
            pool = services.create_pool(form.cleaned_data["partnership"], **form.terms())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "The pool is there. Now it needs codes.")
            return redirect("voucher_pool", brand.slug, ids.encode(POOL, pool.uid))
    return _index(request, form)


@brand_view("partners.view")
@require_safe
def pool(request: HttpRequest, brand: Brand, pool_id: str) -> HttpResponse:
    return _page(request, _pool(pool_id), pool_id)


@brand_view("partners.edit")
@require_POST
def codes(request: HttpRequest, brand: Brand, pool_id: str) -> HttpResponse:
    """More codes, from a file of the partner's."""
    found, form = _pool(pool_id), CodesForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            added = services.add_codes(found, form.codes())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, added_words(added, brand, refused=REFUSED))
            return redirect("voucher_pool", brand.slug, pool_id)
    return _page(request, found, pool_id, codes_form=form)


@brand_view("partners.edit")
@require_POST
def make(request: HttpRequest, brand: Brand, pool_id: str) -> HttpResponse:
    """More codes, made here."""
    found, form = _pool(pool_id), MakeForm(request.POST)
    if form.is_valid():
        try:
            said = form.cleaned_data
            count = services.make_codes(found, count=said["count"], prefix=said["begins_with"])
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{formats.number(count, brand.locale)} codes made.")
            return redirect("voucher_pool", brand.slug, pool_id)
    return _page(request, found, pool_id, make_form=form)


@brand_view("partners.edit")
@require_POST
def void(request: HttpRequest, brand: Brand, pool_id: str) -> HttpResponse:
    """Take back one voucher that was not used."""
    found, form = _pool(pool_id), VoidForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        rows = Voucher.objects.filter(pool=found, code_norm=normal(said["code"]))
        if services.void_vouchers(rows.values_list("pk", flat=True), reason=said["reason"]):
            messages.success(request, "Taken back. At the till it holds no longer.")
            return redirect("voucher_pool", brand.slug, pool_id)
        form.add_error("code", "There is no such code here that was not used.")
    return _page(request, found, pool_id, void_form=form)


@brand_view("partners.edit")
@require_POST
def close(request: HttpRequest, brand: Brand, pool_id: str) -> HttpResponse:
    services.close_pool(_pool(pool_id))
    messages.success(request, "Closed. Vouchers that were given hold until their last day.")
    return redirect("voucher_pool", brand.slug, pool_id)


@brand_view("partners.edit")
@require_safe
def codes_csv(request: HttpRequest, brand: Brand, pool_id: str) -> HttpResponseBase:
    """Codes that nobody has yet, for the partner's own till."""
    found = _pool(pool_id)
    name = slugify(found.name) or "vouchers"
    return csv_file(
        csv_lines(chain([("Code",)], codes_of(brand, found, free_codes_after))), name=name
    )


@brand_view("partners.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def redemptions(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponseBase:
    """A list of redemptions that the partner sent to the brand."""
    rows = Partnership.objects.select_related("brand")
    found = get_by_public_id(rows, PARTNERSHIP, partnership_id)
    back = request.path
    return list_page(request, found, template="partners/vouchers/staff_redemptions.html", back=back)


def codes_of(
    brand: Brand, pool: VoucherPool, read: Callable[..., list[Voucher]]
) -> Iterator[tuple[str]]:
    """Each part opens its own scope, for the view's has closed by then."""
    after = 0
    while True:
        with brand_scope(brand):
            rows = read(pool.pk, after=after, limit=_ROWS)
        if not rows:
            return
        after = rows[-1].pk
        yield from ((row.code,) for row in rows)


def _index(request: HttpRequest, form: PoolForm) -> HttpResponse:
    page = page_of(pools(), limit=_POOLS, after=row_id(request.GET.get("below", "")))
    context = {
        "stocks": [
            (each, ids.encode(POOL, each.pool.uid), worth(each.pool))
            for each in stocks_of(page.items)
        ],
        "older_pools": f"?below={page.items[-1].pk}" if page.has_more else "",
        "form": form,
    }
    return render(request, "partners/vouchers/pools.html", context)


def _pool(pool_id: str) -> VoucherPool:
    rows = VoucherPool.objects.select_related("brand", "partnership")
    return get_by_public_id(rows, POOL, pool_id)


def _page(request: HttpRequest, found: VoucherPool, pool_id: str, **forms: Any) -> HttpResponse:
    context = {
        "stock": stock_of(found),
        "worth": worth(found),
        "pool_id": pool_id,
        "partnership_id": ids.encode(PARTNERSHIP, found.partnership.uid),
        "used": used_of_pool(found, most=_REDEMPTIONS),
        "codes_form": CodesForm(),
        "make_form": MakeForm(),
        "void_form": VoidForm(),
        **forms,
    }
    return render(request, "partners/vouchers/pool.html", context)
