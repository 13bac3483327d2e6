"""The brand's gift packs: what they need, who fills it, whose share is whose, and what was sold."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brand_view, get_by_public_id, get_or_404
from accounts.models.brands import Brand
from config.kit import ids
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from config.kit.paging import row_id
from config.kit.text import searched
from customers.models.products import Product
from partners.forms.packs import PackForm, choices, numbers
from partners.models.packs import Pack, PackItem, PackPart, PackSale
from partners.models.vouchers import VoucherPool
from partners.rules.occasions import NEEDS
from partners.selectors import pack_pages
from partners.selectors.gifts import gift_address
from partners.selectors.names import PACK
from partners.selectors.packs import latest_items, pools_for_packs, table_in, title_in
from partners.services import packs as services
from partners.services.pack_sales import issue_waiting, take_part_back
from partners.services.pack_stranding import replace_part


def public_id(pack: Pack) -> str:
    return ids.encode(PACK, pack.uid)


def _pack(pack_id: str) -> Pack:
    return get_by_public_id(Pack, PACK, pack_id)


@brand_view("partners.view")
@require_safe
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    rows = [(row, public_id(row.pack)) for row in pack_pages.pack_rows()]
    return render(request, "partners/staff/packs/list.html", {"rows": rows})


@brand_view("partners.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = PackForm(request.POST or None, brand=brand)
    if request.method == "POST" and form.is_valid():
        try:
            said = form.said()
            pack = services.create_pack(**said, needs=NEEDS.get(said["occasion"], ()))
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("pack", brand.slug, public_id(pack))
    return render(request, "partners/staff/packs/new.html", {"form": form})


@brand_view("partners.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, brand: Brand, pack_id: str) -> HttpResponse:
    pack = _pack(pack_id)
    form = PackForm(request.POST or None, brand=brand, pack=pack)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_pack(pack, **form.said())
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("pack", brand.slug, pack_id)
    context = {"form": form, "pack": pack, "pack_id": pack_id}
    return render(request, "partners/staff/packs/new.html", context)


@brand_view("partners.view")
@require_safe
def show(request: HttpRequest, brand: Brand, pack_id: str) -> HttpResponse:
    pack, search = _pack(pack_id), searched(request.GET.get("search", ""))
    context: dict[str, Any] = {
        "pack": pack,
        "pack_id": pack_id,
        "split": pack_pages.split_of(pack),
        "search": search,
        "sold": pack_pages.figures_of(pack, brand) if pack.version else None,
    }
    if request.access.permissions & {"partners.edit"}:  # type: ignore[attr-defined]
        context["ideas"] = pack_pages.ideas_for(pack, brand, search=search)
        context["vouchers"] = pack_pages.vouchers_for(pack)
    return render(request, "partners/staff/packs/pack.html", context)


@brand_view("partners.edit")
@require_POST
def need(request: HttpRequest, brand: Brand, pack_id: str) -> HttpResponse:
    pack = _pack(pack_id)
    return _done(request, pack_id, lambda: services.add_need(pack, request.POST.get("need", "")))


@brand_view("partners.edit")
@require_POST
def fill(request: HttpRequest, brand: Brand, pack_id: str) -> HttpResponse:
    """A product or a pool fills a need; one that none is named for becomes a part of its own."""
    pack = _pack(pack_id)
    chosen, product, pool = (_number(request, name) for name in ("part", "product", "pool"))
    part = get_or_404(pack.parts.all(), pk=chosen) if chosen else None

    def act() -> None:
        if product:
            row = get_or_404(Product, pk=product)
            services.fill_with_product(part or _new_need(pack, str(row)), row)
        else:
            found = get_or_404(VoucherPool.objects.select_related("partnership"), pk=pool)
            services.fill_with_pool(part or _new_need(pack, found.item or found.name), found)

    return _done(request, pack_id, act)


@brand_view("partners.edit")
@require_POST
def empty(request: HttpRequest, brand: Brand, pack_id: str, part_id: int) -> HttpResponse:
    part = get_or_404(PackPart, pack=_pack(pack_id), pk=part_id)
    is_wanted = part.kind == PackPart.Kind.WANTED
    act = services.remove_part if is_wanted else services.empty_part
    return _done(request, pack_id, lambda: act(part))


@brand_view("partners.edit")
@require_POST
def split(request: HttpRequest, brand: Brand, pack_id: str) -> HttpResponse:
    pack = _pack(pack_id)
    weights = numbers(request.POST, "weight-")
    keepers = choices(request.POST, "keeper-")
    act = partial(services.set_split, pack, weights=weights, keepers=keepers)
    return _done(request, pack_id, act)


@brand_view("partners.edit")
@require_POST
def start(request: HttpRequest, brand: Brand, pack_id: str) -> HttpResponse:
    pack = _pack(pack_id)
    act = services.use_table if pack.state == Pack.State.LIVE else services.start_pack
    said = "This split holds for what is sold from now on."
    return _done(request, pack_id, lambda: act(pack), said)


@brand_view("partners.edit")
@require_POST
def end(request: HttpRequest, brand: Brand, pack_id: str) -> HttpResponse:
    pack = _pack(pack_id)
    return _done(request, pack_id, lambda: services.end_pack(pack), "This pack is no longer sold.")


@brand_view("partners.edit")
@require_POST
def issue(request: HttpRequest, brand: Brand, pack_id: str) -> HttpResponse:
    return _done(request, public_id(_pack(pack_id)), issue_waiting)


@brand_view("partners.view")
@require_safe
def sale(request: HttpRequest, brand: Brand, pack_id: str, sale_id: int) -> HttpResponse:
    pack = _pack(pack_id)
    rows = PackSale.objects.select_related("order", "customer", "version")
    found = get_or_404(rows, pack=pack, pk=sale_id)
    table = table_in(found.version)
    items = latest_items(PackSale.objects.filter(pk=found.pk))
    lines = sorted(items, key=lambda item: (item.unit, item.position))
    context = {
        "pack": pack,
        "pack_id": pack_id,
        "sale": found,
        "items": [(item, title_in(item, table)) for item in lines],
        "pools": pools_for_packs(),
        "address": "" if found.cancelled_at else gift_address(found.pk),
    }
    return render(request, "partners/staff/packs/sale.html", context)


@brand_view("partners.view")
@require_safe
def stranded(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Parts that were sold, and whose partner is gone: to be given back or replaced."""
    rows, has_more = pack_pages.stranded_rows(below=row_id(request.GET.get("below", "")))
    context = {
        "rows": [(row, public_id(row.item.sale.pack)) for row in rows],
        "next_url": f"?below={rows[-1].item.pk}" if has_more else "",
    }
    return render(request, "partners/staff/packs/stranded.html", context)


@brand_view("partners.pay")
@require_POST
def replace(request: HttpRequest, brand: Brand, item_id: int) -> HttpResponse:
    rows = PackItem.objects.select_related("sale__pack", "sale__version", "sale__customer")
    item = get_or_404(rows, pk=item_id)
    pools = VoucherPool.objects.select_related("partnership", "brand")
    pool = get_or_404(pools, pk=_number(request, "pool"))
    try:
        replace_part(item, pool)
        messages.success(request, "Replaced. The buyer gets the new voucher by e-mail.")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("pack_sale", brand.slug, public_id(item.sale.pack), item.sale_id)


@brand_view("partners.pay")
@require_POST
def give_back(request: HttpRequest, brand: Brand, item_id: int) -> HttpResponse:
    item = get_or_404(PackItem.objects.select_related("sale__pack", "partnership"), pk=item_id)
    try:
        take_part_back(item)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "It came back. Pay the buyer in your shop.")
    return redirect("pack_sale", brand.slug, public_id(item.sale.pack), item.sale_id)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _new_need(pack: Pack, words: str) -> PackPart:
    return services.add_need(pack, words[:60])


def _done(
    request: HttpRequest, pack_id: str, act: Callable[[], object], said: str = ""
) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if said:
            messages.success(request, said)
    return redirect("pack", request.access.brand.slug, pack_id)  # type: ignore[attr-defined]
