"""Addresses in mails. They never change: mails are opened years after they were sent."""

from django.urls import path

from campaigns.views import preferences, unsubscribe

urlpatterns = [
    path("u/<str:token>", unsubscribe.page, name="unsubscribe"),
    path("p/<str:token>", preferences.page, name="preferences"),
]
