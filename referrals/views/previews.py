"""The customer's and the friend's page as the draft has them, for the frames beside the steps."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from referrals.forms.friends import AddressForm
from referrals.models.programmes import Programme
from referrals.selectors.programmes import draft_of
from referrals.selectors.report import PROGRAMME
from referrals.selectors.samples import sample_landing, sample_portal

# It is looked at: it runs nothing, sends nothing, and leads nowhere. It is our own page, and keeps
# its origin for the sake of its letters.
_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)


@brand_view("referrals.edit")
@require_safe
def preview(request: HttpRequest, brand: Brand, programme_id: str, side: str) -> HttpResponse:
    """`side`: customer or friend."""
    programme = get_by_public_id(Programme, PROGRAMME, programme_id)
    terms = draft_of(programme)
    if side == "customer":
        context = {"portal": sample_portal(brand, terms), "token": "sample"}
    elif side == "friend":
        context = {"landing": sample_landing(brand, terms), "form": AddressForm(), "way": "link"}
    else:
        raise Http404
    response = render(request, f"referrals/staff/preview_{side}.html", {"brand": brand, **context})
    response["Content-Security-Policy"] = _POLICY
    return response
