"""The pages of a gift pack: its buyer's, who may name somebody to have it sent to, and that of who
was given it. Looking changes nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models.brands import Brand
from accounts.public import public_page
from accounts.scope import Actor, acting, brand_scope
from campaigns.selectors.content import keyring
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from config.kit.tokens import Purpose, read_ticket
from partners.forms.gifts import GiftForm
from partners.models.packs import PackSale
from partners.selectors.gifts import Gift, gifts_of, sale_behind
from partners.services.gifts import give_pack, keep_pack


@public_page("GET", "HEAD", "POST")
def page(request: HttpRequest, token: str) -> HttpResponse:
    ticket = read_ticket(keyring(), Purpose.GIFT, token)
    brand, number = Brand.objects.get(pk=ticket.brand_id), ticket.campaign_id
    with brand_scope(brand):
        sale = sale_behind(ticket.customer_id)
        gifts = gifts_of(sale, number=number)
        context = {"brand": brand, "sale": sale, "gifts": gifts}
        if number:
            return render(request, "partners/customer/gift_opened.html", context)
        forms = {gift.number: _form(request, brand, gift) for gift in gifts}
        if request.method == "POST" and all(_done(sale, form) for form in forms.values()):
            return redirect("gift", token)
        context["gifts"] = [(gift, forms[gift.number]) for gift in gifts]
        is_refused = any(form.errors for form in forms.values())
        status = 409 if is_refused else 200
        return render(request, "partners/customer/gift.html", context, status=status)


def _form(request: HttpRequest, brand: Brand, gift: Gift) -> GiftForm:
    """Filled in for the pack that the request names; empty for the others."""
    is_asked = request.method == "POST" and request.POST.get("number") == str(gift.number)
    return GiftForm(request.POST if is_asked else None, brand=brand, gift=gift)


def _done(sale: PackSale, form: GiftForm) -> bool:
    """False when what was asked for is refused; the form says why."""
    if not form.is_bound:
        return True
    actor = Actor("customer", sale.customer_id)
    try:
        with acting(actor):
            if "keep" in form.data:
                keep_pack(sale, number=form.gift.number)
            elif form.is_valid():
                give_pack(sale, number=form.gift.number, **form.cleaned_data)
    except DomainError as error:
        show_refusal(form, error)
    return "keep" in form.data or not form.errors
