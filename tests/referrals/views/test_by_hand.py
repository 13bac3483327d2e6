"""Staff attribute a friend by hand."""

import pytest
from django.test import Client

from accounts.scope import brand_scope
from config.kit.clock import now
from referrals.models.links import ReferralCode, Touch
from referrals.models.referrals import Referral
from tests.conftest import Cast
from tests.referrals.services import rewarding

URL = "/b/floral/referrals/friends/by-hand/"


@pytest.fixture
def code(cast: Cast) -> str:
    """Rae's."""
    with brand_scope(cast.floral):
        advocate = rewarding.advocate_in(rewarding.programme_of(), cast.rae)
        return ReferralCode.objects.get(advocate=advocate).code


def test_an_order_is_attributed_with_a_reason(cast: Cast, ben: Client, code: str) -> None:
    with brand_scope(cast.floral):
        order = rewarding.friend_order(placed_at=now())
    said = {"code": code.lower(), "order": order.source_id, "reason": "She rang us"}
    answer = ben.post(URL, said)
    assert answer.status_code == 302
    page = ben.get(answer["Location"]).content.decode()
    assert "She rang us" in page
    assert "Ben Hale" in page
    assert "Said so by staff" in page
    with brand_scope(cast.floral):
        assert Referral.objects.get().order_id == order.pk


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"code": "NOBODY"}, "Nobody has this code."),
        ({"order": "F-none"}, "There is no order of this number."),
        ({"order": ""}, "Name either an order or an address."),
        ({"order": "", "email": "nobody@example.com"}, "No customer has this address."),
        ({"order": "", "email": "rae@example.com"}, "own link"),
        ({"reason": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    cast: Cast, ben: Client, code: str, said: dict[str, str], words: str
) -> None:
    with brand_scope(cast.floral):
        order = rewarding.friend_order()
    answer = ben.post(URL, {"code": code, "order": order.source_id, "reason": "Rang", **said})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    with brand_scope(cast.floral):
        assert not Referral.objects.exists()
        assert not Touch.objects.exists()
