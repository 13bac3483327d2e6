"""Customers ask for their own link: whether we know an address shows in its mailbox alone."""

from accounts.services.events import record
from config.kit.text import email_key
from customers.selectors.customers import living
from referrals.events import LinkRequested
from referrals.models.programmes import Programme
from referrals.selectors.advocates import advocate_of, sees_no_offer
from referrals.services.mails import mail_link


def ask_for_link(programme: Programme, address: str) -> None:
    """Have the link mailed to a customer of this address; nothing for others. The mail is written
    later, so that the answer takes as long whoever asks. Raises ValueError for no address."""
    customer = living().filter(email_norm=email_key(address)).order_by("pk").first()
    if customer is not None:
        record(LinkRequested(subject_id=customer.pk, programme_id=programme.pk))


def send_link(*, customer_id: int, programme_id: int) -> None:
    """Mail it, unless the customer is held out or the programme rests meanwhile."""
    customer = living().filter(pk=customer_id).first()
    programme = Programme.objects.filter(pk=programme_id, state=Programme.State.LIVE).first()
    if customer is None or programme is None:
        return
    if advocate_of(programme, customer) or not sees_no_offer(programme, customer):
        mail_link(customer, programme)
