"""Every address Rapport answers, by app."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from config import views, views_api, views_health

handler404 = "config.views.not_found"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views_health.healthz, name="healthz"),
    path("readyz", views_health.readyz, name="readyz"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("inbox/", include("campaigns.urls_inbox")),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("campaigns.urls_public")),
    path("", include("customers.urls_public")),
    path("", include("referrals.urls_public")),
    path("", include("partners.urls_public")),
    path("partner/", include("partners.urls_portal")),
    path("b/<slug:brand_slug>/", include("customers.urls")),
    path("b/<slug:brand_slug>/", include("campaigns.urls")),
    path("b/<slug:brand_slug>/", include("referrals.urls")),
    path("b/<slug:brand_slug>/", include("partners.urls")),
    path("api/v1/", include("config.api")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("api/docs/", views_api.docs, name="api_docs"),
]
