"""The page of suspicious referrals: what tells against each, and a decision on some of them."""

import pytest
from django.urls import reverse

from accounts.scope import brand_scope
from config.kit import ids
from referrals.models.referrals import Referral, Signal
from tests.referrals.services import rewarding


@pytest.fixture
def suspects(cast):
    """Two friends of Rae's under review."""
    with brand_scope(cast.floral):
        advocate = rewarding.advocate_in(rewarding.programme_of(), cast.rae)
        found = [rewarding.ready(advocate).referral for _ in range(2)]
        for referral in found:
            Signal.objects.create(referral=referral, name="same_phone", weight=60)
        Referral.objects.update(review="open", score=60)
        for referral in found:
            referral.refresh_from_db()
    return found


def _page(client):
    return client.get(reverse("referral_reviews", args=["floral"])).content.decode()


def _decide(client, suspects, outcome, note=""):
    chosen = [ids.encode("ref", each.uid) for each in suspects]
    return client.post(
        reverse("referral_reviews_decide", args=["floral"]),
        {"referral": chosen, "outcome": outcome, "note": note},
        follow=True,
    ).content.decode()


def _states(cast, suspects):
    with brand_scope(cast.floral):
        rows = Referral.objects.filter(pk__in=[each.pk for each in suspects]).order_by("pk")
        return list(rows.values_list("review", flat=True))


def test_where_nothing_is_suspicious_it_says_how_it_would_be_told(ana):
    page = _page(ana)
    assert "Nothing looks suspicious" in page
    assert "one home, office or network alone never holds anybody up" in page


def test_each_advocates_friends_stand_together_with_what_tells_against_them(cast, ana, suspects):
    page = _page(ana)
    assert page.count('class="review"') == 1
    assert page.count('name="referral" value="ref_') == 2
    assert page.count("Both have the same phone number") == 2
    assert reverse("customer", args=["floral", ids.encode("cus", cast.rae.uid)]) in page


def test_some_are_fine_and_the_others_still_wait(cast, ana, suspects):
    answer = _decide(ana, suspects[:1], "clear")
    assert "Fine. Their rewards go on as promised." in answer
    assert _states(cast, suspects) == ["cleared", "open"]
    assert "Refuse after all" in answer


def test_refusing_needs_a_reason_and_changes_nothing_without(cast, ana, suspects):
    assert "Say why" in _decide(ana, suspects, "refuse")
    assert _states(cast, suspects) == ["open", "open"]
    answer = _decide(ana, suspects, "refuse", "One person.")
    assert "Refused. Nothing is paid for them" in answer
    assert _states(cast, suspects) == ["refused", "refused"]


def test_nothing_ticked_decides_nothing(cast, ana, suspects):
    assert "Tick the friends" in _decide(ana, [], "clear")
    assert _states(cast, suspects) == ["open", "open"]


def test_what_is_not_this_brands_is_not_there(cast, ana, suspects):
    answer = ana.post(
        reverse("referral_reviews_decide", args=["floral"]),
        {"referral": ["ref_00000000000000000000000000"], "outcome": "clear"},
    )
    assert answer.status_code == 404
    assert _states(cast, suspects) == ["open", "open"]
