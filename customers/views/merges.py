"""The queue of pairs who may be one person; two records side by side; a merge and its undo."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brand_view, get_by_public_id, get_or_404
from accounts.models.brands import Brand
from config.kit import ids
from config.kit.errors import DomainError
from customers.models.customers import Customer
from customers.models.merges import DuplicatePair, Merge
from customers.selectors.customers import living
from customers.selectors.duplicates import (
    REASONS,
    comparison,
    kept_first,
    last_search,
    open_pairs,
    pair_of,
    queue_page,
    recent_merges,
    side_of,
)
from customers.services.duplicates import dismiss_pair
from customers.services.merges import merge_customers, undo_merge

CUSTOMER = "cus"
MERGE = "mrg"


@brand_view("customers.edit")
@require_safe
def duplicates(request: HttpRequest, brand: Brand) -> HttpResponse:
    page = queue_page(request.GET.get("after", ""))
    context = {
        "rows": [(pair, _words(pair), _compare_url(brand, pair)) for pair in page.pairs],
        "total": page.total,
        "next_url": f"?{urlencode({'after': page.after})}" if page.after else "",
        "search": last_search(brand),
        "merges": [(row, ids.encode(MERGE, row.merge.uid)) for row in recent_merges()],
    }
    return render(request, "customers/duplicates/queue.html", context)


@brand_view("customers.edit")
@require_http_methods(["GET", "POST"])
def duplicate(request: HttpRequest, brand: Brand, public_id: str, other_id: str) -> HttpResponse:
    one = get_by_public_id(living(), CUSTOMER, public_id)
    other = get_by_public_id(living().exclude(pk=one.pk), CUSTOMER, other_id)
    if request.method == "POST":
        return _decided(request, brand, one, other)
    kept, gone = (one, other) if "keep" in request.GET else kept_first(one, other)
    pair = pair_of(one, other)
    context = {
        "kept": side_of(kept),
        "gone": side_of(gone),
        "fields": comparison(kept, gone, brand),
        "pair": pair,
        "words": _words(pair) if pair else "",
        "keep_id": ids.encode(CUSTOMER, kept.uid),
        "swap_url": f"{_pair_url(brand, gone, kept)}?keep=1",
        "next_url": _next_url(brand, after=pair),
    }
    return render(request, "customers/duplicates/compare.html", context)


@brand_view("customers.edit")
@require_POST
def merge_undo(request: HttpRequest, brand: Brand, merge_id: str) -> HttpResponse:
    merge = get_by_public_id(Merge, MERGE, merge_id)
    try:
        undo_merge(merge=merge)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "They are two customers again.")
    return redirect("duplicates", brand.slug)


def _decided(request: HttpRequest, brand: Brand, one: Customer, other: Customer) -> HttpResponse:
    """Merge them, or remember that they are two; then on to the next pair."""
    pair = pair_of(one, other)
    onward = _next_url(brand, after=pair)
    try:
        if request.POST.get("act") == "dismiss":
            dismiss_pair(pair=get_or_404(DuplicatePair, pk=pair.pk if pair else 0))
            messages.success(request, "Noted: they are two people.")
        else:
            is_one_kept = request.POST.get("keep") == ids.encode(CUSTOMER, one.uid)
            kept, gone = (one, other) if is_one_kept else (other, one)
            merge_customers(kept=kept, gone=gone, take=_taken(request))
            messages.success(request, f"Merged into {kept}. You can undo this below the queue.")
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(request.path)
    return redirect(onward or reverse("duplicates", args=[brand.slug]))


def _taken(request: HttpRequest) -> list[str]:
    """The fields for which the other record's value was chosen."""
    start = "take:"
    return [
        name.removeprefix(start)
        for name, choice in request.POST.items()
        if name.startswith(start) and choice == "gone"
    ]


def _words(pair: DuplicatePair) -> str:
    return "; ".join(REASONS.get(reason, reason) for reason in pair.reasons)


def _compare_url(brand: Brand, pair: DuplicatePair) -> str:
    return _pair_url(brand, pair.first, pair.second)


def _pair_url(brand: Brand, one: Customer, other: Customer) -> str:
    both = (ids.encode(CUSTOMER, customer.uid) for customer in (one, other))
    return reverse("duplicate", args=[brand.slug, *both])


def _next_url(brand: Brand, *, after: DuplicatePair | None) -> str:
    """The most telling other pair of the queue."""
    following = open_pairs().exclude(pk=after.pk if after else 0).first()
    return _compare_url(brand, following) if following else ""
