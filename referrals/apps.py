"""The referrals app."""

from django.apps import AppConfig


class ReferralsApp(AppConfig):
    name = "referrals"
