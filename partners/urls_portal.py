"""The pages of partners, who sign in as themselves: /partner/..."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
