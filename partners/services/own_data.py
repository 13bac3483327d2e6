"""What partners' offers keep of a customer: vouchers are booked money, taken offers are theirs."""

from customers.services.merges import Participant
from customers.services.privacy import deleted, emptied, kept
from partners.models.offers import OfferClaim
from partners.models.packs import PackItem, PackSale
from partners.models.vouchers import Voucher

_BOOKED = "Vouchers are booked money; nothing in them names the person."
_SOLD = "What packs were sold for is booked money; nothing in it names the person."

PARTICIPANTS = (
    deleted("Offers of partners they took", OfferClaim),
    kept("Vouchers of partners", Voucher, why=_BOOKED),
    kept("Gift packs they bought", PackSale, why=_SOLD),
    emptied(
        "Whom they gave them to",
        PackItem,
        by="sale__customer__in",
        empty=PackItem.NOBODY,
        why=_SOLD,
    ),
)

PACKS = Participant("partners_packsale")

CLAIMS = Participant(
    "partners_offerclaim",
    """NOT EXISTS (
        SELECT FROM partners_offerclaim AS k
        WHERE k.brand_id = t.brand_id AND k.offer_id = t.offer_id
          AND k.customer_id = %(kept)s
    )""",
)
# Who drew for one cause with both records keeps both codes, each with its record.
VOUCHERS = Participant(
    "partners_voucher",
    """NOT EXISTS (
        SELECT FROM partners_voucher AS k
        WHERE k.brand_id = t.brand_id AND k.pool_id = t.pool_id
          AND k.cause_kind = t.cause_kind AND k.cause_id = t.cause_id
          AND k.customer_id = %(kept)s
    )""",
)
