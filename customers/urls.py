"""The addresses of customers, below /b/<brand>/."""

from django.urls import URLPattern, path

from customers.views import customers, overview, segments

urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="overview"),
    path("customers/", customers.customers, name="customers"),
    path("customers/<str:public_id>/", customers.customer, name="customer"),
    path("segments/", segments.segments, name="segments"),
    path("segments/new/", segments.segment_new, name="segment_new"),
    path("segments/save/", segments.segment_save, name="segment_save"),
    path("segments/rows/", segments.segment_rows, name="segment_rows"),
    path("segments/panel/", segments.segment_panel, name="segment_panel"),
    path("segments/<str:public_id>/", segments.segment, name="segment"),
    path("segments/<str:public_id>/count/", segments.segment_count, name="segment_count"),
    path("segments/<str:public_id>/delete/", segments.segment_delete, name="segment_delete"),
]
