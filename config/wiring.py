"""Who reacts to what: to events what urls.py is to requests. Read it top to bottom; what partners
have to do with stands in wiring_partners.py."""

from accounts.events import (
    ApiKeyCreated,
    ApiKeyRevoked,
    BrandChanged,
    BrandCreated,
    MemberChanged,
)
from accounts.routing import (
    audit_only,
    on,
)
from accounts.work import run
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
