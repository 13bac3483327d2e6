"""The pages of partners, who sign in as themselves: /partner/..."""

from django.urls import path

from partners.views import (
    agreements,
    home,
    keys,
    portal_bank,
    portal_mails,
    portal_messages,
    portal_offers,
    portal_results,
    portal_statements,
    portal_vouchers,
)

_ONE = "<str:partnership_id>/"
_STATEMENT = f"{_ONE}statements/<str:statement_id>/"
_OFFER = f"{_ONE}offers/<str:offer_id>/"

urlpatterns = [
    path("", home.index, name="partner_list"),
    path(_ONE, home.home, name="partner_home"),
    path(f"{_ONE}withdraw/", home.withdraw, name="partner_withdraw"),
    path(f"{_ONE}agreement/", agreements.page, name="partner_agreement"),
    path(f"{_ONE}agreement/other/", agreements.propose, name="partner_terms"),
    path(f"{_ONE}agreement/agree/", agreements.agree, name="partner_agree"),
    path(f"{_ONE}bank/", portal_bank.page, name="partner_bank"),
    path(f"{_ONE}mails/", portal_mails.page, name="partner_mails"),
    path(f"{_ONE}messages/", portal_messages.page, name="partner_messages"),
    path(f"{_ONE}messages/read/", portal_messages.read, name="partner_messages_read"),
    path(f"{_ONE}keys/", keys.own, name="partner_keys"),
    path(f"{_ONE}keys/<int:pk>/revoke/", keys.own_revoke, name="partner_key_revoke"),
    path(f"{_ONE}offers/", portal_offers.index, name="partner_offers"),
    path(f"{_ONE}offers/new/", portal_offers.new, name="partner_offer_new"),
    path(f"{_ONE}offers/preview/", portal_offers.preview, name="partner_offer_preview"),
    path(f"{_ONE}offers/reach/", portal_offers.reach, name="partner_offer_reach"),
    path(_OFFER, portal_offers.offer, name="partner_offer"),
    path(f"{_OFFER}edit/", portal_offers.edit, name="partner_offer_edit"),
    path(f"{_OFFER}mail/", portal_offers.mail, name="partner_offer_mail"),
    path(f"{_OFFER}submit/", portal_offers.submit, name="partner_offer_submit"),
    path(f"{_OFFER}withdraw/", portal_offers.withdraw, name="partner_offer_withdraw"),
    path(f"{_ONE}statements/", portal_statements.index, name="partner_statements"),
    path(_STATEMENT, portal_statements.show, name="partner_statement"),
    path(f"{_STATEMENT}lines.csv", portal_statements.file, name="partner_statement_csv"),
    path(f"{_STATEMENT}statement.pdf", portal_statements.pdf, name="partner_statement_pdf"),
    path(f"{_STATEMENT}agree/", portal_statements.agree, name="partner_statement_agree"),
    path(f"{_STATEMENT}dispute/", portal_statements.dispute, name="partner_statement_dispute"),
    path(f"{_ONE}vouchers/", portal_vouchers.index, name="partner_vouchers"),
    path(f"{_ONE}vouchers/codes/", portal_vouchers.codes, name="partner_voucher_codes"),
    path(f"{_ONE}vouchers/pin/", portal_vouchers.pin, name="partner_till_pin"),
    path(
        f"{_ONE}vouchers/<str:pool_id>/free.csv",
        portal_vouchers.codes_csv,
        name="partner_vouchers_csv",
    ),
    path(f"{_ONE}redemptions/", portal_vouchers.redemptions, name="partner_redemptions"),
    path(
        f"{_ONE}redemptions/<str:redemption_id>/take-back/",
        portal_vouchers.take_back,
        name="partner_redemption_take_back",
    ),
    path(f"{_ONE}results/", portal_results.index, name="partner_results"),
]
