"""The brand's pages about partners."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
