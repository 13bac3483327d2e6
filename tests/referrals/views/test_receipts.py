"""The friends that were brought, and how each was decided."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.scope import brand_scope
from config.kit import ids
from referrals.models.links import Touch
from referrals.models.programmes import Advocate
from referrals.models.referrals import Decision, Referral
from referrals.services.touches import record_touch
from tests.conftest import Cast
from tests.referrals.services import rewarding


@pytest.fixture
def referral(cast: Cast) -> Referral:
    """A friend of Rae's who ordered: the code at the checkout won over a visit."""
    with brand_scope(cast.floral):
        programme = rewarding.programme_of()
        advocate = rewarding.advocate_in(programme, cast.rae)
        row = rewarding.granted(advocate).referral
        touches = [record_touch(advocate, kind=kind) for kind in ("code", "visit")]
        Decision.objects.create(
            programme=programme,
            version=row.version,
            referral=row,
            order=row.order,
            outcome="attributed",
            evidence=[_entry(touches[0], 40), _entry(touches[1], 20, reason="window_passed")],
        )
        row.refresh_from_db()
    return row


def _entry(touch: Touch, strength: int, **more: str) -> dict[str, object]:
    return {
        "touch": touch.pk,
        "advocate": touch.advocate_id,
        "kind": touch.kind,
        "at": touch.at.isoformat(),
        "strength": strength,
        **more,
    }


def address(referral: Referral) -> str:
    return reverse("referral", args=["floral", ids.encode("ref", referral.uid)])


def test_the_list_is_narrowed_by_state_and_reason(
    cast: Cast, ben: Client, referral: Referral
) -> None:
    url = reverse("referral_list", args=["floral"])
    assert address(referral) in ben.get(url).content.decode()
    assert address(referral) in ben.get(f"{url}?show=ordered").content.decode()
    assert address(referral) not in ben.get(f"{url}?show=not").content.decode()
    with brand_scope(cast.floral):
        Referral.objects.update(state="disqualified", reason="below_minimum")
    page = ben.get(f"{url}?show=not&reason=below_minimum").content.decode()
    assert address(referral) in page
    assert "The order was below the minimum" in page
    assert address(referral) not in ben.get(f"{url}?reason=own_link").content.decode()


def test_the_receipt_tells_the_winner_the_loser_and_why(ben: Client, referral: Referral) -> None:
    page = ben.get(address(referral)).content.decode()
    assert "Typed the code at the checkout" in page
    assert "Came to the shop through the link" in page
    assert "Won" in page
    assert "The order came after the programme&#x27;s window" in page
    assert "Version 1" in page
    assert "£10" in page


def test_who_reviews_bars_an_advocate_with_a_reason_and_lifts_it(
    cast: Cast, ana: Client, ben: Client, referral: Referral
) -> None:
    with brand_scope(cast.floral):
        public_id = ids.encode("adv", Advocate.objects.get().uid)
    bar = reverse("referral_advocate_bar", args=["floral", public_id])
    assert ben.post(bar, {"reason": "Spam"}).status_code == 404
    refused = ana.post(bar, {"reason": " "})
    assert "Say why" in refused.content.decode()
    with brand_scope(cast.floral):
        assert Advocate.objects.get().barred_at is None

    ana.post(bar, {"reason": "Spam"})
    assert "Spam" in ana.get(address(referral)).content.decode()
    with brand_scope(cast.floral):
        assert Advocate.objects.get().barred_reason == "Spam"
    ana.post(reverse("referral_advocate_unbar", args=["floral", public_id]))
    with brand_scope(cast.floral):
        assert Advocate.objects.get().barred_at is None
