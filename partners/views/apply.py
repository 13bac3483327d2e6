"""The page on which a business asks to become a partner: the answer is the same for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models.brands import Brand
from accounts.public import brand_at, public_page
from accounts.scope import brand_scope
from config.kit.errors import Invalid
from config.kit.forms import show_refusal
from partners.forms.applications import ApplyForm
from partners.services.partnerships import apply_as_partner
from partners.views.limits import MOST_APPLICATIONS, is_too_often, may_write_to


@public_page("GET", "HEAD", "POST")
def page(request: HttpRequest, brand_slug: str) -> HttpResponse:
    brand = brand_at(brand_slug)
    is_asked = request.method == "POST"
    if is_asked and is_too_often(request, brand, "apply", most=MOST_APPLICATIONS):
        return render(request, "partners/public/too_often.html", {"brand": brand}, status=429)
    with brand_scope(brand):
        form = ApplyForm(request.POST if is_asked else None)
        is_done = is_asked and form.is_valid() and _is_taken(form, brand)
        context = {"brand": brand, "form": form, "is_done": is_done}
        return render(request, "partners/public/apply.html", context)


def _is_taken(form: ApplyForm, brand: Brand) -> bool:
    """Whether the words are in order; that an address had enough mails for today is not told."""
    if not may_write_to(form.cleaned_data["email"], brand):
        return True
    try:
        apply_as_partner(**form.values())
    except Invalid as error:
        show_refusal(form, error)
        return False
    return True
