"""The customers app."""

from django.apps import AppConfig


class CustomersApp(AppConfig):
    name = "customers"
