"""Another rule of attribution is tried on what was decided, and touches nothing."""

from datetime import timedelta

from django.test import Client

from accounts.scope import brand_scope
from config.kit import ids
from config.kit.clock import now
from referrals.models.programmes import Programme
from referrals.models.referrals import Decision, Referral
from referrals.services.qualifying import qualify_orders
from referrals.services.touches import record_touch
from tests import factories
from tests.conftest import Cast
from tests.referrals.services import rewarding


def test_a_shorter_window_is_tried_and_nothing_is_changed(cast: Cast, ben: Client) -> None:
    with brand_scope(cast.floral):
        programme = rewarding.programme_of()
        Programme.objects.update(started_at=now() - timedelta(days=100))
        rae = rewarding.advocate_in(programme, cast.rae)
        friend = factories.customer(email="fay@example.com")
        record_touch(rae, kind="visit", customer=friend, at=now() - timedelta(days=40))
        order = rewarding.friend_order(customer=friend)
        qualify_orders([order.pk])
        before = list(Referral.objects.values()), list(Decision.objects.values())
    url = f"/b/floral/referrals/programmes/{ids.encode('prp', programme.uid)}/what-if/"
    assert "Every decision keeps everything" in ben.get(url).content.decode()

    same = ben.get(f"{url}?model=sticky&window_days=90&period=30").content.decode()
    assert "0 more would count, 0 would count no more" in same
    page = ben.get(f"{url}?model=last&window_days=30&period=30").content.decode()
    assert "0 more would count, 1 would count no more" in page
    assert f'<th scope="row">{order.source_id}</th>' in page
    assert "Rae Winter" in page
    assert "Nobody&#x27;s: The order came after the programme&#x27;s window" in page
    wrong = ben.get(f"{url}?model=last&window_days=0&period=30").content.decode()
    assert "greater than or equal to 1" in wrong
    with brand_scope(cast.floral):
        assert (list(Referral.objects.values()), list(Decision.objects.values())) == before
