"""Addresses that stand in mails, on tills and on vouchers, so they never change: invitations,
applications, customers' offers and vouchers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
