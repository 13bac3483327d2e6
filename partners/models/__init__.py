"""Models by noun; Django needs them importable from here."""

from partners.models.offers import (
    Offer,
    OfferClaim,
    OfferRules,
    OfferStep,
    OfferTemplate,
    OfferVersion,
    ReachAsk,
    ReplyTemplate,
)
from partners.models.packs import Pack, PackItem, PackPart, PackSale, PackVersion
from partners.models.partnerships import (
    BankDetails,
    CompetitorBlock,
    OfferCategory,
    PartnerInvite,
    PartnerMail,
    PartnerMailChoice,
    PartnerMessage,
    Partnership,
    PartnershipDoor,
    PartnershipStep,
    PartnershipTerms,
)
from partners.models.settlements import (
    CommissionLine,
    CommissionRule,
    Payout,
    PayoutBatch,
    Statement,
)
from partners.models.sisters import SisterGrant, SisterPact, SisterSettlement
from partners.models.vouchers import Redemption, Voucher, VoucherPool

__all__ = [
    "BankDetails",
    "CommissionLine",
    "CommissionRule",
    "CompetitorBlock",
    "Offer",
    "OfferCategory",
    "OfferClaim",
    "OfferRules",
    "OfferStep",
    "OfferTemplate",
    "OfferVersion",
    "Pack",
    "PackItem",
    "PackPart",
    "PackSale",
    "PackVersion",
    "PartnerInvite",
    "PartnerMail",
    "PartnerMailChoice",
    "PartnerMessage",
    "Partnership",
    "PartnershipDoor",
    "PartnershipStep",
    "PartnershipTerms",
    "Payout",
    "PayoutBatch",
    "ReachAsk",
    "Redemption",
    "ReplyTemplate",
    "SisterGrant",
    "SisterPact",
    "SisterSettlement",
    "Statement",
    "Voucher",
    "VoucherPool",
]
