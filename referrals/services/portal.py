"""What customers do on their own page of a referral programme."""

from config.kit.errors import NotFound
from customers.models.customers import Customer
from referrals.models.programmes import Advocate, Programme
from referrals.selectors.advocates import advocate_of
from referrals.selectors.portal import appealable
from referrals.services.advocates import join, set_share_text
from referrals.services.reviews import appeal


def join_from_page(programme_id: int, customer: Customer) -> Advocate:
    """Raises Conflict while it is not live, NotAllowed for who is held out of it."""
    return join(_programme(programme_id), customer=customer, source="portal")


def save_words(programme_id: int, customer: Customer, text: str) -> None:
    """Their own words to friends; empty: the programme's again. Raises Invalid."""
    set_share_text(_advocate(programme_id, customer), text=text)


def ask_again(programme_id: int, customer: Customer) -> int:
    """Ask for another look at all friends that wait or were refused; how many. Once for each."""
    advocate = _advocate(programme_id, customer)
    return sum(appeal(each, customer_id=customer.pk) for each in appealable([advocate]))


def _programme(programme_id: int) -> Programme:
    programme = Programme.objects.filter(pk=programme_id, version__gte=1).first()
    if programme is None:
        raise NotFound("This link is no longer valid.")
    return programme


def _advocate(programme_id: int, customer: Customer) -> Advocate:
    advocate = advocate_of(_programme(programme_id), customer)
    if advocate is None:
        raise NotFound("This link is no longer valid.")
    return advocate
