"""The page on which customers have their own link mailed: the answer is the same for every
address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.public import brand_at, public_page
from accounts.scope import brand_scope
from referrals.forms.friends import AddressForm
from referrals.selectors.landing import join_page
from referrals.services.invitations import ask_for_link
from referrals.views.visitors import is_too_often, may_write_to, too_often


@public_page("GET", "HEAD", "POST")
def page(request: HttpRequest, brand_slug: str, programme_id: str) -> HttpResponse:
    brand = brand_at(brand_slug)
    is_asked = request.method == "POST"
    if is_asked and is_too_often(request, brand, "refer"):
        return too_often(request, brand)
    form = AddressForm(request.POST if is_asked else None)
    is_done = is_asked and form.is_valid()
    is_mailed = is_done and may_write_to(form.address, brand, "refer")
    with brand_scope(brand):
        shown = join_page(brand, programme_id)
        if is_mailed and shown.is_open:
            ask_for_link(shown.programme, form.address)
    context = {"brand": brand, "join": shown, "form": form, "is_done": is_done}
    return render(request, "referrals/join.html", context)
