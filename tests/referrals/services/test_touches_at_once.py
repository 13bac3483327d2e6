"""Two spellings of one mailbox, claimed at the same moment, are one friend."""

from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic, sleep

import pytest
from django.db import connection, connections

from accounts.scope import brand_scope
from referrals.models.links import Touch
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.services.advocates import current_code, join
from referrals.services.programmes import create_programme, go_live
from referrals.services.touches import Claim, claim_as_friend
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

_WAITS = (
    "SELECT 1 FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()"
)


def _wait_until_it_waits(other: Future[Claim]) -> None:
    """Until the other's connection waits for ours."""
    end = monotonic() + 60
    with connection.cursor() as cursor:
        while monotonic() < end and not other.done():
            cursor.execute(_WAITS)
            if cursor.fetchone():
                return
            sleep(0.02)


def test_two_spellings_claimed_at_once_are_one_referral(cast: Cast) -> None:
    with brand_scope(cast.floral):
        programme = create_programme("Give 10, get 10")
        go_live(programme)
        code = current_code(join(programme, customer=cast.rae, source="api"))

    def claim_too() -> Claim:
        try:
            with brand_scope(cast.floral):
                return claim_as_friend(code, email="f.ay@googlemail.com")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with brand_scope(cast.floral):
            first = claim_as_friend(code, email="fay@gmail.com")
            other = pool.submit(claim_too)
            _wait_until_it_waits(other)
        second = other.result()

    assert (first.is_new, second.is_new) == (True, False)
    assert second.referral == first.referral
    with brand_scope(cast.floral):
        assert (Referral.objects.count(), Reward.objects.count()) == (1, 1)
        assert Touch.objects.filter(kind="claim").count() == 2
