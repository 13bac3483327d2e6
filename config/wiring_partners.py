"""Who reacts to what of partners, and how partners react to the rest: see wiring.py."""

from accounts.routing import (
    audit_only,
    on,
)
from accounts.work import (
    run,
    run_for_other,
)
from customers.events.imports import ImportCompleted
from customers.events.orders import (
    OrderCancelled,
    OrderChanged,
    OrderRecorded,
    OrderReinstated,
    OrdersRecorded,
    RefundChanged,
    RefundRecorded,
)
from partners import tasks as partner_tasks
from partners.events import (
    BankDetailsChanged,
    CommissionHeld,
    CommissionReleased,
    OfferApproved,
    OfferChangesRequested,
    OfferDeclined,
    OfferEnded,
    OfferExpired,
    OfferPaused,
    OfferResumed,
    OfferRulesChanged,
    OfferScheduled,
    OfferSettled,
    OfferStarted,
    OfferSubmitted,
    OfferTaken,
    OfferWithdrawn,
    PackEnded,
    PackPartReplaced,
    PackPartsStranded,
    PackPartsTakenBack,
    PackSold,
    PackStarted,
    PackTableChanged,
    PartnerApplied,
    PartnerAskedAgain,
    PartnerInvited,
    PartnerMessageWritten,
    PartnershipMoved,
    PartnershipTermsAgreed,
    PartnershipTermsProposed,
    PartnerTold,
    PayoutConfirmed,
    PayoutExported,
    PayoutFailed,
    RedemptionTakenBack,
    SisterPactMoved,
    SisterSettled,
    StatementAgreed,
    StatementDisputed,
    StatementIssued,
    StatementReleased,
    StatementSettled,
    StatementWrittenOff,
    VoucherRedeemed,
    VouchersExpired,
    VouchersRanLow,
    VouchersRedeemed,
    VouchersVoided,
)
from partners.handlers import (
    accrue_for_claim,
    accrue_for_redemption,
    accrue_for_redemptions,
    answer_known_applicant,
    cancel_mailing_of_offer,
    correct_redemption,
    follow_packs_of_expired,
    follow_packs_of_order,
    follow_packs_of_orders,
    follow_packs_of_redemptions,
    follow_packs_of_refund,
    follow_packs_of_voucher,
    mail_application_received,
    mail_decision,
    mail_link,
    mail_offer_approved,
    mail_offer_changes,
    mail_offer_declined,
    mail_terms,
    pause_mailing_of_offer,
    place_offer,
    send_started_offer,
    stop_keys,
    stop_offers,
    tell_buyer_of_pack,
    tell_buyer_of_stranded,
    tell_of_failed_payment,
    tell_of_low_vouchers,
    tell_of_payout,
    tell_of_statement,
    tell_of_statement_answer,
)

on(PartnerApplied, mail_application_received)
on(PartnerAskedAgain, answer_known_applicant)
on(PartnerInvited, mail_link)
on(PartnershipMoved, mail_decision, stop_keys)
on(PartnershipTermsProposed, mail_terms)
on(PartnerTold, run(partner_tasks.send_partner_mail))
audit_only(PartnershipTermsAgreed)
on(PartnerMessageWritten, run(partner_tasks.tell_of_messages))
audit_only(BankDetailsChanged)
on(OfferApproved, place_offer, mail_offer_approved)
on(OfferChangesRequested, mail_offer_changes)
on(OfferDeclined, mail_offer_declined)
on(PartnershipMoved, stop_offers)
audit_only(OfferSubmitted, OfferWithdrawn)
audit_only(OfferScheduled, OfferSettled, OfferRulesChanged)
on(OfferStarted, send_started_offer)
on(OfferResumed, send_started_offer)
on(OfferPaused, pause_mailing_of_offer)
on(OfferEnded, cancel_mailing_of_offer)
on(OfferTaken, accrue_for_claim)
on(VoucherRedeemed, accrue_for_redemption)
on(VouchersRedeemed, accrue_for_redemptions)
on(RedemptionTakenBack, correct_redemption)
audit_only(OfferExpired)
audit_only(VouchersExpired)
on(VouchersRanLow, tell_of_low_vouchers)
audit_only(VouchersVoided)
audit_only(CommissionHeld, CommissionReleased)
on(StatementIssued, tell_of_statement)
on(StatementAgreed, tell_of_statement_answer)
on(PayoutConfirmed, tell_of_payout)
on(PayoutFailed, tell_of_failed_payment)
audit_only(StatementDisputed, StatementSettled, PayoutExported)
audit_only(StatementReleased, StatementWrittenOff)
audit_only(PackStarted, PackTableChanged, PackEnded, PackPartsTakenBack)
on(OrderRecorded, follow_packs_of_order)
on(OrderChanged, follow_packs_of_order)
on(OrderCancelled, follow_packs_of_order)
on(OrderReinstated, follow_packs_of_order)
on(OrdersRecorded, follow_packs_of_orders)
on(RefundRecorded, follow_packs_of_refund)
on(RefundChanged, follow_packs_of_refund)
on(ImportCompleted, run(partner_tasks.follow_packs_of_import))
on(VoucherRedeemed, follow_packs_of_voucher)
on(RedemptionTakenBack, follow_packs_of_voucher)
on(VouchersRedeemed, follow_packs_of_redemptions)
on(VouchersExpired, follow_packs_of_expired)
on(PackSold, tell_buyer_of_pack)
on(PartnershipMoved, run(partner_tasks.strand_packs))
on(PackPartsStranded, tell_buyer_of_stranded)
on(PackPartReplaced, tell_buyer_of_pack)
on(SisterPactMoved, run_for_other(partner_tasks.follow_sister_pact))
on(SisterSettled, run_for_other(partner_tasks.mirror_settlement))
