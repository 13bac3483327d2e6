"""A lost host: what it was sending is flagged, and nothing of it is sent again."""

import pytest

from accounts.scope import brand_scope
from campaigns.channels.email.journal import open_journal
from campaigns.models.campaigns import Campaign
from campaigns.models.senders import SENDER_LOCKS
from campaigns.selectors.senders import senders
from campaigns.services.desk import Desk, Result
from campaigns.services.recovery import give_up, host_name, is_former_life
from tests.campaigns.mailing import (
    conninfo,
    customers,
    launched,
    leave,
    outcomes,
    sender,
    work_off,
)
from tests.campaigns.sink import Sink

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
    leave(other)
    assert give_up(desk, host="lost") == 3
    found = outcomes(cast.floral, campaign)
    assert found.pop("c0@example.com") == ("sent", "")
    assert set(found.values()) == {("unknown", "host_lost")}
    with brand_scope(cast.floral):
        assert Campaign.objects.get().state == "done"
    assert give_up(desk, host="lost") == 0


def test_a_machine_that_was_restarted_does_not_trust_its_old_journals(cast, tmp_path):
    with brand_scope(cast.floral):
        rows = customers(3)
    campaign = launched(cast.floral)
    other, claim = begin("machine@boot1")
    with open_journal(tmp_path, claim.chunk_id) as journal:
        journal.intend(rows[0].pk)
    leave(other)
    with Sink() as sink, sender(sink.url, tmp_path, host="machine@boot2") as process:
        work_off(process)
    assert not sink.accepted
    assert set(outcomes(cast.floral, campaign).values()) == {("unknown", "host_lost")}
    assert len(outcomes(cast.floral, campaign)) == 3


def test_another_machines_chunks_wait_for_it(cast, tmp_path):
    with brand_scope(cast.floral):
        customers(2)
    campaign = launched(cast.floral)
    other, _ = begin("other@boot1")
    leave(other)
    with Sink() as sink, sender(sink.url, tmp_path, host="machine@boot1") as process:
        work_off(process)
    assert not sink.accepted
    assert outcomes(cast.floral, campaign) == {}


def test_a_machine_may_be_given_up_by_its_name_alone(cast, desk):
    with brand_scope(cast.floral):
        customers(2)
    launched(cast.floral)
    other, _ = begin("lost@boot1")
    leave(other)
    assert give_up(desk, host="lost") == 2


def test_a_host_has_a_name_and_a_life():
    assert host_name("x" * 300).startswith("x" * 100 + "@")
    assert len(host_name("x" * 300)) <= 120
    assert not is_former_life("a@1", of="a@1")
    assert not is_former_life("b@1", of="a@2")
    assert is_former_life("a@1", of="a@2")


@pytest.mark.parametrize("given_up", ["elsewhere", "alive"])
def test_other_hosts_and_living_senders_are_left_alone(cast, desk, given_up):
    with brand_scope(cast.floral):
        customers(2)
    campaign = launched(cast.floral)
    other, _ = begin("alive")
    assert give_up(desk, host=given_up) == 0
    assert outcomes(cast.floral, campaign) == {}
    leave(other)


def test_senders_are_listed_with_their_life_and_work(cast, desk):
    with brand_scope(cast.floral):
        customers(2)
    launched(cast.floral)
    other, _ = begin("there")
    seen = [(each.host, each.is_alive, each.chunks) for each in senders()]
    assert seen == [("here", True, 0), ("there", True, 1)]
    leave(other)
    assert SENDER_LOCKS < 2**31
