"""What referrals ask for on the overview, and how the way of earning stands there."""

from dataclasses import replace

from accounts.models.brands import Brand
from accounts.models.members import Role
from accounts.permissions import PERMISSIONS
from customers.models.credits import CreditSource
from customers.selectors.credits import Earned
from customers.selectors.overview import revenue, span_of
from referrals.models.programmes import Advocate
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.selectors.suggestions import drafts, to_give_out, to_look_at, way_to_earn
from referrals.services.programmes import create_programme
from tests.referrals.services import rewarding

OWNER, VIEWER = PERMISSIONS[Role.OWNER], PERMISSIONS[Role.VIEWER]


def test_what_waits_is_told_to_who_may_act(floral: Brand, advocate: Advocate) -> None:
    create_programme("Autumn")
    reward = rewarding.granted(advocate)
    for source in (to_look_at, to_give_out):
        assert source(floral, OWNER) == []
    Referral.objects.update(review="open")
    Reward.objects.filter(pk=reward.pk).update(state="issued", kind="cash")
    titles = [
        row.title for source in (to_look_at, to_give_out, drafts) for row in source(floral, OWNER)
    ]
    assert titles == [
        "1 friend looks suspicious",
        "1 reward to give out",
        "“Autumn” is not live yet",
    ]
    for source in (to_look_at, to_give_out, drafts):
        assert source(floral, VIEWER) == []


def test_the_way_of_earning_says_what_is_known(floral: Brand) -> None:
    rewarding.friend_order()
    taken = revenue(span=span_of("all"), as_of=floral.today)
    assert taken is not None
    before = way_to_earn(taken)
    assert (before.minor, before.url) == (None, "/b/floral/referrals/")
    rewarding.programme_of()
    assert way_to_earn(taken).minor == 0
    earned = replace(taken, earned={CreditSource.REFERRAL: Earned(700, (300, 400))})
    assert (way_to_earn(earned).minor, way_to_earn(earned).over_time) == (700, (300, 400))
