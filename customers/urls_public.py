"""Addresses that customers reach from a mail; each holds a token that only its reader has."""

from django.urls import URLPattern, path

from customers.views import opt_in

urlpatterns: list[URLPattern] = [
    path("confirm/<str:token>", opt_in.page, name="opt_in_confirm"),
]
