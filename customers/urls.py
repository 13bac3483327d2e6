"""The addresses of customers, below /b/<brand>/."""

from django.urls import URLPattern, path

from customers.views import customers, overview

urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="overview"),
    path("customers/", customers.customers, name="customers"),
    path("customers/<str:public_id>/", customers.customer, name="customer"),
]
