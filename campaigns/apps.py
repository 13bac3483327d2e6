"""The campaigns app."""

from django.apps import AppConfig


class CampaignsApp(AppConfig):
    name = "campaigns"
