"""A share button was pressed on a customer's page: counted, and nothing more."""

from django.http import HttpRequest, HttpResponse

from accounts.public import public_page
from accounts.scope import brand_scope
from campaigns.selectors.content import keyring
from config.kit.tokens import Purpose, read_ticket
from referrals.models.programmes import Programme
from referrals.selectors.addresses import person
from referrals.selectors.advocates import advocate_of
from referrals.services.shares import count_share


@public_page("POST")
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Told by the page's script; the page does not wait for the answer."""
    ticket = read_ticket(keyring(), Purpose.PORTAL, token)
    with brand_scope(ticket.brand_id):
        programme = Programme.objects.filter(pk=ticket.campaign_id).first()
        customer = person(ticket.customer_id)
        advocate = advocate_of(programme, customer) if programme else None
        if advocate is not None:
            count_share(advocate, channel=request.POST.get("channel", ""))
    return HttpResponse(status=204)
