"""The four steps of setting a referral programme up, and what they keep."""

from typing import Any

import msgspec
import pytest
from django.test import Client
from django.urls import reverse

from accounts.scope import brand_scope
from config.kit import ids
from referrals.models.programmes import Programme
from referrals.rules.terms import (
    AllOf,
    AnyOf,
    Arm,
    Attribution,
    Caps,
    ChannelIn,
    CountryIn,
    MinimumOrder,
    NoOtherCode,
    NthOrder,
    Review,
    RewardTerms,
    TaggedWith,
    Terms,
    Tier,
)
from referrals.selectors.programmes import draft_of
from referrals.services.programmes import create_programme, save_draft
from tests.conftest import Cast

OFFER = {
    "advocate-kind": "cash",
    "advocate-worth": "12.50",
    "advocate-hold_days": "30",
    "advocate-expires_days": "",
    "friend-kind": "coupon",
    "friend-worth": "8",
    "friend-percent": "20",
    "friend-minimum_order": "40",
    "friend-hold_days": "0",
    "friend-expires_days": "60",
    "friend-on": "claim",
    "tier1-at": "3",
    "tier1-repeats": "once",
    "tier1-kind": "coupon",
    "tier1-worth": "20",
    "tier2-repeats": "once",
    "tier2-kind": "coupon",
    "tier3-repeats": "once",
    "tier3-kind": "coupon",
}
RULES = {
    "nth_order": "1",
    "minimum_order": "30",
    "countries": "United Kingdom, Ireland",
    "channels": ["web"],
    "tags": "gift",
    "no_other_code": "on",
    "window_days": "60",
    "model": "last",
    "budget": "5000",
    "per_advocate": "10",
    "period_days": "365",
    "approve_below": "25",
    "hold_score": "60",
    "deadline_days": "7",
    "when_overdue": "escalate",
}


@pytest.fixture
def draft(cast: Cast) -> Programme:
    with brand_scope(cast.floral):
        return create_programme("Spring")


def address(programme: Programme, name: str) -> str:
    public_id = ids.encode("prp", programme.uid)
    return reverse("referral_programme_setup", args=["floral", public_id, name])


def kept(cast: Cast, programme: Programme) -> Terms:
    with brand_scope(cast.floral):
        return draft_of(Programme.objects.get(pk=programme.pk))


def test_a_new_one_begins_with_the_preset_at_the_first_step(cast: Cast, ben: Client) -> None:
    answer = ben.post(reverse("referral_new", args=["floral"]), {"name": "Bring a friend"})
    with brand_scope(cast.floral):
        programme = Programme.objects.get(name="Bring a friend")
    assert answer["Location"] == address(programme, "offer")
    page = ben.get(answer["Location"]).content.decode()
    assert "£10 as a coupon, at once, for the first order" in page
    assert "£10 as a coupon, 14 days after the order" in page


def test_a_taken_name_is_refused_beside_it(cast: Cast, ben: Client, draft: Programme) -> None:
    answer = ben.post(reverse("referral_new", args=["floral"]), {"name": "Spring"})
    assert "There is a referral programme of this name already." in answer.content.decode()
    with brand_scope(cast.floral):
        assert Programme.objects.count() == 1


def test_the_first_step_keeps_what_both_sides_get(
    cast: Cast, ben: Client, draft: Programme
) -> None:
    answer = ben.post(address(draft, "offer"), OFFER)
    assert answer["Location"] == address(draft, "rules")
    terms = kept(cast, draft)
    assert terms.advocate == RewardTerms("cash", 1_250, hold_days=30, expires_days=None)
    assert terms.friend == RewardTerms(
        "coupon", 800, percent=20, minimum_order=4_000, hold_days=0, expires_days=60, on="claim"
    )
    reward = RewardTerms("coupon", 2_000, hold_days=30, expires_days=None)
    assert terms.tiers == [Tier(at=3, reward=reward)]


def test_the_second_step_keeps_the_rules_and_what_came_through_the_api(
    cast: Cast, ben: Client, draft: Programme
) -> None:
    other = AnyOf(of=[CountryIn(countries=["France"]), MinimumOrder(amount=9_000)])
    with brand_scope(cast.floral):
        terms = draft_of(draft)
        qualifying = AllOf(of=[NthOrder(), other])
        save_draft(draft, terms=msgspec.structs.replace(terms, qualifying=qualifying))
    page = ben.get(address(draft, "rules")).content.decode()
    assert "either to France or from £90" in page

    assert ben.post(address(draft, "rules"), RULES).status_code == 302
    terms = kept(cast, draft)
    assert terms.qualifying == AllOf(
        of=[
            NthOrder(n=1),
            MinimumOrder(amount=3_000),
            CountryIn(countries=["United Kingdom", "Ireland"]),
            ChannelIn(channels=["web"]),
            TaggedWith(tags=["gift"]),
            NoOtherCode(),
            other,
        ]
    )
    assert terms.attribution == Attribution(window_days=60, model="last")
    assert terms.caps == Caps(budget=500_000, per_advocate=10, period_days=365)
    assert terms.review == Review(
        hold_score=60, approve_below=2_500, deadline_days=7, when_overdue="escalate"
    )


def test_the_third_and_fourth_steps_keep_words_hold_out_and_another_offer(
    cast: Cast, ben: Client, draft: Programme
) -> None:
    texts = msgspec.to_builtins(kept(cast, draft).texts) | {
        "headline": "Flowers for two",
        "shop_address": "https://floral.example/",
    }
    assert ben.post(address(draft, "words"), texts).status_code == 302
    more = {
        "holdout_percent": "10",
        "armB-percent": "50",
        "armB-name": "More for the friend",
        "armB-friend": "15",
        "armC-name": "Offer C",
    }
    assert ben.post(address(draft, "start"), more).status_code == 302
    terms = kept(cast, draft)
    assert terms.texts.headline == "Flowers for two"
    assert terms.texts.shop_address == "https://floral.example/"
    assert terms.holdout_percent == 10
    assert terms.friend is not None
    assert terms.arms == [
        Arm(
            name="More for the friend",
            percent=50,
            friend=msgspec.structs.replace(terms.friend, amount=1_500),
        )
    ]


@pytest.mark.parametrize(
    ("step", "wrong", "words"),
    [
        ("offer", {**OFFER, "advocate-worth": ""}, "Say how much it is worth."),
        ("offer", {**OFFER, "advocate-worth": "1.001"}, "That is too exact an amount."),
        ("offer", {**OFFER, "advocate-kind": "points"}, "Select a valid choice."),
        ("rules", {**RULES, "window_days": "0"}, "greater than or equal to 1"),
        ("rules", {**RULES, "countries": "x" * 121}, "Put commas between them."),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_kept(
    cast: Cast, ben: Client, draft: Programme, step: str, wrong: dict[str, Any], words: str
) -> None:
    before = kept(cast, draft)
    answer = ben.post(address(draft, step), wrong)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert kept(cast, draft) == before


def test_typing_keeps_the_draft_and_answers_with_what_stands_beside(
    cast: Cast, ben: Client, draft: Programme
) -> None:
    answer = ben.post(address(draft, "offer"), OFFER, headers={"HX-Request": "true"})
    part = answer.content.decode()
    assert 'id="beside"' in part
    assert "<html" not in part
    assert "£12.50 in cash, 30 days after the order" in part
    assert "20% off as a coupon, at most £8, on orders from £40, at once" in part
    assert kept(cast, draft).advocate == RewardTerms("cash", 1_250, hold_days=30, expires_days=None)


def test_the_last_button_starts_it_and_a_change_is_a_new_version(
    cast: Cast, ben: Client, draft: Programme
) -> None:
    public_id = ids.encode("prp", draft.uid)
    start = reverse("referral_programme_start", args=["floral", public_id])
    ben.post(start)
    with brand_scope(cast.floral):
        draft.refresh_from_db()
    assert (draft.state, draft.version) == ("live", 1)

    ben.post(address(draft, "offer"), OFFER)
    with brand_scope(cast.floral):
        draft.refresh_from_db()
    assert draft.version == 1  # a draft holds for nobody
    page = ben.get(address(draft, "start")).content.decode()
    assert '<del class="muted">£10 as a coupon, 14 days after the order' in page
    ben.post(start)
    with brand_scope(cast.floral):
        draft.refresh_from_db()
    assert draft.version == 2


def test_what_cannot_start_says_why_and_stays_a_draft(
    cast: Cast, ben: Client, draft: Programme
) -> None:
    nothing = {**OFFER, "advocate-kind": "", "friend-kind": "", "tier1-at": ""}
    ben.post(address(draft, "offer"), nothing)
    public_id = ids.encode("prp", draft.uid)
    start = reverse("referral_programme_start", args=["floral", public_id])
    answer = ben.post(start, follow=True)
    assert "Say what the advocate or the friend gets." in answer.content.decode()
    with brand_scope(cast.floral):
        draft.refresh_from_db()
    assert (draft.state, draft.version) == ("draft", 0)


def test_a_step_of_no_name_is_not_there(ben: Client, draft: Programme) -> None:
    assert ben.get(address(draft, "magic")).status_code == 404


def test_the_frames_show_both_pages_in_the_drafts_words_and_run_nothing(
    cast: Cast, ben: Client, draft: Programme
) -> None:
    texts = msgspec.to_builtins(kept(cast, draft).texts)
    words = {"headline": "Flowers for two", "landing_headline": "{name} sends {friend_reward}"}
    ben.post(address(draft, "words"), texts | words)
    public_id = ids.encode("prp", draft.uid)
    for side, shown in (("customer", "Flowers for two"), ("friend", "Anna sends £10")):
        url = reverse("referral_programme_preview", args=["floral", public_id, side])
        answer = ben.get(url)
        assert shown in answer.content.decode()
        assert "<script" not in answer.content.decode()
        assert "sandbox" in answer["Content-Security-Policy"]
    nobody = reverse("referral_programme_preview", args=["floral", public_id, "stranger"])
    assert ben.get(nobody).status_code == 404
