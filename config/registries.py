"""What apps above add to those below: panels, suggestions, timeline entries, segment rules, and
who takes part when customers are merged, handed over or erased."""

from accounts.selectors import ledger_checks
from accounts.selectors.home import figures_from
from accounts.services.brands import lock_currency_when
from campaigns.models.coupons import Coupon
from campaigns.segments.message.leaf import Message
from campaigns.selectors import complaints as campaign_complaints
from campaigns.selectors import further, further_topics, own_pages
from campaigns.selectors import names as campaign_names
from campaigns.selectors import pauses as campaign_pauses
from campaigns.selectors import suggestions as campaign_suggestions
from campaigns.selectors import timeline as campaign_timeline
from campaigns.services import own_data as campaign_data
from campaigns.services import ready_made
from customers.segments.registry import register
from customers.selectors import (
    audience,
    customer_events,
    home,
    membership,
    next_actions,
    orders,
    panels,
    purposes,
    segments,
    suggestions,
    timeline,
)
from customers.services import imports_undo, merges, own_data, privacy
from partners.models.packs import PackSale
from partners.selectors import earning, pack_suggestions, settlement_checks
from partners.selectors import mail_fields as partner_fields
from partners.selectors import own_page as partner_pages
from partners.selectors import relevance as partner_relevance
from partners.selectors import sisters as partner_sisters
from partners.selectors import suggestions as partner_suggestions
from partners.selectors import topics as partner_topics
from partners.services import gifts as partner_gifts
from partners.services import own_data as partner_data
from referrals.models.referrals import Decision
from referrals.selectors import addresses as referral_addresses
from referrals.selectors import liability as referral_liability
from referrals.selectors import mail_fields
from referrals.selectors import profile as referral_profile
from referrals.selectors import suggestions as referral_suggestions
from referrals.services import mails as referral_mails
from referrals.services import own_data as referral_data

# What pages of one app show of another, in this order.
figures_from(home.brand_figures)
lock_currency_when(orders.has_orders)
suggestions.add_suggestions(suggestions.settings_missing)
suggestions.add_suggestions(suggestions.waiting_for_second_order)
suggestions.add_suggestions(suggestions.rows_to_fix)
suggestions.add_suggestions(campaign_complaints.much_reported)
suggestions.add_suggestions(campaign_suggestions.paused)
suggestions.add_suggestions(campaign_suggestions.drafts_waiting)
suggestions.add_suggestions(referral_suggestions.to_look_at)
suggestions.add_suggestions(referral_suggestions.to_give_out)
suggestions.add_suggestions(referral_suggestions.drafts)
suggestions.add_suggestions(pack_suggestions.vouchers_missing)
suggestions.add_suggestions(pack_suggestions.parts_stranded)
suggestions.add_suggestions(pack_suggestions.gifts_unsent)
suggestions.add_suggestions(pack_suggestions.partners_wanted)
suggestions.add_suggestions(partner_suggestions.to_answer)
suggestions.add_suggestions(partner_suggestions.to_review)
suggestions.add_suggestions(partner_suggestions.terms_to_answer)
suggestions.add_suggestions(partner_suggestions.vouchers_low)
suggestions.add_suggestions(partner_suggestions.disputed)
suggestions.add_suggestions(partner_suggestions.held_back)
suggestions.add_suggestions(partner_suggestions.to_pay_out)
next_actions.add_next_actions(
    next_actions.same_person,
    next_actions.order_is_due,
    next_actions.second_order,
    next_actions.ask_permission,
)
suggestions.add_way_to_earn(suggestions.repeat_purchase)
suggestions.add_way_to_earn(suggestions.cross_sell)
suggestions.add_way_to_earn(referral_suggestions.way_to_earn)
suggestions.add_way_to_earn(earning.way_to_earn)
suggestions.add_way_to_earn(suggestions.business_value)
timeline.add_source(timeline.Source("order", "Orders", timeline.orders))
timeline.add_source(timeline.Source("cancellation", "Cancellations", timeline.cancellations))
timeline.add_source(timeline.Source("refund", "Refunds", timeline.refunds))
timeline.add_source(timeline.Source("consent", "Consent", timeline.consents))
timeline.add_source(timeline.Source("event", "Events", customer_events.timeline_entries))
timeline.add_source(timeline.Source("segment", "Segments", membership.stays))
timeline.add_source(timeline.Source("mail", "Mails", campaign_timeline.mails))
timeline.add_source(timeline.Source("message", "Transactional mails", campaign_timeline.messages))
timeline.add_source(timeline.Source("answer", "Clicks and answers", campaign_timeline.answers))
timeline.add_source(timeline.Source("referral", "Referrals", referral_profile.timeline))
panels.add_panel(referral_profile.panel)

# Kinds of segment rules beside those of customers.
register(Message)
segments.add_known_values("campaign", campaign_names.by_public_id)

# Who takes part when a customer's data is handed over or erased, in this order.
privacy.add_participant(
    *own_data.PARTICIPANTS,
    *campaign_data.PARTICIPANTS,
    *referral_data.PARTICIPANTS,
    *partner_data.PARTICIPANTS,
)
merges.add_participant(campaign_data.PREFERENCES)
merges.add_participant(campaign_data.COUPONS)
merges.add_participant(campaign_data.MESSAGES)
merges.add_participant(referral_data.ADVOCATES)
merges.add_participant(referral_data.REWARDS)
merges.add_participant(referral_data.DEVICES)
merges.add_participant(partner_data.CLAIMS)
merges.add_participant(partner_data.VOUCHERS)
merges.add_participant(partner_data.PACKS)

# Whose rows keep an order when its import is taken back.
imports_undo.keep_orders_of(Coupon, Decision, PackSale)

# Reasons not to write to somebody, beside those of permission.
audience.add_reason(campaign_pauses.ASKED_FOR)
audience.add_reason(partner_relevance.SILENT)

# Personal fields of mails beside those of customers.
further.add_fields(mail_fields.FIELDS)
further.add_fields(partner_fields.FIELDS)

# Where "What we send you" leads customers besides.
own_pages.add_own_pages(referral_addresses.portals_of)
own_pages.add_own_pages(partner_pages.offers_of)

# What customers can say yes or no to there, beside the brand's own topics.
further_topics.add_topics(partner_topics.topics)
purposes.name_purposes(partner_topics.names)

# Mails that Rapport sends by itself in a brand's name.
ready_made.add_ready_made(*referral_mails.READY_MADE)
ready_made.add_ready_made(*partner_gifts.READY_MADE)

# What is checked together with the ledger.
ledger_checks.check_also(referral_liability.check_rewards)
ledger_checks.check_also(settlement_checks.check_settlements)
ledger_checks.check_also(partner_sisters.check_twins)
