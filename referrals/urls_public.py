"""Addresses of customers and their friends. They stand in mails and on cards, so they never
change."""

from django.urls import path

from referrals.views import claims, portal

urlpatterns = [
    path("me/<str:token>", portal.page, name="portal"),
    path("me/<str:token>/device", portal.device, name="portal_device"),
    path("me/<str:token>/<slug:name>", portal.act, name="portal_act"),
    path("reward/<str:token>", claims.page, name="reward"),
    path("reward/<str:token>/device", claims.device, name="reward_device"),
]
