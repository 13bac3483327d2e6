"""The permission table of all routes: a route that has no row here fails test_permissions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver

# Route name -> permission, for pages of one brand (`/b/<slug>/...`).
BRAND_PAGES: dict[str, str] = {
    "overview": "brand.view",
    # Settings.
    "brand_settings": "brand.edit",
    "order_rule": "brand.edit",
    "order_rule_preview": "brand.edit",
    "order_rule_progress": "brand.edit",
    **dict.fromkeys(("brand_control", "brand_control_effect"), "brand.edit"),
    **dict.fromkeys(("contact_rules", "contact_rules_effect"), "brand.edit"),
    "team": "team.view",
    "member_role": "team.manage",
    "api_keys": "api_keys.manage",
    "api_key_revoke": "api_keys.manage",
    # Customers.
    "customers": "customers.view",
    "customer": "customers.view",
    "customers_csv": "customers.export",
    **dict.fromkeys(("view_save", "view_rename", "view_delete"), "customers.view"),
    **dict.fromkeys(("bulk_new", "bulk_do", "bulk_undo"), "customers.edit"),
    **dict.fromkeys(
        ("customer_edit", "note_write", "note_change", "identity_add", "identity_change"),
        "customers.edit",
    ),
    "bulk_action": "customers.view",
    **{
        f"import{part}": "customers.import"
        for part in ("_new", "", "_columns", "_start", "_rows", "_rows_csv")
    },
    **dict.fromkeys(("duplicates", "duplicate", "merge_undo"), "customers.edit"),
    "attributes": "brand.edit",
    "attribute": "brand.edit",
    "attribute_delete": "brand.edit",
    **dict.fromkeys(
        (
            *("permissions", "permission_effect", "permission_rule_delete"),
            *("sign_ups", "wording_new"),
        ),
        "brand.edit",
    ),
    "suppressions": "customers.view",
    **dict.fromkeys(("suppression_new", "suppression_file", "suppression_lift"), "customers.edit"),
    **dict.fromkeys(
        (
            *("customer_privacy", "customer_copy", "customer_erase"),
            *("privacy_request", "privacy_copy"),
        ),
        "customers.erase",
    ),
    # Products and spend.
    "products": "brand.view",
    "product": "brand.view",
    **dict.fromkeys(("product_cost", "product_cost_remove", "product_settings"), "products.edit"),
    "product_feeds": "products.edit",
    **{f"product_feed{part}": "products.edit" for part in ("", "_read", "_delete")},
    "spend": "reports.view",
    "spend_csv": "reports.view",
    **{f"spend_{part}": "spend.edit" for part in ("set", "remove", "upload")},
    # Segments.
    "segments": "segments.view",
    "segment": "segments.view",
    "segment_count": "segments.view",
    "segment_why": "segments.view",
    "segment_compare": "segments.view",
    "segment_figures": "segments.view",
    "segment_ready": "segments.view",
    "segment_ready_use": "segments.edit",
    "segment_list_new": "segments.edit",
    "segment_add": "segments.edit",
    "segment_remove": "segments.edit",
    "segment_rename": "segments.edit",
    "segment_edit": "segments.edit",
    "segment_export": "customers.export",
    "segment_new": "segments.edit",
    "segment_save": "segments.edit",
    "segment_rows": "segments.edit",
    "segment_panel": "segments.edit",
    "segment_delete": "segments.edit",
    **dict.fromkeys(
        ("import_new", "import", "import_columns", "import_start", "import_rows"),
        "customers.import",
    ),
    "import_rows_csv": "customers.import",
    "import_undo": "customers.import",
    # Campaigns.
    "sending_domains": "brand.edit",
    **{f"sending_domain{part}": "brand.edit" for part in ("", "_check", "_key", "_delete")},
    **dict.fromkeys(("sending", "sending_pace", "sending_test", "sending_hook"), "brand.edit"),
    "campaigns": "campaigns.view",
    "campaign_new": "campaigns.edit",
    "campaign": "campaigns.view",
    "campaign_row": "campaigns.view",
    "campaign_live": "campaigns.view",
    "campaign_segments": "campaigns.view",
    "campaign_calendar": "campaigns.view",
    "campaign_window": "campaigns.edit",
    **dict.fromkeys(
        ("campaign_variants", "campaign_variants_share", "variant_remove"), "campaigns.edit"
    ),
    "campaign_winner": "campaigns.send",
    # Lists for letters and calls.
    **dict.fromkeys(("list", "list_progress"), "campaigns.view"),
    **dict.fromkeys(("list_new", "list_save"), "campaigns.edit"),
    **dict.fromkeys(("list_hand_over", "list_cancel"), "campaigns.send"),
    "list_approve": "campaigns.approve",
    "list_file": "customers.export",
    # Coupons.
    **dict.fromkeys(("coupons", "coupon_batch"), "campaigns.view"),
    **dict.fromkeys(("coupon_new", "coupon_codes", "campaign_coupons"), "campaigns.edit"),
    "coupon_batch_csv": "customers.export",
    "coupon_in_shop": "campaigns.view",
    "coupon_shop_again": "campaigns.edit",
    **dict.fromkeys(("shops", "shop_token", "shop_remove"), "brand.edit"),
    "campaign_recipients": "customers.export",
    "campaign_copy": "campaigns.edit",
    "campaign_preflight": "campaigns.edit",
    "campaign_delete": "campaigns.edit",
    "campaign_launch": "campaigns.send",
    "campaign_unschedule": "campaigns.send",
    "campaign_pause": "campaigns.send",
    "campaign_resume": "campaigns.send",
    "campaign_cancel": "campaigns.send",
    # The editor, of campaigns and of templates.
    "templates": "campaigns.view",
    "template_new": "campaigns.edit",
    "mail_images": "campaigns.edit",
    "kept_blocks": "campaigns.edit",
    **dict.fromkeys(("mail_look", "mail_look_sample"), "brand.edit"),
    "template_delete": "campaigns.edit",
    "transactional": "campaigns.view",
    "transactional_show": "campaigns.view",
    "transactional_messages": "customers.view",
    **{f"transactional_{part}": "campaigns.edit" for part in ("new", "change", "delete")},
    **{f"transactional_{part}": "campaigns.send" for part in ("publish", "withdraw")},
    **{
        f"{owner}_{part}": "campaigns.edit"
        for owner in ("campaign", "template", "transactional", "variant")
        for part in ("edit", "save", "undo", "languages", "checks", "test", "blocks", "block")
    },
    **{
        f"{owner}_{part}": "campaigns.view"
        for owner in ("campaign", "template", "transactional", "variant")
        for part in ("preview", "people", "mail")
    },
    # Partners.
    **dict.fromkeys(("partners", "partnership"), "partners.view"),
    **dict.fromkeys(("partner_new", "partner_categories", "partner_category"), "partners.edit"),
    "partner_consent": "partners.view",
    "partner_rules": "partners.edit",
    **{
        f"partnership_{act}": "partners.edit"
        for act in ("terms", "agree", "block", "unblock", "again", "take_back", "category")
    },
    **{
        f"partnership_{act}": "partners.review"
        for act in ("approve", "reject", "suspend", "resume", "end", "ban")
    },
    **dict.fromkeys(("offers", "offer"), "partners.view"),
    **dict.fromkeys(("packs", "pack", "pack_sale", "pack_stranded"), "partners.view"),
    **{
        f"pack_{act}": "partners.edit"
        for act in ("new", "change", "need", "fill", "empty", "split", "start", "end", "issue")
    },
    **dict.fromkeys(("pack_give_back", "pack_replace"), "partners.pay"),
    "sisters": "partners.view",
    "sister_propose": "partners.edit",
    **dict.fromkeys(("sister_grant", "sister_withdraw"), "brand.edit"),
    "sister_settle": "partners.pay",
    **{
        f"partner_review{part}": "partners.review"
        for part in ("", "_offer", "_beside", "_decide", "_reply")
    },
    **{f"offer_{act}": "partners.review" for act in ("pause", "resume", "end", "control")},
    "offer_send": "campaigns.send",
    **dict.fromkeys(("offer_replies", "offer_reply", "offer_reply_delete"), "partners.review"),
    "offer_template": "partners.edit",
    **dict.fromkeys(("voucher_pools", "voucher_pool"), "partners.view"),
    **{
        f"voucher_pool_{act}": "partners.edit"
        for act in ("new", "codes", "make", "void", "close", "csv")
    },
    "partnership_redemptions": "partners.edit",
    "partnership_messages": "partners.view",
    **dict.fromkeys(("partnership_messages_write", "partnership_messages_read"), "partners.edit"),
    **dict.fromkeys(("partnership_keys", "partnership_key_revoke"), "api_keys.manage"),
    **dict.fromkeys(("statements", "statement", "partners_owed"), "partners.view"),
    **dict.fromkeys(("statement_csv", "statement_pdf", "partnership_lines"), "partners.view"),
    **dict.fromkeys(("statement_issue", "statement_resolve", "statement_receive"), "partners.pay"),
    **dict.fromkeys(("partnership_lines_hold", "payouts", "payout", "payout_file"), "partners.pay"),
    **dict.fromkeys(("payout_fail", "statement_decide"), "partners.pay"),
    # Referrals.
    **dict.fromkeys(("referrals", "referral_programme"), "referrals.view"),
    **dict.fromkeys(("referral_programme_compared", "referral_list", "referral"), "referrals.view"),
    "referral_programme_what_if": "referrals.view",
    **dict.fromkeys(("referral_rewards", "referral_reward"), "referrals.view"),
    **dict.fromkeys(("referral_liability", "referral_liability_csv"), "referrals.view"),
    **dict.fromkeys(("referral_reviews", "referral_reviews_decide"), "referrals.review"),
    "referral_rewards_csv": "customers.export",
    **{
        f"referral_reward_{part}": "referrals.review"
        for part in ("hold", "release", "refuse", "restore")
    },
    **{f"referral_advocate_{part}": "referrals.review" for part in ("bar", "unbar")},
    **dict.fromkeys(("referral_reward_pay", "referral_settings"), "referrals.pay"),
    **dict.fromkeys(("referral_new", "referral_by_hand"), "referrals.edit"),
    **{
        f"referral_programme_{part}": "referrals.edit"
        for part in ("setup", "preview", "start", "places", "card", "pause", "resume", "end")
    },
}

# Route name -> method -> scope of the key.
API: dict[str, dict[str, str]] = {
    "api_attributes": {"GET": "customers:read", "POST": "customers:write"},
    "api_attribute": {"PATCH": "customers:write", "DELETE": "customers:write"},
    "api_customer_identities": {
        "GET": "customers:read",
        "POST": "customers:write",
        "DELETE": "customers:write",
    },
    "api_customer_merge": {"POST": "customers:write"},
    "api_merge": {"DELETE": "customers:write"},
    "api_customers": {"GET": "customers:read", "POST": "customers:write"},
    "api_customer": {"GET": "customers:read"},
    "api_customer_external": {"PUT": "customers:write"},
    "api_customer_events": {"GET": "customers:read"},
    "api_bulk_jobs": {"POST": "bulk:write"},
    "api_bulk_job": {"GET": "bulk:write"},
    "api_bulk_job_results": {"GET": "bulk:write"},
    "api_customers_bulk": {"POST": "customers:write"},
    "api_orders_bulk": {"POST": "orders:write"},
    "api_order_cancel": {"POST": "orders:write"},
    "api_order_refunds": {"POST": "orders:write"},
    "api_refunds": {"POST": "orders:write"},
    "api_cancellations": {"POST": "orders:write", "DELETE": "orders:write"},
    "api_events": {"POST": "events:write"},
    "api_customer_consents": {"GET": "customers:read", "POST": "customers:write"},
    "api_customer_preferences": {"GET": "customers:read", "PUT": "customers:write"},
    "api_messages": {"GET": "messages:read", "POST": "messages:send"},
    "api_message": {"GET": "messages:read"},
    "api_opt_ins": {"POST": "customers:write"},
    "api_suppressions": {"GET": "customers:read", "POST": "customers:write"},
    "api_suppression_lift": {"POST": "customers:write"},
    "api_privacy_requests": {"POST": "customers:erase"},
    "api_privacy_request": {"GET": "customers:erase"},
    "api_privacy_data": {"GET": "customers:erase"},
    "api_products": {"GET": "products:read", "POST": "products:write"},
    "api_product": {"GET": "products:read"},
    "api_product_costs": {"POST": "products:write"},
    "api_spend": {"GET": "spend:read", "POST": "spend:write"},
    "api_orders": {"POST": "orders:write"},
    "api_order_rule": {"GET": "order_rule:read", "PUT": "order_rule:write"},
    "api_order_rule_preview": {"POST": "order_rule:read"},
    "api_segments": {"GET": "segments:read", "POST": "segments:write"},
    "api_segment": {
        "GET": "segments:read",
        "PATCH": "segments:write",
        "DELETE": "segments:write",
    },
    "api_segment_count": {"GET": "segments:read"},
    "api_segment_members": {"GET": "segments:read", "POST": "segments:write"},
    "api_lists": {"POST": "segments:write"},
    "api_list_removal": {"POST": "segments:write"},
    "api_segment_why": {"GET": "segments:read"},
    "api_rule_count": {"POST": "segments:read"},
    "api_contact_rules": {"GET": "contact_rules:read", "PUT": "contact_rules:write"},
    "api_sending": {"GET": "sending:read", "PUT": "sending:write"},
    "api_sending_webhook": {"PUT": "sending:write"},
    "api_coupon_validate": {"POST": "coupons:redeem"},
    "api_coupon_redeem": {"POST": "coupons:redeem"},
    "api_campaigns": {"GET": "campaigns:read", "POST": "campaigns:write"},
    "api_campaign": {"GET": "campaigns:read"},
    "api_campaign_launch": {"POST": "campaigns:write"},
    "api_campaign_variants": {"GET": "campaigns:read", "POST": "campaigns:write"},
    "api_campaign_variant": {"PATCH": "campaigns:write", "DELETE": "campaigns:write"},
    "api_campaign_test_share": {"PUT": "campaigns:write"},
    "api_campaign_winner": {"POST": "campaigns:write"},
    "api_campaign_coupon_batch": {"PUT": "campaigns:write"},
    "api_handover_lists": {"POST": "campaigns:write"},
    "api_handover_list": {"GET": "campaigns:read"},
    "api_handover_list_approve": {"POST": "campaigns:write"},
    "api_handover_list_file": {"GET": "customers:read"},
    "api_handover_list_hand_over": {"POST": "campaigns:write"},
    "api_coupon_batches": {"GET": "coupons:read", "POST": "coupons:write"},
    "api_coupon_batch": {"GET": "coupons:read"},
    "api_coupon_batch_codes": {"GET": "coupons:read", "POST": "coupons:write"},
    "api_coupon_batch_retry": {"POST": "coupons:write"},
    "api_shops": {"GET": "coupons:read"},
    "api_sending_domains": {"GET": "sending_domains:read", "POST": "sending_domains:write"},
    "api_sending_domain": {"GET": "sending_domains:read", "DELETE": "sending_domains:write"},
    "api_sending_domain_check": {"POST": "sending_domains:write"},
    "api_referral_programmes": {"GET": "referrals:read", "POST": "referrals:write"},
    "api_referral_programme": {"GET": "referrals:read", "PATCH": "referrals:write"},
    "api_referral_programme_act": {"POST": "referrals:write"},
    "api_advocates": {"GET": "referrals:read", "POST": "referrals:write"},
    "api_advocate": {"GET": "referrals:read"},
    "api_touches": {"POST": "touches:write"},
    "api_referrals": {"GET": "referrals:read", "POST": "referrals:write"},
    "api_referral": {"GET": "referrals:read"},
    "api_referral_review": {"POST": "referrals:write"},
    "api_rewards": {"GET": "referrals:read"},
    "api_reward": {"GET": "referrals:read"},
    "api_reward_claim": {"POST": "rewards:write"},
    "api_reward_pay": {"POST": "rewards:write"},
    "api_reward_reject": {"POST": "rewards:write"},
    "api_customer_balance": {"GET": "referrals:read"},
    "api_balance_reserve": {"POST": "balances:spend"},
    "api_balance_spend": {"POST": "balances:spend"},
    "api_balance_release": {"POST": "balances:spend"},
    "api_referral_liability": {"GET": "referrals:read"},
    "api_partners": {"GET": "partners:read", "POST": "partners:write"},
    "api_partner": {"GET": "partners:read"},
    "api_partner_terms": {"GET": "partners:read", "POST": "partners:write"},
    "api_partner_terms_agree": {"POST": "partners:write"},
    "api_partner_act": {"POST": "partners:write"},
    "api_partner_offers": {"GET": "partners:read"},
    "api_partner_offer": {"GET": "partners:read"},
    "api_partner_offer_versions": {"GET": "partners:read"},
    "api_partner_offer_review": {"POST": "partners:write"},
    "api_partner_offer_act": {"POST": "partners:write"},
    "api_partner_statements": {"GET": "partners:read", "POST": "payouts:write"},
    "api_partner_statement": {"GET": "partners:read"},
    "api_partner_statement_csv": {"GET": "partners:read"},
    "api_partner_statement_act": {"POST": "payouts:write"},
    "api_partner_payouts": {"GET": "partners:read", "POST": "payouts:write"},
    "api_partner_payout": {"GET": "partners:read"},
    "api_partner_payout_file": {"GET": "payouts:write"},
    "api_partner_payout_confirm": {"POST": "payouts:write"},
    "api_partner_payout_failures": {"POST": "payouts:write"},
    "api_voucher_pools": {"GET": "partners:read", "POST": "partners:write"},
    "api_voucher_pool": {"GET": "partners:read"},
    "api_voucher_pool_codes": {"GET": "partners:write", "POST": "partners:write"},
    "api_voucher_pool_void": {"POST": "partners:write"},
    "api_voucher_pool_close": {"POST": "partners:write"},
    "api_packs": {"GET": "partners:read", "POST": "partners:write"},
    "api_pack": {"GET": "partners:read", "PATCH": "partners:write"},
    "api_pack_needs": {"POST": "partners:write"},
    "api_pack_need": {"PUT": "partners:write", "DELETE": "partners:write"},
    "api_pack_split": {"PUT": "partners:write"},
    "api_pack_act": {"POST": "partners:write"},
    "api_pack_sales": {"GET": "partners:read"},
    "api_pack_results": {"GET": "partners:read"},
    "api_sisters": {"GET": "partners:read", "POST": "partners:write"},
    "api_sister": {"GET": "partners:read"},
    "api_sister_grant": {"POST": "sisters:write", "DELETE": "sisters:write"},
    "api_sister_settlements": {"GET": "partners:read"},
    "api_voucher_check": {"POST": "vouchers:redeem"},
    "api_voucher_redeem": {"POST": "vouchers:redeem"},
    "api_redemption_take_back": {"POST": "vouchers:redeem"},
}

# Pages of one partnership (`/partner/<partnership_id>/...`), for the people of its business.
PARTNER_PAGES = {
    *("partner_statements", "partner_statement", "partner_statement_csv"),
    *("partner_statement_pdf", "partner_statement_agree", "partner_statement_dispute"),
    *("partner_bank", "partner_mails", "partner_messages", "partner_messages_read"),
    *("partner_keys", "partner_key_revoke"),
    *("partner_vouchers", "partner_voucher_codes", "partner_vouchers_csv", "partner_till_pin"),
    *("partner_redemptions", "partner_redemption_take_back"),
    *("partner_offers", "partner_offer", "partner_offer_new", "partner_offer_preview"),
    *("partner_results",),
    *("partner_offer_edit", "partner_offer_submit", "partner_offer_withdraw"),
    *("partner_offer_mail", "partner_offer_reach"),
    *("partner_home", "partner_withdraw", "partner_agreement", "partner_agree"),
    "partner_terms",
}

# The same for keys of partners' own systems: route name -> method -> scope.
PARTNER_API: dict[str, dict[str, str]] = {
    "api_own_voucher_check": {"POST": "own_vouchers:redeem"},
    "api_own_voucher_redeem": {"POST": "own_vouchers:redeem"},
    "api_own_redemption_take_back": {"POST": "own_vouchers:redeem"},
    "api_own": {"GET": "own_offers:read"},
    "api_own_terms": {"GET": "own_offers:read"},
    "api_own_terms_agree": {"POST": "own_terms:write"},
    "api_own_offers": {"GET": "own_offers:read", "POST": "own_offers:write"},
    "api_own_offer": {"GET": "own_offers:read"},
    "api_own_offer_versions": {"POST": "own_offers:write"},
    "api_own_offer_submit": {"POST": "own_offers:write"},
    "api_own_offer_results": {"GET": "own_offers:read"},
    **{f"api_own_statement{part}": {"GET": "own_offers:read"} for part in ("s", "", "_lines")},
}

# Open to everybody, and why.
PUBLIC: dict[str, str] = {
    "home": "signed out it shows the landing page, signed in the person's own brands",
    "healthz": "says only that the process lives",
    "readyz": "says only whether each part answers",
    "mail_image_file": "pictures that mails show, under names nobody can guess",
    "unsubscribe": "holds a token that only the mail's recipient has; GET shows, POST acts",
    "inbound_mail": "asks for the installation's secret",
    "inbound_mailgun": "asks for the provider's signature",
    "inbound_ses": "asks for the provider's signature",
    "inbound_provider": "asks for the signature or password of the brand's account",
    "preferences": "holds a token that only the mail's recipient has; GET shows, POST acts",
    "opt_in_confirm": "holds a token that only the mail's recipient has; GET shows, POST acts",
    "portal": "holds a token that only the customer has; GET shows",
    "portal_act": "the same token; POST acts, on the customer's own device",
    "portal_device": "the same token; POST mails a code to the customer's own address",
    "reward": "holds a token that only the customer has; GET shows, POST claims",
    "reward_device": "the same token; POST mails a code to the customer's own address",
    "referral_landing": "everybody may see an advocate's offer; POST takes a friend's own address",
    "referral_qr": "everybody may see the picture of a code",
    "referral_join": "everybody may ask; the answer is the same, the link goes to the mailbox",
    "referral_offer": "everybody may see it, on any site",
    "referral_visit": "every browser may tell; orders count only with the shop's own proof",
    "gift": "holds a token that only buyer or recipient has; GET shows, POST names a recipient",
    "customer_offers": "holds a token that only the customer has; GET shows",
    "customer_offer": "the same token; GET shows one offer first",
    "customer_offers_take": "the same token; POST takes an offer",
    "customer_offers_wishes": "the same token; POST says what they want",
    "voucher": "holds a token that only the customer has; GET shows",
    "till": "asks for the PIN of the partner's till; GET shows",
    **{
        f"till_{act}": "POST acts, by the PIN of the partner's till"
        for act in ("open", "redeem", "undo", "close")
    },
    "partner_apply": "everybody may ask; the answer is the same, the mailbox knows more",
    "partner_invite": "holds a token that only the partner has; GET shows, POST lets in, once",
    "portal_shared": "holds a token that only the customer has; POST counts a share",
    "inbox": "the demo's own mail; 404 unless DEMO",
    "inbox_mail": "the demo's own mail; 404 unless DEMO",
    "inbox_html": "the demo's own mail; 404 unless DEMO",
    "styleguide": "made-up data; 404 unless DEBUG or DEMO",
    "api_docs": "documentation",
    "api_schema": "documentation",
}

# For any signed-in person; touches no brand's rows.
SIGNED_IN = {"brand_create", "partner_list"}


@dataclass(frozen=True)
class Route:
    name: str
    path: str
    callback: Any


def routes() -> Iterator[Route]:
    """Every route of ours, from the resolver itself; allauth's own pages stand aside."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(patterns: list[Any], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            if not (pattern.name or "").startswith(("account_", "mfa_")):
                yield Route(pattern.name or path, path, pattern.callback)
        else:
            yield from _walk(pattern.url_patterns, path)
