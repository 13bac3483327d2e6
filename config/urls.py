"""Every address Rapport answers, by app."""

from django.urls import URLPattern, URLResolver, include, path

from config import views, views_health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views_health.healthz, name="healthz"),
    path("readyz", views_health.readyz, name="readyz"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("accounts/", include("allauth.urls")),
]
