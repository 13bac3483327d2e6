"""The list of referral programmes, one's page, and its acts."""

from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.scope import brand_scope
from config.kit import ids
from referrals.models.programmes import Advocate, Programme
from referrals.services.advocates import join
from referrals.services.programmes import create_programme, go_live
from tests.conftest import Cast
from tests.referrals.services import rewarding

NUMBERS = count(1)


@pytest.fixture
def live(cast: Cast) -> Programme:
    with brand_scope(cast.floral):
        programme = create_programme("Spring")
        go_live(programme)
        join(programme, customer=cast.rae, source="portal")
    return programme


def address(name: str, programme: Programme) -> str:
    return reverse(name, args=["floral", ids.encode("prp", programme.uid)])


def test_a_brand_without_one_is_shown_what_it_is(cast: Cast, ben: Client) -> None:
    page = ben.get(reverse("referrals", args=["floral"])).content.decode()
    assert "Give 10, get 10" in page
    assert reverse("referral_new", args=["floral"]) in page


def test_the_list_tells_who_takes_part(ben: Client, live: Programme) -> None:
    page = ben.get(reverse("referrals", args=["floral"])).content.decode()
    assert '<td class="num" data-label="Take part">1</td>' in page
    assert '<td class="num" data-label="Friends">0</td>' in page


def test_it_is_paused_goes_on_and_ends(cast: Cast, ben: Client, live: Programme) -> None:
    for act, state in (("pause", "paused"), ("resume", "live"), ("end", "ended")):
        answer = ben.post(address(f"referral_programme_{act}", live))
        assert answer["Location"] == address("referral_programme", live)
        with brand_scope(cast.floral):
            assert Programme.objects.get(pk=live.pk).state == state
    assert ben.get(address("referral_programme", live)).status_code == 200
    again = ben.post(address("referral_programme_resume", live))
    assert "This programme is ended" in again.content.decode()
    with brand_scope(cast.floral):
        assert Programme.objects.get(pk=live.pk).state == "ended"


def test_pages_need_as_many_queries_for_one_row_as_for_ten(
    cast: Cast, ben: Client, live: Programme, django_assert_max_num_queries: Any
) -> None:
    pages = ("", "friends/", "rewards/", "owed/", f"programmes/{ids.encode('prp', live.uid)}/")
    counts = []
    for more in (1, 9):
        with brand_scope(cast.floral):
            advocate = Advocate.objects.get(programme=live)
            for _ in range(more):
                rewarding.granted(advocate)
                create_programme(f"Draft {next(NUMBERS)}")
        for page in pages:
            with django_assert_max_num_queries(40) as used:
                assert ben.get(f"/b/floral/referrals/{page}").status_code == 200
            counts.append(len(used))
    assert counts[: len(pages)] == counts[len(pages) :]


def test_the_comparison_comes_after_the_page_and_judges_nobody_too_early(
    ben: Client, live: Programme
) -> None:
    page = ben.get(address("referral_programme", live)).content.decode()
    assert address("referral_programme_compared", live) in page
    part = ben.get(address("referral_programme_compared", live)).content.decode()
    assert "It takes 30 referred customers" in part
    assert "<html" not in part
