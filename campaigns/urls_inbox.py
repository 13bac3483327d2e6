"""The demo's inbox; it belongs to no brand."""

from django.urls import path

from campaigns.views import inbox

urlpatterns = [
    path("", inbox.index, name="inbox"),
    path("<int:number>/", inbox.read, name="inbox_mail"),
    path("<int:number>/html/", inbox.html, name="inbox_html"),
]
