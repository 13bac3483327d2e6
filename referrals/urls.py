"""The brand's pages about referrals."""

from django.urls import path

from referrals.views import (
    by_hand,
    liability,
    places,
    previews,
    programmes,
    receipts,
    replay,
    reviews,
    rewards,
    settings,
    setup,
)

_ONE = "referrals/programmes/<str:programme_id>/"
_REWARD = "referrals/rewards/<str:reward_id>/"
_ADVOCATE = "referrals/advocates/<str:advocate_id>/"

urlpatterns = [
    path("referrals/", programmes.index, name="referrals"),
    path("referrals/programmes/new/", programmes.new, name="referral_new"),
    path(_ONE, programmes.show, name="referral_programme"),
    path(f"{_ONE}set-up/<slug:name>/", setup.step, name="referral_programme_setup"),
    path(f"{_ONE}places/", places.places, name="referral_programme_places"),
    path(f"{_ONE}places/card/", places.card, name="referral_programme_card"),
    path(f"{_ONE}preview/<slug:side>/", previews.preview, name="referral_programme_preview"),
    path(f"{_ONE}start/", setup.start, name="referral_programme_start"),
    path(f"{_ONE}compared/", programmes.compared, name="referral_programme_compared"),
    path(f"{_ONE}what-if/", replay.what_if, name="referral_programme_what_if"),
    path(f"{_ONE}pause/", programmes.pause, name="referral_programme_pause"),
    path(f"{_ONE}resume/", programmes.resume, name="referral_programme_resume"),
    path(f"{_ONE}end/", programmes.end, name="referral_programme_end"),
    path("referrals/friends/", receipts.index, name="referral_list"),
    path("referrals/friends/by-hand/", by_hand.by_hand, name="referral_by_hand"),
    path("referrals/friends/<str:referral_id>/", receipts.show, name="referral"),
    path(f"{_ADVOCATE}bar/", receipts.bar, name="referral_advocate_bar"),
    path(f"{_ADVOCATE}unbar/", receipts.unbar, name="referral_advocate_unbar"),
    path("referrals/reviews/", reviews.index, name="referral_reviews"),
    path("referrals/reviews/decide/", reviews.decide, name="referral_reviews_decide"),
    path("referrals/rewards/", rewards.index, name="referral_rewards"),
    path("referrals/rewards/rewards.csv", rewards.file, name="referral_rewards_csv"),
    path(_REWARD, rewards.show, name="referral_reward"),
    path(f"{_REWARD}pay/", rewards.pay, name="referral_reward_pay"),
    path(f"{_REWARD}hold/", rewards.hold, name="referral_reward_hold"),
    path(f"{_REWARD}release/", rewards.release, name="referral_reward_release"),
    path(f"{_REWARD}refuse/", rewards.refuse, name="referral_reward_refuse"),
    path(f"{_REWARD}restore/", rewards.restore, name="referral_reward_restore"),
    path("referrals/owed/", liability.report, name="referral_liability"),
    path("referrals/owed/owed.csv", liability.file, name="referral_liability_csv"),
    path("referrals/settings/", settings.rewards, name="referral_settings"),
]
