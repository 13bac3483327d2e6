"""Who reacts to what: to events what urls.py is to requests. Read it top to bottom."""

from accounts.events import ApiKeyCreated, ApiKeyRevoked, BrandChanged, BrandCreated, MemberChanged
from accounts.routing import audit_only, on
from accounts.work import run, run_for_other
from campaigns import tasks as campaign_tasks
from campaigns.events import (
    CampaignCancelled,
    CampaignDeleted,
    CampaignFailed,
    CampaignLaunched,
    CampaignPaused,
    CampaignResumed,
    CampaignScheduled,
    CampaignUnscheduled,
    ContactRulesChanged,
    CouponRedeemed,
    HookKeyChanged,
    ListApproved,
    ListFetched,
    ListHandedOver,
    ListReady,
    MessageRequested,
    PreferencesChanged,
    PreflightRequested,
    SendingDomainAdded,
    SendingDomainCheckRequested,
    SendingDomainDeleted,
    SendingDomainKeyChanged,
    SendingPaceChanged,
    ShopAdded,
    ShopCodesMade,
    ShopCodesRequested,
    ShopRemoved,
    TemplateDeleted,
    TransactionalTemplateDeleted,
    TransactionalTemplatePublished,
    TransactionalTemplateWithdrawn,
    TransportChanged,
    WinnerChosen,
)
from campaigns.handlers import (
    give_starter_templates,
    redeem_coupons_of_import,
    redeem_coupons_of_order,
    redeem_coupons_of_orders,
)
from customers import tasks as customer_tasks
from customers.events.customers import (
    AttributeChangeBegun,
    AttributeChanged,
    AttributeDefined,
    AttributeDeleted,
    BulkActionFinished,
    BulkActionRequested,
    BulkActionUndone,
    BulkActionUndoRequested,
    CustomerChanged,
    CustomerCreated,
    CustomerEventsRecorded,
    CustomersExported,
    CustomersMerged,
    CustomersUpserted,
    DuplicatesSearched,
    MergeUndone,
    NoteDeleted,
    NoteWritten,
    SavedViewDeleted,
    SavedViewSaved,
)
from customers.events.experiments import BrandControlChanged
from customers.events.imports import (
    BulkJobFinished,
    BulkJobRequested,
    ImportCompleted,
    ImportMapped,
    ImportRequested,
    ImportUndone,
    ImportUndoRequested,
)
from customers.events.orders import (
    CategoriesChanged,
    OrderCancelled,
    OrderChanged,
    OrderRecorded,
    OrderReinstated,
    OrderRuleChanged,
    OrdersRecorded,
    ProductFeedRequested,
    ProductFeedSaved,
    ProductFeedTaken,
    ProductMoved,
    RefundChanged,
    RefundRecorded,
)
from customers.events.permissions import (
    AddressesSuppressed,
    AddressSuppressed,
    ConsentGranted,
    ConsentWithdrawn,
    CustomerErased,
    DataHandedOver,
    OptInConfirmed,
    OptInRequested,
    PermissionRulesChanged,
    SuppressionLifted,
)
from customers.events.segments import (
    SegmentDeleted,
    SegmentExported,
    SegmentMembersChanged,
    SegmentRuleChanged,
    SegmentSaved,
)
from customers.handlers import (
    join_waiting_events,
    join_waiting_events_of_import,
    join_waiting_events_of_many,
    refresh_facts_of_events,
    renew_segments_of_permission,
    renew_segments_of_products,
    tie_late_arrivals,
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
    tell_of_failed_payment,
    tell_of_low_vouchers,
    tell_of_payout,
    tell_of_statement,
    tell_of_statement_answer,
)
from referrals import tasks as referral_tasks
from referrals.events import (
    AdvocateBarred,
    AdvocateJoined,
    AdvocateUnbarred,
    AppealMade,
    CodeLeaked,
    FriendClaimed,
    LinkRequested,
    OrderTouched,
    ProgrammeChanged,
    ProgrammeEnded,
    ProgrammePaused,
    ProgrammeResumed,
    ProgrammeStarted,
    ReferralLapsed,
    ReferralQualified,
    ReferralRefused,
    ReviewDecided,
    ReviewEscalated,
    ReviewOpened,
    RewardClaimed,
    RewardExpired,
    RewardGranted,
    RewardHeld,
    RewardPaid,
    RewardReady,
    RewardRedeemed,
    RewardRejected,
    RewardReversed,
    RewardSettingsChanged,
)
from referrals.handlers import (
    end_self_referrals_on_merge,
    follow_refunds_of_qualified,
    give_mails_to_brand,
    judge_burst_of_code,
    mail_requested_link,
    mail_when_ready,
    qualify_on_order,
    qualify_on_orders,
    redeem_by_coupon,
    redeem_by_import,
    redeem_by_order,
    redeem_by_orders,
    refuse_rewards_of_erased,
    release_granted,
    reverse_on_import,
    reverse_on_orders,
    reverse_on_refund,
    take_back_of_refused,
    watch_code_of_claim,
    watch_codes_of_orders,
)

on(BrandCreated, give_starter_templates)
on(CampaignLaunched, run(campaign_tasks.plan_campaign))
on(CampaignScheduled, run(campaign_tasks.start_campaign))
on(CampaignFailed, run(campaign_tasks.tell_of_failure))
on(ListApproved, run(campaign_tasks.make_list))
on(ShopCodesRequested, run(campaign_tasks.make_shop_codes))
on(PreflightRequested, run(campaign_tasks.look_at_everybody))
on(MessageRequested, run(campaign_tasks.send_message))
on(SendingDomainCheckRequested, run(campaign_tasks.check_sending_domain))
on(CustomerCreated, join_waiting_events)
on(CustomerChanged, join_waiting_events)
on(CustomerErased, run(customer_tasks.forget_files), refuse_rewards_of_erased)
on(CustomersUpserted, join_waiting_events_of_many)
on(OrderRecorded, redeem_coupons_of_order, redeem_by_order, qualify_on_order)
on(OrderChanged, redeem_coupons_of_order, redeem_by_order, qualify_on_order)
on(OrderCancelled, qualify_on_order)
on(OrderReinstated, qualify_on_order)
on(OrderTouched, qualify_on_order)
on(LinkRequested, mail_requested_link)
on(ProgrammeStarted, give_mails_to_brand)
on(FriendClaimed, watch_code_of_claim)
on(ReferralQualified, watch_codes_of_orders, follow_refunds_of_qualified)
on(ReferralRefused, take_back_of_refused)
on(RewardGranted, release_granted)
on(RewardReady, mail_when_ready)
on(RefundRecorded, reverse_on_refund)
on(RefundChanged, reverse_on_refund)
on(CouponRedeemed, redeem_by_coupon)
on(
    OrdersRecorded,
    tie_late_arrivals,
    redeem_coupons_of_orders,
    redeem_by_orders,
    qualify_on_orders,
    reverse_on_orders,
)
on(BulkJobRequested, run(customer_tasks.run_bulk_job))
on(CustomerEventsRecorded, refresh_facts_of_events)
on(
    ImportCompleted,
    join_waiting_events_of_import,
    redeem_coupons_of_import,
    redeem_by_import,
    reverse_on_import,
    run(customer_tasks.find_duplicates),
    run(customer_tasks.judge_guest_orders),
    run(referral_tasks.qualify_import),
)
on(ImportMapped, run(customer_tasks.check_import))
on(OptInRequested, run(campaign_tasks.send_confirmation))
on(ImportRequested, run(customer_tasks.run_import))
on(ImportUndoRequested, run(customer_tasks.undo_import))
on(BulkActionRequested, run(customer_tasks.run_bulk_action))
on(BulkActionUndoRequested, run(customer_tasks.undo_bulk_action))
on(CategoriesChanged, run(customer_tasks.judge_all_orders), renew_segments_of_products)
on(ProductMoved, run(customer_tasks.judge_buyers))
on(OrderRuleChanged, run(customer_tasks.judge_all_orders))
on(ProductFeedSaved, run(customer_tasks.follow_feed))
on(ProductFeedTaken, run(customer_tasks.follow_feed))
on(ProductFeedRequested, run(customer_tasks.follow_feed))
on(PermissionRulesChanged, renew_segments_of_permission)
on(SegmentRuleChanged, run(customer_tasks.evaluate_segment))

audit_only(ImportUndone)
audit_only(BulkJobFinished)
audit_only(ApiKeyCreated, ApiKeyRevoked, BrandChanged, MemberChanged)
audit_only(BrandControlChanged, ContactRulesChanged)
audit_only(CampaignUnscheduled)
audit_only(CampaignCancelled, CampaignDeleted, CampaignPaused, CampaignResumed, TemplateDeleted)
audit_only(WinnerChosen)
audit_only(ListFetched, ListHandedOver, ListReady)
audit_only(ShopAdded, ShopCodesMade, ShopRemoved)
audit_only(TransactionalTemplateDeleted)
audit_only(TransactionalTemplatePublished, TransactionalTemplateWithdrawn)
audit_only(PreferencesChanged)
audit_only(SendingDomainAdded, SendingDomainDeleted, SendingDomainKeyChanged)
audit_only(TransportChanged, SendingPaceChanged, HookKeyChanged)
audit_only(AddressesSuppressed, AddressSuppressed, ConsentGranted, ConsentWithdrawn)
audit_only(OptInConfirmed, SuppressionLifted)
audit_only(DataHandedOver)
on(AttributeChangeBegun, run(customer_tasks.change_attribute))
audit_only(AttributeChanged, AttributeDefined, AttributeDeleted)
on(CustomersMerged, end_self_referrals_on_merge)
on(CodeLeaked, judge_burst_of_code)
audit_only(DuplicatesSearched, MergeUndone)
audit_only(BulkActionFinished, BulkActionUndone, CustomersExported, NoteDeleted, NoteWritten)
audit_only(SavedViewDeleted, SavedViewSaved)
audit_only(SegmentDeleted, SegmentExported, SegmentMembersChanged, SegmentSaved)
audit_only(ProgrammeChanged, ProgrammePaused, ProgrammeResumed, ProgrammeEnded)
audit_only(AdvocateJoined, AdvocateBarred, AdvocateUnbarred)
audit_only(ReferralLapsed)
audit_only(RewardHeld, RewardClaimed, RewardRedeemed, RewardPaid)
audit_only(RewardRejected, RewardReversed, RewardExpired)
audit_only(ReviewOpened, ReviewDecided, ReviewEscalated, AppealMade)
audit_only(RewardSettingsChanged)
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
on(SisterPactMoved, run_for_other(partner_tasks.follow_sister_pact))
on(SisterSettled, run_for_other(partner_tasks.mirror_settlement))
