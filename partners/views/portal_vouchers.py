"""A partner's own vouchers: how many are left and used, its codes, its till, its redemptions. No
page shows who a guest is."""

from itertools import chain
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_by_public_id
from campaigns.forms.coupons import added_words
from config.kit import ids
from config.kit.csvs import csv_lines
from config.kit.downloads import csv_file
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from config.kit.paging import page_of, row_id
from partners.access import partner_view
from partners.forms.vouchers import BringForm, PinForm
from partners.models.partnerships import Partnership
from partners.rules.results import LEAST, roughly
from partners.selectors.names import POOL, REDEMPTION
from partners.selectors.partnerships import public_id
from partners.selectors.till import redemptions_of, till_address, used_of
from partners.selectors.vouchers import codes_after, own_pools, stocks_of, worth
from partners.services.redemptions import take_back_by_partner
from partners.services.till import set_pin
from partners.services.vouchers import add_codes, pool_of_partner
from partners.views.pools import REFUSED, codes_of
from partners.views.redemption_lists import list_page

# Three things stand on one page; more of each behind "older".
_POOLS = 10
_USED = 10


@partner_view
@require_safe
def index(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    return _page(request, partnership)


@partner_view
@require_POST
def codes(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Codes of the partner's own till, for an offer or a pool."""
    form = BringForm(request.POST, request.FILES, partnership=partnership)
    if form.is_valid():
        try:
            given = form.codes()
            pool = form.pool or pool_of_partner(form.offer)
            added = add_codes(pool, given)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, added_words(added, partnership.brand, refused=REFUSED))
            return redirect("partner_vouchers", public_id(partnership))
    return _page(request, partnership, bring_form=form)


@partner_view
@require_safe
def codes_csv(request: HttpRequest, partnership: Partnership, pool_id: str) -> HttpResponseBase:
    """The partner's own codes, for its till: all of them, for which are free would tell how many
    are given. Codes that were made here it learns from its guests."""
    rows = own_pools(partnership).filter(makes_more=False, is_made=False)
    pool = get_by_public_id(rows, POOL, pool_id)
    lines = chain([("Code",)], codes_of(partnership.brand, pool, codes_after))
    return csv_file(csv_lines(lines), name=slugify(pool.name) or "vouchers")


@partner_view
@require_POST
def pin(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    form = PinForm(request.POST)
    if form.is_valid():
        try:
            set_pin(partnership, pin=form.cleaned_data["pin"])
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The new PIN holds from now on."))
            return redirect("partner_vouchers", public_id(partnership))
    return _page(request, partnership, pin_form=form)


@partner_view
@require_POST
def take_back(request: HttpRequest, partnership: Partnership, redemption_id: str) -> HttpResponse:
    found = get_by_public_id(redemptions_of(partnership), REDEMPTION, redemption_id)
    try:
        take_back_by_partner(found, reason=request.POST.get("reason", ""))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Taken back. The voucher can be used again."))
    return redirect("partner_vouchers", public_id(partnership))


@partner_view
@require_http_methods(["GET", "HEAD", "POST"])
def redemptions(request: HttpRequest, partnership: Partnership) -> HttpResponseBase:
    """A list of what the partner's own till has redeemed."""
    back = reverse("partner_vouchers", args=[public_id(partnership)])
    return list_page(
        request, partnership, template="partners/vouchers/own_redemptions.html", back=back
    )


def _page(request: HttpRequest, partnership: Partnership, **forms: Any) -> HttpResponse:
    before = row_id(request.GET.get("before", ""))
    used = used_of(partnership, before=before, most=_USED + 1)
    below = row_id(request.GET.get("below", ""))
    own = page_of(own_pools(partnership), limit=_POOLS, after=below)
    context = {
        "stocks": [
            (each, ids.encode(POOL, each.pool.uid), worth(each.pool), roughly(each.given))
            for each in stocks_of(own.items)
        ],
        "older_pools": f"?below={own.items[-1].pk}" if own.has_more else "",
        "least": LEAST,
        "used": used[:_USED],
        "older": used[_USED - 1].id if len(used) > _USED else None,
        "till": till_address(partnership),
        "bring_form": BringForm(partnership=partnership),
        "pin_form": PinForm(),
        **forms,
    }
    return render(request, "partners/vouchers/own.html", context)
