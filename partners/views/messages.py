"""The brand's side of the messages with a partner."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from partners.forms.messages import MessageForm
from partners.models.partnerships import Partnership
from partners.selectors.messages import BRAND, thread, unread_count
from partners.selectors.names import PARTNERSHIP
from partners.selectors.partnerships import confirmed, public_id
from partners.services.messages import mark_read, write_message


@brand_view("partners.view")
@require_safe
def page(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    partnership = _behind(partnership_id)
    return _page(request, partnership, MessageForm(partnership=partnership))


@brand_view("partners.edit")
@require_POST
def write(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    partnership = _behind(partnership_id)
    form = MessageForm(request.POST, partnership=partnership)
    if form.is_valid():
        try:
            write_message(partnership, **form.values())
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("partnership_messages", brand.slug, partnership_id)
    return _page(request, partnership, form)


@brand_view("partners.edit")
@require_POST
def read(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    """Sent by the page itself once it is shown, and by a button where nothing runs; who may only
    look does not read for the others."""
    mark_read(_behind(partnership_id), side=BRAND)
    if request.headers.get("HX-Request"):
        return HttpResponse()
    return redirect("partnership_messages", brand.slug, partnership_id)


def _behind(partnership_id: str) -> Partnership:
    rows = confirmed().select_related("brand")
    return get_by_public_id(rows, PARTNERSHIP, partnership_id)


def _page(request: HttpRequest, partnership: Partnership, form: MessageForm) -> HttpResponse:
    may_mark = "partners.edit" in request.access.permissions  # type: ignore[attr-defined]
    context = {
        "partnership": partnership,
        "partnership_id": public_id(partnership),
        "form": form,
        "thread": thread(partnership, BRAND),
        "unread": may_mark and unread_count(partnership, BRAND),
    }
    return render(request, "partners/staff/messages.html", context)
