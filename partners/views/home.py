"""Where partners come in: their partnerships, and what one of them waits for."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models.users import User
from partners.access import partner_view
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.selectors.next_steps import next_steps
from partners.selectors.offers import rows_of
from partners.selectors.partnerships import partnerships_of, public_id
from partners.services import partnerships as services

_NEWEST = 3


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Straight to the only one; several are listed by brand."""
    own = partnerships_of(cast(User, request.user))
    if len(own) == 1:
        return redirect("partner_home", own[0].public_id)
    return render(request, "partners/portal/list.html", {"own": own})


@partner_view
@require_safe
def home(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    newest = Offer.objects.filter(partnership=partnership).select_related("category")
    context = {
        "todo": next_steps(partnership),
        "rows": rows_of(list(newest.order_by("-pk")[:_NEWEST])),
    }
    return render(request, "partners/portal/home.html", context)


@partner_view
@require_POST
def withdraw(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    services.withdraw(partnership)
    messages.success(request, _("Thank you for saying so. Nothing goes on."))
    return redirect("partner_home", public_id(partnership))
