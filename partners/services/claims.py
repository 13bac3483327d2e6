"""A customer takes an offer: once, and gets its voucher."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.scope import Actor, acting
from accounts.services.events import record
from config.kit.errors import Conflict
from customers.models.customers import Customer
from customers.selectors.customers import canonical
from customers.services.dirty import mark_dirty
from partners.events import OfferTaken
from partners.models.offers import Offer, OfferClaim
from partners.models.vouchers import Voucher
from partners.selectors.readers import offers_for, reader_of
from partners.services.vouchers import draw_voucher, pool_for_offer

PLACES = ("mail", "page", "block")


def take_offer(offer: Offer, customer: Customer, *, place: str = "page") -> Voucher:
    """The customer's voucher of this offer; taken before, it is the same one, also when the offer
    is over.

    Raises Conflict (`not_offered`) when they cannot be shown it, and NoVoucherLeft."""
    person = canonical(customer)
    with transaction.atomic(), acting(Actor("customer", person.pk)):
        # Of two presses at once the second waits here for the first, and finds its voucher.
        claim, is_new = OfferClaim.objects.get_or_create(
            offer=offer, customer=person, defaults={"place": place if place in PLACES else "page"}
        )
        if not is_new:
            return voucher_of(claim)
        _refuse_unseen(offer, person)
        voucher = draw_voucher(pool_for_offer(offer), cause=("offer", offer.pk), customer=person)
        mark_dirty([person.pk])
        record(OfferTaken(subject_id=claim.pk, offer_id=offer.pk, customer_id=person.pk))
    return voucher


def voucher_of(claim: OfferClaim) -> Voucher:
    """What was drawn for it. Raises Voucher.DoesNotExist."""
    drawn = Voucher.objects.filter(cause_kind="offer", cause_id=claim.offer_id)
    return drawn.select_related("pool").filter(customer=claim.customer_id).earliest("pk")


def _refuse_unseen(offer: Offer, person: Customer) -> None:
    seen = {each.offer_id for each in offers_for(reader_of(person))}
    if offer.pk not in seen:
        raise Conflict(_("This offer is over, or not for you any more."), code="not_offered")
