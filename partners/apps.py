"""The partners app."""

from django.apps import AppConfig


class PartnersApp(AppConfig):
    name = "partners"
