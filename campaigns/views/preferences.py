"""The page behind "What we send you" in every mail: looking changes nothing, the button does."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.forms.preferences import PreferenceForm
from campaigns.selectors.content import keyring
from campaigns.selectors.own_pages import own_pages
from campaigns.selectors.preview import masked_address
from campaigns.services.preferences import person_of, save_wishes, wishes_of
from config.kit.errors import Invalid
from config.kit.tokens import Purpose, Ticket, read_ticket


# Exempt: the unguessable token is the authority, and readers of mail often refuse cookies.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    ticket = read_ticket(keyring(), Purpose.UNSUBSCRIBE, token)
    brand = Brand.objects.get(pk=ticket.brand_id)
    with brand_scope(brand):
        person = person_of(ticket)
        form = PreferenceForm(request.POST or None, wishes=wishes_of(person))
        is_saved = request.method == "POST" and _saved(ticket, form)
        if is_saved:
            form = PreferenceForm(wishes=wishes_of(person))
        context = {"form": form, "saved": is_saved, "brand": brand, "token": token}
        context["address"] = masked_address(ticket.customer_id)
        context["pages"] = own_pages(person)
    response = render(request, "campaigns/preferences.html", context)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _saved(ticket: Ticket, form: PreferenceForm) -> bool:
    if not form.is_valid():
        return False
    try:
        save_wishes(ticket=ticket, **form.chosen, wording=str(form.fields["topics"].label))
    except Invalid as error:
        for name, words in error.fields.items():
            form.add_error(name if name in form.fields else None, words)
        return False
    return True
