"""The pages of partners, who sign in as themselves: /partner/..."""

from django.urls import path

from partners.views import agreements, home

_ONE = "<str:partnership_id>/"

urlpatterns = [
    path("", home.index, name="partner_list"),
    path(_ONE, home.home, name="partner_home"),
    path(f"{_ONE}withdraw/", home.withdraw, name="partner_withdraw"),
    path(f"{_ONE}agreement/", agreements.page, name="partner_agreement"),
    path(f"{_ONE}agreement/agree/", agreements.agree, name="partner_agree"),
]
