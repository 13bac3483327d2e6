"""The brand's pages about referrals."""

from django.urls import path

from referrals.views import programmes, setup

_ONE = "referrals/programmes/<str:programme_id>/"

urlpatterns = [
    path("referrals/", programmes.index, name="referrals"),
    path("referrals/programmes/new/", programmes.new, name="referral_new"),
    path(_ONE, programmes.show, name="referral_programme"),
    path(f"{_ONE}set-up/<slug:name>/", setup.step, name="referral_programme_setup"),
    path(f"{_ONE}start/", setup.start, name="referral_programme_start"),
    path(f"{_ONE}pause/", programmes.pause, name="referral_programme_pause"),
    path(f"{_ONE}resume/", programmes.resume, name="referral_programme_resume"),
    path(f"{_ONE}end/", programmes.end, name="referral_programme_end"),
]
