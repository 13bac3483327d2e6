"""The addresses of customers, below /b/<brand>/."""

from django.urls import URLPattern, path

from customers.views import (
    customers,
    imports,
    overview,
    segment_compare,
    segment_page,
    segment_ready,
    segments,
)

urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="overview"),
    path("customers/", customers.customers, name="customers"),
    path("customers/<str:public_id>/", customers.customer, name="customer"),
    path("imports/", imports.import_new, name="import_new"),
    path("imports/<str:import_id>/", imports.import_page, name="import"),
    path("imports/<str:import_id>/columns/", imports.import_columns, name="import_columns"),
    path("imports/<str:import_id>/start/", imports.import_start, name="import_start"),
    path("imports/<str:import_id>/rows/", imports.import_rows, name="import_rows"),
    path("imports/<str:import_id>/rows.csv", imports.import_rows_csv, name="import_rows_csv"),
    path("segments/", segments.segments, name="segments"),
    path("segments/new/", segments.segment_new, name="segment_new"),
    path("segments/save/", segments.segment_save, name="segment_save"),
    path("segments/rows/", segments.segment_rows, name="segment_rows"),
    path("segments/panel/", segments.segment_panel, name="segment_panel"),
    path("segments/figures/", segment_ready.segment_figures, name="segment_figures"),
    path("segments/ready/", segment_ready.segment_ready, name="segment_ready"),
    path(
        "segments/ready/<slug:key>/", segment_ready.segment_ready_use, name="segment_ready_use"
    ),
    path("segments/compare/", segment_compare.segment_compare, name="segment_compare"),
    path("segments/<str:public_id>/", segment_page.segment, name="segment"),
    path("segments/<str:public_id>/why/", segment_page.segment_why, name="segment_why"),
    path("segments/<str:public_id>/edit/", segments.segment_edit, name="segment_edit"),
    path(
        "segments/<str:public_id>/export.csv", segment_page.segment_export, name="segment_export"
    ),
    path("segments/<str:public_id>/count/", segments.segment_count, name="segment_count"),
    path("segments/<str:public_id>/delete/", segments.segment_delete, name="segment_delete"),
]
