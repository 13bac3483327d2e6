"""Addresses that stand in mails, on tills and on vouchers, so they never change: invitations,
applications, customers' offers and vouchers."""

from django.urls import path

from partners.views import apply, customer_offers, gifts, invites, till, voucher

urlpatterns = [
    path("partners/<slug:brand_slug>/apply", apply.page, name="partner_apply"),
    path("partner-invite/<str:token>", invites.page, name="partner_invite"),
    path("gift/<str:token>", gifts.page, name="gift"),
    path("offers/<str:token>", customer_offers.page, name="customer_offers"),
    path("offers/<str:token>/wishes", customer_offers.wishes, name="customer_offers_wishes"),
    path("offers/<str:token>/<str:offer_id>", customer_offers.page, name="customer_offer"),
    path(
        "offers/<str:token>/<str:offer_id>/take", customer_offers.take, name="customer_offers_take"
    ),
    path("voucher/<str:token>", voucher.page, name="voucher"),
    path("till/<str:partnership_id>", till.page, name="till"),
    path("till/<str:partnership_id>/open", till.open_till, name="till_open"),
    path("till/<str:partnership_id>/redeem", till.redeem_code, name="till_redeem"),
    path("till/<str:partnership_id>/undo", till.undo, name="till_undo"),
    path("till/<str:partnership_id>/close", till.close_till, name="till_close"),
]
