"""What settlements need without anybody asking: lines clear, silence agrees, months end, offers
are over for good."""

from collections.abc import Callable

from django.db.models import Exists, OuterRef

from accounts.scope import brand_scope
from accounts.services.events import record
from partners.events import OfferSettled
from partners.models.offers import Offer
from partners.models.settlements import CommissionLine
from partners.models.vouchers import Voucher
from partners.services.commissions import clear_due
from partners.services.moves import changing, move, note_step
from partners.services.statements import agree_due, issue_monthly


def settle_offers(*, limit: int = 50) -> int:
    """Ended offers of which nothing can come into a statement any more, and all that did is paid;
    how many."""
    unpaid = CommissionLine.objects.filter(offer=OuterRef("pk")).exclude(
        state=CommissionLine.State.PAID
    )
    usable = Voucher.objects.filter(
        pool__offer=OuterRef("pk"), state__in=(Voucher.State.ASSIGNED, Voucher.State.RESERVED)
    )
    over = Offer.objects.filter(~Exists(unpaid), ~Exists(usable), state=Offer.State.ENDED)
    found = list(over.order_by("pk")[:limit])
    for offer in found:
        with changing(offer) as row:
            if row.state == Offer.State.ENDED:
                move(row, Offer.State.SETTLED)
                note_step(row, "settled")
                record(OfferSettled(subject_id=row.pk))
    return len(found)


_STEPS: tuple[Callable[[], int], ...] = (clear_due, agree_due, issue_monthly, settle_offers)


def tend_settlements(*, brand_id: int) -> bool:
    """One turn of each, in a transaction of its own; True when there may be more to do."""
    is_more = False
    for step in _STEPS:
        with brand_scope(brand_id):
            is_more |= bool(step())
    return is_more
