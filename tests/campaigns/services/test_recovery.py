"""A lost host: what it was sending is flagged, and nothing of it is sent again."""

import pytest

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.senders import SENDER_LOCKS
from campaigns.selectors.senders import senders
from campaigns.services.desk import Desk, Result
from campaigns.services.recovery import give_up
from tests.campaigns.mailing import conninfo, customers, launched, outcomes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(db):
    mine = Desk(conninfo(), host="here", pid=1)
    yield mine
    mine.close()


def begin(host):
    """A sender on `host` that has taken a chunk."""
    other = Desk(conninfo(), host=host, pid=2)
    return other, other.claim(last_brand_id=0)


def test_everybody_undecided_on_a_lost_host_becomes_unknown(cast, desk):
    with brand_scope(cast.floral):
        rows = customers(4)
    campaign = launched(cast.floral)
    other, claim = begin("lost")
    other.recheck(claim, [], [Result(rows[0].pk, "sent")])
    other.close()
    assert give_up(desk, host="lost") == 3
    found = outcomes(cast.floral, campaign)
    assert found.pop("c0@example.com") == ("sent", "")
    assert set(found.values()) == {("unknown", "host_lost")}
    with brand_scope(cast.floral):
        assert Campaign.objects.get().state == "done"
    assert give_up(desk, host="lost") == 0


@pytest.mark.parametrize("given_up", ["elsewhere", "alive"])
def test_other_hosts_and_living_senders_are_left_alone(cast, desk, given_up):
    with brand_scope(cast.floral):
        customers(2)
    campaign = launched(cast.floral)
    other, _ = begin("alive")
    assert give_up(desk, host=given_up) == 0
    assert outcomes(cast.floral, campaign) == {}
    other.close()


def test_senders_are_listed_with_their_life_and_work(cast, desk):
    with brand_scope(cast.floral):
        customers(2)
    launched(cast.floral)
    other, _ = begin("there")
    seen = [(each.host, each.is_alive, each.chunks) for each in senders()]
    assert seen == [("here", True, 0), ("there", True, 1)]
    other.close()
    assert SENDER_LOCKS < 2**31
