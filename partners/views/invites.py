"""The page behind a partner's link: looking changes nothing, its button lets somebody in, once."""

from typing import cast

from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.public import public_page
from accounts.scope import brand_scope
from campaigns.selectors.content import keyring
from config.kit.errors import DomainError
from config.kit.tokens import Purpose, Ticket, read_ticket
from partners.selectors.invites import Invite, invite_behind
from partners.services.invites import decline_invite, use_invite
from partners.services.mails import own_page


@public_page("GET", "HEAD", "POST", signs_in=True)
def page(request: HttpRequest, token: str) -> HttpResponse:
    ticket = read_ticket(keyring(), Purpose.PARTNER, token)
    with brand_scope(ticket.brand_id):
        invite = invite_behind(ticket.customer_id)
    if request.method != "POST":
        return _shown(request, invite)
    try:
        if request.POST.get("answer") == "no" and not invite.is_application:
            return _declined(request, ticket, invite)
        return _accepted(request, ticket)
    except DomainError as error:
        return _shown(request, invite, problem=error.message, status=error.status)


def _accepted(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """As the person who is signed in, else as whoever has the mailbox, who is signed in by it."""
    user = request.user if request.user.is_authenticated else None
    with brand_scope(ticket.brand_id):
        partnership, person = use_invite(ticket.customer_id, user=user)
        place = own_page(partnership)
    if user is not None:
        return redirect(place)
    return cast(HttpResponse, perform_login(request, person, redirect_url=place))


def _declined(request: HttpRequest, ticket: Ticket, invite: Invite) -> HttpResponse:
    with brand_scope(ticket.brand_id):
        decline_invite(ticket.customer_id)
    return _shown(request, invite, is_declined=True)


def _shown(
    request: HttpRequest, invite: Invite, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {"brand": invite.brand, "invite": invite, **more}
    return render(request, "partners/public/invite.html", context, status=status)
