"""A partner's side of the messages with a brand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from partners.access import partner_view
from partners.forms.messages import MessageForm
from partners.models.partnerships import Partnership
from partners.selectors.messages import PARTNER, thread, unread_count
from partners.selectors.partnerships import public_id
from partners.services.messages import mark_read, write_message


@partner_view
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    form = MessageForm(request.POST or None, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        try:
            write_message(partnership, **form.values())
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("partner_messages", public_id(partnership))
    context = {
        "form": form,
        "thread": thread(partnership, PARTNER),
        "unread": unread_count(partnership, PARTNER),
    }
    return render(request, "partners/portal/messages.html", context)


@partner_view
@require_POST
def read(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Sent by the page itself once it is shown, and by a button where nothing runs."""
    mark_read(partnership, side=PARTNER)
    if request.headers.get("HX-Request"):
        return HttpResponse()
    return redirect("partner_messages", public_id(partnership))
