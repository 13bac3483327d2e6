"""The page behind an advocate's link: looking leaves a trace at most, the button makes a claim."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.public import brand_at, public_page
from accounts.scope import brand_scope
from config.kit.qr import qr_png
from referrals.forms.friends import AddressForm
from referrals.models.links import ReferralCode, ShareChannel, TouchKind
from referrals.rules.leaks import public_site
from referrals.rules.sharing import landing_address
from referrals.selectors.landing import code_at, landing
from referrals.services.touches import claim_as_friend, record_touch
from referrals.views.devices import knows
from referrals.views.visitors import is_too_often, may_write_to, too_often, trace_of


@public_page("GET", "HEAD", "POST")
def page(request: HttpRequest, brand_slug: str, code: str) -> HttpResponse:
    if request.method == "POST":
        return _claimed(request, brand_slug, code)
    brand = brand_at(brand_slug)
    is_counted = request.method == "GET" and not is_too_often(request, brand, "view")
    with brand_scope(brand):
        row = code_at(code)
        shown = landing(brand, row, is_own=knows(request, brand, row.advocate.customer))
        if is_counted and shown.state.is_open:
            _leave_trace(request, row)
    context = {"brand": brand, "landing": shown, "form": AddressForm(), "way": _way(request)}
    return render(request, "referrals/landing.html", context)


def _claimed(request: HttpRequest, brand_slug: str, code: str) -> HttpResponse:
    """The answer is the same for every address; only the mail to it knows more."""
    brand = brand_at(brand_slug)
    if is_too_often(request, brand, "claim", code=code):
        return too_often(request, brand)
    form = AddressForm(request.POST)
    is_taken = form.is_valid() and may_write_to(form.address, brand, "claim")
    with brand_scope(brand):
        row = code_at(code)
        shown = landing(brand, row, is_own=knows(request, brand, row.advocate.customer))
        if is_taken and shown.state.is_open:
            claim_as_friend(row, email=form.address, channel=_way(request), trace=trace_of(request))
    context = {"brand": brand, "landing": shown, "form": form, "way": _way(request)}
    return render(request, "referrals/landing.html", {**context, "is_claimed": form.is_valid()})


@public_page("GET", "HEAD")
def qr(request: HttpRequest, brand_slug: str, code: str) -> HttpResponse:
    """The picture of the code, for mails; it shows an address and no more."""
    brand = brand_at(brand_slug)
    with brand_scope(brand):
        row = code_at(code)
    address = landing_address(request.build_absolute_uri("/"), brand.slug, row.code, "qr")
    return HttpResponse(qr_png(address), content_type="image/png")


def _leave_trace(request: HttpRequest, code: ReferralCode) -> None:
    record_touch(
        code.advocate,
        kind=TouchKind.VIEW,
        code=code,
        channel=_way(request),
        trace=trace_of(request),
        evidence=_from(request),
    )


def _way(request: HttpRequest) -> str:
    """By which way the link was passed on, as the link itself says it."""
    asked = request.POST.get("c") or request.GET.get("c", "")
    return asked if asked in ShareChannel.values else ShareChannel.LINK


def _from(request: HttpRequest) -> dict[str, object]:
    """The site that the visitor comes from, and whether codes are traded there."""
    try:
        host = urlsplit(request.META.get("HTTP_REFERER", "")).hostname or ""
    except ValueError:
        return {}
    if not host or host == request.get_host().partition(":")[0]:
        return {}
    site = public_site(host)
    return {"from": host[:100], **({"public": site} if site else {})}
