"""Addresses of customers and their friends. They stand in mails and on cards, so they never
change."""

from django.urls import path

from referrals.views import claims, join, landing, portal, shares, visits

urlpatterns = [
    path("r/<slug:brand_slug>/<str:code>", landing.page, name="referral_landing"),
    path("r/<slug:brand_slug>/<str:code>/qr.png", landing.qr, name="referral_qr"),
    path("refer/<slug:brand_slug>/<str:programme_id>", join.page, name="referral_join"),
    path("refer/<slug:brand_slug>/<str:programme_id>/offer", visits.offer, name="referral_offer"),
    path("touch/<slug:brand_slug>", visits.visit, name="referral_visit"),
    path("me/<str:token>/shared", shares.shared, name="portal_shared"),
    path("me/<str:token>", portal.page, name="portal"),
    path("me/<str:token>/device", portal.device, name="portal_device"),
    path("me/<str:token>/<slug:name>", portal.act, name="portal_act"),
    path("reward/<str:token>", claims.page, name="reward"),
    path("reward/<str:token>/device", claims.device, name="reward_device"),
]
