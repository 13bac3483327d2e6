"""Which mails somebody of a partner's business gets: their own choice, for this partnership."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models.users import User
from partners.access import partner_view
from partners.forms.mail_choices import MailChoiceForm
from partners.models.partnerships import Partnership
from partners.selectors.partnerships import public_id
from partners.selectors.recipients import topics_of
from partners.services.mail_choices import choose_mails


@partner_view
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    user = cast(User, request.user)
    said = {"topics": topics_of(partnership, user)}
    # Nothing ticked is a choice as well.
    form = MailChoiceForm(request.POST if request.method == "POST" else None, initial=said)
    if form.is_valid():
        choose_mails(partnership, user, form.cleaned_data["topics"])
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("partner_mails", public_id(partnership))
    return render(request, "partners/portal/mails.html", {"form": form, "address": user.email})
