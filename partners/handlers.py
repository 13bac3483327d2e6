"""How joint ventures react to what happened."""

from customers.events.orders import (
    OrderCancelled,
    OrderChanged,
    OrderRecorded,
    OrderReinstated,
    OrdersRecorded,
    RefundChanged,
    RefundRecorded,
)
from partners.events import (
    OfferApproved,
    OfferChangesRequested,
    OfferDeclined,
    OfferEnded,
    OfferPaused,
    OfferResumed,
    OfferStarted,
    OfferTaken,
    PackPartReplaced,
    PackPartsStranded,
    PackSold,
    PartnerApplied,
    PartnerAskedAgain,
    PartnerInvited,
    PartnershipMoved,
    PartnershipTermsProposed,
    PayoutConfirmed,
    PayoutFailed,
    RedemptionTakenBack,
    StatementAgreed,
    StatementIssued,
    VoucherRedeemed,
    VouchersExpired,
    VouchersRanLow,
    VouchersRedeemed,
)
from partners.models.partnerships import Partnership
from partners.services import (
    commissions,
    delivery,
    gifts,
    keys,
    mails,
    offer_mails,
    pack_sales,
    running,
    statement_mails,
    voucher_mails,
)


def accrue_for_claim(event: OfferTaken) -> None:
    commissions.accrue_for_claims([event.subject_id])


def accrue_for_redemption(event: VoucherRedeemed) -> None:
    commissions.accrue_for_redemptions([event.subject_id])


def accrue_for_redemptions(event: VouchersRedeemed) -> None:
    commissions.accrue_for_redemptions(event.redemption_ids)


def correct_redemption(event: RedemptionTakenBack) -> None:
    commissions.take_back_for_redemption(event.subject_id)


def follow_packs_of_order(
    event: OrderRecorded | OrderChanged | OrderCancelled | OrderReinstated,
) -> None:
    pack_sales.follow_orders([event.subject_id])


def follow_packs_of_orders(event: OrdersRecorded) -> None:
    pack_sales.follow_orders([*event.created_ids, *event.changed_ids])


def follow_packs_of_refund(event: RefundRecorded | RefundChanged) -> None:
    if event.order_id is not None:
        pack_sales.follow_orders([event.order_id])


def follow_packs_of_voucher(event: VoucherRedeemed | RedemptionTakenBack) -> None:
    pack_sales.follow_vouchers([event.voucher_id])


def follow_packs_of_redemptions(event: VouchersRedeemed) -> None:
    pack_sales.follow_redemptions(event.redemption_ids)


def follow_packs_of_expired(event: VouchersExpired) -> None:
    pack_sales.follow_vouchers(event.voucher_ids)


def tell_buyer_of_pack(event: PackSold | PackPartReplaced) -> None:
    gifts.tell_buyers([event.subject_id])


def tell_buyer_of_stranded(event: PackPartsStranded) -> None:
    gifts.tell_of_stranded(event.subject_id, event.item_ids)


def tell_of_low_vouchers(event: VouchersRanLow) -> None:
    voucher_mails.tell_of_low_stock(event.subject_id)


def mail_link(event: PartnerInvited) -> None:
    mails.mail_link(event.invite_id)


def answer_known_applicant(event: PartnerAskedAgain) -> None:
    mails.answer_known(_partnership(event.subject_id))


def mail_application_received(event: PartnerApplied) -> None:
    mails.mail_received(_partnership(event.subject_id))


def mail_decision(event: PartnershipMoved) -> None:
    mails.mail_decision(_partnership(event.subject_id), state=event.state)


def stop_keys(event: PartnershipMoved) -> None:
    keys.stop_keys_of_banned(event.subject_id)


def mail_terms(event: PartnershipTermsProposed) -> None:
    mails.mail_terms(_partnership(event.subject_id), number=event.number)


def place_offer(event: OfferApproved) -> None:
    running.start_due(only=event.subject_id)


def mail_offer_approved(event: OfferApproved) -> None:
    offer_mails.mail_approval(event.subject_id, number=event.number)


def mail_offer_changes(event: OfferChangesRequested) -> None:
    offer_mails.mail_changes(event.subject_id, number=event.number)


def mail_offer_declined(event: OfferDeclined) -> None:
    offer_mails.mail_no(event.subject_id, number=event.number)


def stop_offers(event: PartnershipMoved) -> None:
    running.follow_partnership(event.subject_id)


def _partnership(pk: int) -> Partnership:
    return Partnership.objects.select_related("brand").get(pk=pk)


def send_started_offer(event: OfferStarted | OfferResumed) -> None:
    delivery.send_when_started(event.subject_id)


def pause_mailing_of_offer(event: OfferPaused) -> None:
    delivery.pause_mailing(event.subject_id)


def cancel_mailing_of_offer(event: OfferEnded) -> None:
    delivery.cancel_mailing(event.subject_id)


def tell_of_statement(event: StatementIssued) -> None:
    statement_mails.tell_of_statement(event.subject_id)


def tell_of_statement_answer(event: StatementAgreed) -> None:
    statement_mails.tell_of_answer(event.subject_id)


def tell_of_payout(event: PayoutConfirmed) -> None:
    statement_mails.tell_of_payout(event.subject_id)


def tell_of_failed_payment(event: PayoutFailed) -> None:
    statement_mails.tell_of_failed_payment(event.subject_id)
