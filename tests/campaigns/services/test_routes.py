"""Mail of several brands through one sender: each its own way, and nobody waits for another's."""

import time
from dataclasses import replace

import pytest

from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from campaigns.channels.email.reports import message_token
from campaigns.channels.providers.accounts import PROVIDERS
from campaigns.models.campaigns import Campaign
from campaigns.models.transports import Transport
from campaigns.services import planning, routes, sending
from campaigns.services.planning import SEND_CHUNK
from campaigns.services.transports import Server, use_house, use_provider, use_server
from tests.campaigns.mailing import customers, launched, outcomes, sender, work_off
from tests.campaigns.provider import ProviderServer
from tests.campaigns.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _private(settings, monkeypatch):
    settings.TRANSPORT_PRIVATE_HOSTS = True
    monkeypatch.setattr(routes, "FRESH_SECONDS", 0.0)


@pytest.fixture
def brand(cast):
    return cast.floral


def people(brand, count, prefix):
    with brand_scope(brand):
        return customers(count, prefix=prefix)


def own_server(brand, port):
    with brand_scope(brand):
        return use_server(Server(host="127.0.0.1", port=port, security="none"))


def by_mailgun(brand, provider, monkeypatch, *, batch):
    row = PROVIDERS["mailgun"]
    changed = replace(row, options={"api_url": provider.url}, batch=batch)
    monkeypatch.setitem(PROVIDERS, "mailgun", changed)
    with brand_scope(brand):
        use_provider("mailgun", key="secret")


def test_each_brands_mail_leaves_by_its_own_server(cast, tmp_path):
    people(cast.floral, 3, "f")
    people(cast.grocer, 2, "g")
    with Sink() as house, Sink() as own, sender(house.url, tmp_path / "journal") as process:
        own_server(cast.floral, own.port)
        launched(cast.floral)
        launched(cast.grocer)
        work_off(process)
    assert sorted(own.accepted) == ["f0@example.com", "f1@example.com", "f2@example.com"]
    assert sorted(house.accepted) == ["g0@example.com", "g1@example.com"]


def test_the_connection_is_kept_from_chunk_to_chunk_and_a_change_opens_another(
    brand, tmp_path, monkeypatch
):
    monkeypatch.setattr(planning, "CHUNK_SIZE", 1)
    people(brand, 4, "c")
    with Sink() as house, Sink() as first, Sink() as second:
        own_server(brand, first.port)
        launched(brand)
        with sender(house.url, tmp_path / "journal") as process:
            assert process.step()
            assert process.step()
            own_server(brand, second.port)
            assert process.step()
            with brand_scope(brand):
                use_house()
            work_off(process)
    counted = [(sink.connections, sum(sink.accepted.values())) for sink in (first, second, house)]
    assert counted == [(1, 2), (1, 1), (1, 1)]


@pytest.mark.parametrize("folder", ["journal", None], ids=["file", "db"])
def test_a_broken_server_holds_up_its_own_brand_only_and_is_tried_again(
    cast, tmp_path, monkeypatch, folder
):
    monkeypatch.setattr(planning, "CHUNK_SIZE", 1)
    people(cast.floral, 3, "f")
    people(cast.grocer, 3, "g")
    refusing = {"AUTH"}
    with Sink() as house, Sink(lambda who: "mail:550 no" if refusing else None) as own:
        own_server(cast.floral, own.port)
        campaign, other = launched(cast.floral), launched(cast.grocer)
        journal = tmp_path / folder if folder else None
        with sender(house.url, journal) as process:
            work_off(process)
            assert set(house.accepted) == {f"g{n}@example.com" for n in range(3)}
            assert set(outcomes(cast.grocer, other).values()) == {("sent", "")}
            assert outcomes(cast.floral, campaign) == {}
            # One look, not one for each chunk.
            assert own.connections == 1
            with brand_scope(cast.floral):
                assert "refuses the sender" in Campaign.objects.get(pk=campaign.pk).error
            refusing.clear()
            process._routes._rests.until.clear()
            WorkItem.objects.filter(kind=SEND_CHUNK).update(due_at="2026-01-01T00:00Z")
            work_off(process)
    assert set(outcomes(cast.floral, campaign).values()) == {("sent", "")}
    assert set(own.accepted.values()) == {1}
    with brand_scope(cast.floral):
        done = Campaign.objects.get(pk=campaign.pk)
    assert (done.state, done.error) == ("done", "")


def test_a_password_that_cannot_be_read_waits_for_a_new_one(brand, tmp_path, settings):
    people(brand, 1, "c")
    with Sink() as house, Sink() as own:
        with brand_scope(brand):
            given = Server(
                host="127.0.0.1", port=own.port, security="starttls", username="u", password="p"
            )
            use_server(given)
            Transport.objects.update(secret="of another SECRET_KEY")
        campaign = launched(brand)
        with sender(house.url, tmp_path / "journal") as process:
            work_off(process)
    assert (house.accepted, own.connections, outcomes(brand, campaign)) == ({}, 0, {})
    with brand_scope(brand):
        assert "Type it again" in Campaign.objects.get(pk=campaign.pk).error


def test_a_slow_server_of_one_brand_gives_way_to_the_others(cast, tmp_path, monkeypatch):
    monkeypatch.setattr(routes, "SLICE_SECONDS", 0.0)
    people(cast.floral, 4, "f")
    people(cast.grocer, 1, "g")
    with Sink() as house, Sink() as own, sender(house.url, tmp_path / "journal") as process:
        own_server(cast.floral, own.port)
        campaign = launched(cast.floral)
        launched(cast.grocer)
        process.step()
        assert 0 < len(own.accepted) < 4
        process.step()
        assert list(house.accepted) == ["g0@example.com"]
        work_off(process)
    assert set(own.accepted.values()) == {1}
    assert set(outcomes(cast.floral, campaign).values()) == {("sent", "")}


def test_so_many_connections_are_kept_and_no_more(cast, tmp_path, monkeypatch):
    monkeypatch.setattr(routes, "MOST_OPEN", 1)
    with Sink() as house, Sink() as own, sender(house.url, tmp_path / "journal") as process:
        for brand, prefix in ((cast.floral, "f"), (cast.grocer, "g")):
            people(brand, 1, prefix)
            own_server(brand, own.port)
            launched(brand)
        work_off(process)
        assert (own.connections, len(own.accepted), len(process._routes._kept)) == (2, 2, 1)


def test_rests_grow_up_to_two_minutes_and_end_when_it_works(cast, tmp_path):
    with Sink() as house, sender(house.url, tmp_path / "journal") as process:
        own_server(cast.floral, house.port)
        ways, brand_id = process._routes, cast.floral.pk
        ways.way(brand_id)
        rests = []
        for _ in range(5):
            ways.failed(brand_id)
            rests.append(round(ways._rests.until[brand_id] - time.monotonic(), -1))
        assert rests == [10, 30, 60, 120, 120] or rests == [20, 30, 60, 120, 120]
        assert ways.resting() == [brand_id]
        ways.worked(brand_id)
        ways.failed(brand_id)
        assert ways._rests.until[brand_id] - time.monotonic() <= 15
    assert sending.UNAVAILABLE_SECONDS == 15.0


@pytest.mark.parametrize("folder", ["journal", None], ids=["file", "db"])
def test_a_brand_sends_by_its_provider_in_batches(cast, tmp_path, monkeypatch, folder):
    people(cast.floral, 5, "f")
    people(cast.grocer, 1, "g")
    with Sink() as house, ProviderServer() as provider:
        by_mailgun(cast.floral, provider, monkeypatch, batch=2)
        campaign = launched(cast.floral)
        launched(cast.grocer)
        with sender(house.url, tmp_path / folder if folder else None) as process:
            work_off(process)
    assert [len(each) for each in provider.requests] == [2, 2, 1]
    assert set(outcomes(cast.floral, campaign).values()) == {("sent", "")}
    assert list(house.accepted) == ["g0@example.com"]
    copy = provider.delivered["f3@example.com"]
    assert "Hello Customer 3" in copy["text"]
    assert message_token(copy["metadata"]["rapport"]) != ""


def test_a_batch_without_an_answer_is_in_doubt_and_is_not_sent_again(cast, tmp_path, monkeypatch):
    people(cast.floral, 5, "f")
    with Sink() as house, ProviderServer() as provider:
        by_mailgun(cast.floral, provider, monkeypatch, batch=2)
        provider.hangs_up = True
        campaign = launched(cast.floral)
        with sender(house.url, tmp_path / "journal") as process:
            work_off(process)
            assert len(provider.requests) == 1
            assert (
                list(outcomes(cast.floral, campaign).values())
                == [("unknown", "connection_lost")] * 2
            )
            provider.hangs_up = False
            process._routes._rests.until.clear()
            WorkItem.objects.filter(kind=SEND_CHUNK).update(due_at="2026-01-01T00:00Z")
            work_off(process)
    asked = [address for request in provider.requests for address in request]
    assert sorted(asked) == [f"f{n}@example.com" for n in range(5)]
    counted = sorted(outcomes(cast.floral, campaign).values())
    assert counted == [("sent", "")] * 3 + [("unknown", "connection_lost")] * 2


def test_a_wrong_key_holds_up_the_campaign_and_says_so(cast, tmp_path, monkeypatch):
    people(cast.floral, 1, "f")
    with Sink() as house, ProviderServer(lambda to: (401, "Forbidden")) as provider:
        by_mailgun(cast.floral, provider, monkeypatch, batch=2)
        campaign = launched(cast.floral)
        with sender(house.url, tmp_path / "journal") as process:
            work_off(process)
    assert (outcomes(cast.floral, campaign), len(provider.requests)) == ({}, 1)
    with brand_scope(cast.floral):
        assert "Mailgun refuses the key" in Campaign.objects.get(pk=campaign.pk).error
