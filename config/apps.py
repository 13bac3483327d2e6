"""`config` is an installed app, so that its commands and template tags may reach every app."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class ConfigApp(AppConfig):
    name = "config"
    label = "config"

    def ready(self) -> None:
        import_module("config.celery")
        import_module(settings.WIRING)
