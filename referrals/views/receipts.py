"""Friends that were brought: the list, how each was decided, and staff's own word."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from config.kit import ids
from config.kit.paging import row_id
from customers.models.customers import Customer
from referrals.forms.barring import BarForm
from referrals.models.programmes import Advocate, Programme
from referrals.models.referrals import Referral
from referrals.rules.reasons import staff_words
from referrals.selectors import receipts as selectors
from referrals.selectors.report import ADVOCATE, CUSTOMER, PROGRAMME, REFERRAL
from referrals.selectors.reward_list import rows_of
from referrals.services.advocates import bar_advocate, unbar_advocate


@brand_view("referrals.view")
@require_safe
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    """All friends, newest first; `?show=`, `?reason=` and `?programme=` narrow the list."""
    filters = _filters(request)
    page = selectors.referrals_page(filters, below=row_id(request.GET.get("below", "")))
    url = reverse("referral_list", args=[brand.slug])
    asked = {key: request.GET.get(key, "") for key in ("show", "reason", "programme")}
    kept = {key: value for key, value in asked.items() if value}
    last = page.items[-1].pk if page.has_more else None
    context = {
        "rows": [(row, *_addresses(row, brand), staff_words(row.reason)) for row in page.items],
        "filters": [
            (label, f"{url}?{urlencode({**kept, 'show': key})}")
            for key, (label, _) in selectors.SHOWN.items()
        ],
        "active": selectors.SHOWN[filters.show][0],
        "reasons": selectors.reasons_in_use(),
        "asked": asked,
        "is_filtered": bool(kept) or "below" in request.GET,
        "next_url": f"{url}?{urlencode({**kept, 'below': last})}" if last else "",
    }
    return render(request, "referrals/staff/friends.html", context)


@brand_view("referrals.view")
@require_safe
def show(request: HttpRequest, brand: Brand, referral_id: str) -> HttpResponse:
    """The receipt: everything that was known, who won, who lost, by which rules."""
    shown = Referral.objects.select_related(
        "advocate__customer", "programme", "version", "friend", "order", "touch"
    )
    referral = get_by_public_id(shown, REFERRAL, referral_id)
    found = selectors.suspect_of(referral)
    _, advocate_url, friend_url = _addresses(referral, brand)
    context = {
        "referral": referral,
        "referral_id": referral_id,
        "reason": staff_words(referral.reason) if referral.reason else "",
        "signals": found.signals,
        "rewards": rows_of(found.rewards, brand),
        "receipts": selectors.receipts_of(referral),
        "code": selectors.code_of(referral.advocate),
        "advocate_id": ids.encode(ADVOCATE, referral.advocate.uid),
        "advocate_url": advocate_url,
        "friend_url": friend_url,
        "bar_form": BarForm(),
    }
    return render(request, "referrals/staff/receipt.html", context)


@brand_view("referrals.review")
@require_POST
def bar(request: HttpRequest, brand: Brand, advocate_id: str) -> HttpResponse:
    advocate = get_by_public_id(Advocate.objects.select_related("customer"), ADVOCATE, advocate_id)
    bar_advocate(advocate, reason=request.POST.get("reason", ""))
    messages.success(request, "Barred: they earn nothing more. What they have stays theirs.")
    return redirect(_profile(advocate.customer, brand))


@brand_view("referrals.review")
@require_POST
def unbar(request: HttpRequest, brand: Brand, advocate_id: str) -> HttpResponse:
    advocate = get_by_public_id(Advocate.objects.select_related("customer"), ADVOCATE, advocate_id)
    unbar_advocate(advocate)
    messages.success(request, "They may earn again.")
    return redirect(_profile(advocate.customer, brand))


def _filters(request: HttpRequest) -> selectors.Filters:
    asked = request.GET.get("show", "")
    wanted = request.GET.get("programme", "")
    programme = get_by_public_id(Programme, PROGRAMME, wanted) if wanted else None
    return selectors.Filters(
        show=asked if asked in selectors.SHOWN else "",
        reason=request.GET.get("reason", "")[:40],
        programme=programme,
    )


def _addresses(referral: Referral, brand: Brand) -> tuple[str, str, str]:
    """Of the receipt, the advocate's profile and the friend's ("" for one not known yet)."""
    return (
        reverse("referral", args=[brand.slug, ids.encode(REFERRAL, referral.uid)]),
        _profile(referral.advocate.customer, brand),
        _profile(referral.friend, brand) if referral.friend else "",
    )


def _profile(person: Customer, brand: Brand) -> str:
    return reverse("customer", args=[brand.slug, ids.encode(CUSTOMER, person.uid)])
