"""How joint ventures react to what happened."""

from partners.events import OfferTaken, RedemptionTakenBack, VoucherRedeemed, VouchersRedeemed
from partners.services import commissions


def accrue_for_claim(event: OfferTaken) -> None:
    commissions.accrue_for_claims([event.subject_id])


def accrue_for_redemption(event: VoucherRedeemed) -> None:
    commissions.accrue_for_redemptions([event.subject_id])


def accrue_for_redemptions(event: VouchersRedeemed) -> None:
    commissions.accrue_for_redemptions(event.redemption_ids)


def correct_redemption(event: RedemptionTakenBack) -> None:
    commissions.take_back_for_redemption(event.subject_id)
