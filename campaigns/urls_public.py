"""Addresses in mails. They never change: mails are opened years after they were sent."""

from django.urls import path

from campaigns.views import images, inbound, preferences, unsubscribe, webhooks

urlpatterns = [
    path("i/<str:name>", images.file, name="mail_image_file"),
    path("u/<str:token>", unsubscribe.page, name="unsubscribe"),
    path("p/<str:token>", preferences.page, name="preferences"),
    path("inbound/mail", inbound.mail, name="inbound_mail"),
    path("inbound/mailgun", webhooks.from_mailgun, name="inbound_mailgun"),
    path("inbound/ses", webhooks.from_ses, name="inbound_ses"),
    path("inbound/<uuid:brand>/<str:kind>", webhooks.from_provider, name="inbound_provider"),
]
