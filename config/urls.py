"""Every address Rapport answers, by app."""

from django.urls import URLPattern, URLResolver, include, path

from config import views_health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views_health.healthz, name="healthz"),
    path("readyz", views_health.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
]
