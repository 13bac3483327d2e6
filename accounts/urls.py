"""The addresses of the house's own people and brands."""

from django.urls import URLPattern, path

from accounts.views import home, settings

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("brands/new/", home.brand_create, name="brand_create"),
    path("b/<slug:brand_slug>/settings/", settings.brand_settings, name="brand_settings"),
    path("b/<slug:brand_slug>/settings/team/", settings.team, name="team"),
    path(
        "b/<slug:brand_slug>/settings/team/<int:pk>/role/",
        settings.member_role,
        name="member_role",
    ),
    path("b/<slug:brand_slug>/settings/keys/", settings.api_keys, name="api_keys"),
    path(
        "b/<slug:brand_slug>/settings/keys/<int:pk>/revoke/",
        settings.api_key_revoke,
        name="api_key_revoke",
    ),
]
