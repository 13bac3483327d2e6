"""The addresses of the REST API that are about partners: part of api.py."""

from django.urls import path

from partners.api import (
    offers,
    own,
    own_statements,
    own_terms,
    pack_sales,
    packs,
    partnerships,
    pools,
    settlements,
    sisters,
    vouchers,
)

urlpatterns = [
    path("voucher-pools", pools.VoucherPools.as_view(), name="api_voucher_pools"),
    path("voucher-pools/<str:pool_id>", pools.VoucherPoolDetail.as_view(), name="api_voucher_pool"),
    path(
        "voucher-pools/<str:pool_id>/codes",
        pools.VoucherPoolCodes.as_view(),
        name="api_voucher_pool_codes",
    ),
    path(
        "voucher-pools/<str:pool_id>/void",
        pools.VoucherPoolVoid.as_view(),
        name="api_voucher_pool_void",
    ),
    path(
        "voucher-pools/<str:pool_id>/close",
        pools.VoucherPoolClose.as_view(),
        name="api_voucher_pool_close",
    ),
    path("packs", packs.Packs.as_view(), name="api_packs"),
    path("packs/<str:pack_id>", packs.PackDetail.as_view(), name="api_pack"),
    path("packs/<str:pack_id>/needs", packs.PackNeeds.as_view(), name="api_pack_needs"),
    path(
        "packs/<str:pack_id>/needs/<slug:position>",
        packs.PackNeed.as_view(),
        name="api_pack_need",
    ),
    path("packs/<str:pack_id>/split", packs.PackSplit.as_view(), name="api_pack_split"),
    path("packs/<str:pack_id>/sales", pack_sales.PackSales.as_view(), name="api_pack_sales"),
    path("packs/<str:pack_id>/results", pack_sales.PackResults.as_view(), name="api_pack_results"),
    path("packs/<str:pack_id>/<slug:act>", packs.PackAct.as_view(), name="api_pack_act"),
    path("sister-brands", sisters.SisterBrands.as_view(), name="api_sisters"),
    path("sister-brands/<str:sister_id>", sisters.SisterBrandDetail.as_view(), name="api_sister"),
    path(
        "sister-brands/<str:sister_id>/grant",
        sisters.SisterBrandGrant.as_view(),
        name="api_sister_grant",
    ),
    path("sister-settlements", sisters.SisterSettlements.as_view(), name="api_sister_settlements"),
    path("vouchers/check", vouchers.VoucherCheck.as_view(), name="api_voucher_check"),
    path("vouchers/redeem", vouchers.VoucherRedeem.as_view(), name="api_voucher_redeem"),
    path(
        "redemptions/<str:redemption_id>/take-back",
        vouchers.RedemptionTakeBack.as_view(),
        name="api_redemption_take_back",
    ),
    path(
        "partner/vouchers/check", vouchers.OwnVoucherCheck.as_view(), name="api_own_voucher_check"
    ),
    path(
        "partner/vouchers/redeem",
        vouchers.OwnVoucherRedeem.as_view(),
        name="api_own_voucher_redeem",
    ),
    path(
        "partner/redemptions/<str:redemption_id>/take-back",
        vouchers.OwnRedemptionTakeBack.as_view(),
        name="api_own_redemption_take_back",
    ),
    path("partners", partnerships.Partners.as_view(), name="api_partners"),
    path(
        "partners/<str:partnership_id>",
        partnerships.PartnerDetail.as_view(),
        name="api_partner",
    ),
    path(
        "partners/<str:partnership_id>/terms",
        partnerships.PartnerTermsList.as_view(),
        name="api_partner_terms",
    ),
    path(
        "partners/<str:partnership_id>/terms/agree",
        partnerships.PartnerTermsAgree.as_view(),
        name="api_partner_terms_agree",
    ),
    path(
        "partners/<str:partnership_id>/<slug:act>",
        partnerships.PartnerAct.as_view(),
        name="api_partner_act",
    ),
    path("partner-offers", offers.PartnerOffers.as_view(), name="api_partner_offers"),
    path(
        "partner-offers/<str:offer_id>",
        offers.PartnerOfferDetail.as_view(),
        name="api_partner_offer",
    ),
    path(
        "partner-offers/<str:offer_id>/versions",
        offers.PartnerOfferVersions.as_view(),
        name="api_partner_offer_versions",
    ),
    path(
        "partner-offers/<str:offer_id>/review/<slug:act>",
        offers.PartnerOfferDecide.as_view(),
        name="api_partner_offer_review",
    ),
    path(
        "partner-offers/<str:offer_id>/<slug:act>",
        offers.PartnerOfferTurn.as_view(),
        name="api_partner_offer_act",
    ),
    path(
        "partner-statements",
        settlements.PartnerStatements.as_view(),
        name="api_partner_statements",
    ),
    path(
        "partner-statements/<str:statement_id>",
        settlements.PartnerStatementDetail.as_view(),
        name="api_partner_statement",
    ),
    path(
        "partner-statements/<str:statement_id>/csv",
        settlements.PartnerStatementCsv.as_view(),
        name="api_partner_statement_csv",
    ),
    path(
        "partner-statements/<str:statement_id>/<slug:act>",
        settlements.PartnerStatementAct.as_view(),
        name="api_partner_statement_act",
    ),
    path("partner-payouts", settlements.PartnerPayouts.as_view(), name="api_partner_payouts"),
    path(
        "partner-payouts/<str:payout_id>",
        settlements.PartnerPayoutDetail.as_view(),
        name="api_partner_payout",
    ),
    path(
        "partner-payouts/<str:payout_id>/file",
        settlements.PartnerPayoutFile.as_view(),
        name="api_partner_payout_file",
    ),
    path(
        "partner-payouts/<str:payout_id>/confirm",
        settlements.PartnerPayoutConfirm.as_view(),
        name="api_partner_payout_confirm",
    ),
    path(
        "partner-payouts/<str:payout_id>/failures",
        settlements.PartnerPayoutFailures.as_view(),
        name="api_partner_payout_failures",
    ),
    path("partner", own.OwnPartnership.as_view(), name="api_own"),
    path("partner/offers", own.OwnOffers.as_view(), name="api_own_offers"),
    path("partner/offers/<str:offer_id>", own.OwnOffer.as_view(), name="api_own_offer"),
    path(
        "partner/offers/<str:offer_id>/versions",
        own.OwnOfferVersions.as_view(),
        name="api_own_offer_versions",
    ),
    path(
        "partner/offers/<str:offer_id>/submit",
        own.OwnOfferSubmit.as_view(),
        name="api_own_offer_submit",
    ),
    path(
        "partner/offers/<str:offer_id>/results",
        own.OwnOfferResults.as_view(),
        name="api_own_offer_results",
    ),
    path("partner/terms", own_terms.OwnTerms.as_view(), name="api_own_terms"),
    path("partner/terms/agree", own_terms.OwnTermsAgree.as_view(), name="api_own_terms_agree"),
    path("partner/statements", own_statements.OwnStatements.as_view(), name="api_own_statements"),
    path(
        "partner/statements/<str:statement_id>",
        own_statements.OwnStatement.as_view(),
        name="api_own_statement",
    ),
    path(
        "partner/statements/<str:statement_id>/lines",
        own_statements.OwnStatementLines.as_view(),
        name="api_own_statement_lines",
    ),
]
