"""`config` is an installed app, so that its commands and template tags may reach every app."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class ConfigApp(AppConfig):
    name = "config"
    label = "config"

    def ready(self) -> None:
        celery = import_module("config.celery")
        # At once, not when a worker starts: the web process asks for these kinds of work too.
        celery.app.autodiscover_tasks(force=True)
        for module in settings.WIRING:
            import_module(module)
