"""What no sender expects: it flags who is in doubt, puts the chunk aside and goes on."""

import threading
import time
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection

from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from campaigns.channels.email.endpoint import parse_endpoint
from campaigns.channels.email.journal import open_journal, path_of
from campaigns.channels.email.smtp import Connection, Outcome, Verdict
from campaigns.models.campaigns import Campaign
from campaigns.models.senders import Chunk
from campaigns.rules.patience import STRIKES
from campaigns.services import sending
from campaigns.services.desk import Desk, Result
from campaigns.services.planning import SEND_CHUNK, wake_campaign
from campaigns.services.sending import SendingProcess
from customers.models.consents import ConsentState
from customers.models.customers import Customer, CustomerFacts
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

SENT, LOST, BROKEN = ("sent", ""), ("unknown", "sender_lost"), ("failed", "broken")


class Breaking(Connection):
    """A connection with a fault nobody has thought of, when it writes certain bytes."""

    poison = b""
    leaves_first = False

    def _write(self, data):
        if self.poison not in data:
            super()._write(data)
            return
        if self.leaves_first:
            super()._write(data)
        raise ZeroDivisionError("nobody has thought of this")


@contextmanager
def breaking_sender(url, folder, poison, *, leaves_first=False):
    desk = Desk(conninfo(), host="here", pid=1)
    smtp = Breaking(parse_endpoint(url))
    smtp.poison, smtp.leaves_first = poison, leaves_first
    try:
        with smtp:
            yield SendingProcess(desk, smtp, journal_folder=folder)
    finally:
        desk.close()


@pytest.fixture
def brand(cast):
    return cast.floral


@pytest.fixture(params=["file", "db"])
def folder(request, tmp_path):
    return tmp_path / "journal" if request.param == "file" else None


def people(brand, count, **options):
    with brand_scope(brand):
        return customers(count, **options)


def reread(brand, campaign):
    with brand_scope(brand):
        return Campaign.objects.get(pk=campaign.pk)


def make_due():
    WorkItem.objects.update(due_at="2026-01-01T00:00Z")


def addresses(*numbers):
    return {f"c{n}@example.com" for n in numbers}


def wait_for(question, params):
    deadline = time.monotonic() + 60
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(question, params)
            if cursor.fetchone():
                return
            time.sleep(0.01)
    pytest.fail("it did not happen within a minute")


def test_an_unexpected_error_flags_the_mail_in_hand_and_puts_the_chunk_aside(brand, tmp_path):
    people(brand, 6)
    campaign = launched(brand)
    with (
        Sink() as sink,
        breaking_sender(sink.url, tmp_path, b"To: <c2@", leaves_first=True) as process,
    ):
        assert process.step()
        assert not process.step()  # alive, and it waits
        item = WorkItem.objects.get(kind=SEND_CHUNK)
        assert (item.owner, item.attempts) == (None, 1)
        assert outcomes(brand, campaign) == {
            "c0@example.com": SENT,
            "c1@example.com": SENT,
            "c2@example.com": LOST,
        }
        assert "unexpected error" in reread(brand, campaign).error
        assert list(tmp_path.iterdir()) == []
        make_due()
        work_off(process)
    assert set(sink.accepted) == addresses(*range(6))
    assert set(sink.accepted.values()) == {1}
    assert outcomes(brand, campaign)["c2@example.com"] == LOST
    assert [each for each in outcomes(brand, campaign).values() if each != SENT] == [LOST]
    after = reread(brand, campaign)
    assert (after.state, after.error) == ("done", "")


def test_an_unexpected_error_leaves_the_whole_window_in_doubt_without_a_journal(brand):
    people(brand, 30)
    campaign = launched(brand)
    with Sink() as sink, breaking_sender(sink.url, None, b"To: <c22@") as process:
        process.step()
        found = outcomes(brand, campaign)
        assert {address for address, each in found.items() if each == SENT} == addresses(*range(20))
        assert {a for a, each in found.items() if each == LOST} == addresses(*range(20, 30))
        make_due()
        work_off(process)
    assert set(sink.accepted) == addresses(*range(22))
    assert set(sink.accepted.values()) == {1}
    assert reread(brand, campaign).state == "done"


def test_a_poisoned_chunk_ends_at_last_and_stops_nobody_else(cast, folder, monkeypatch):
    monkeypatch.setattr(sending, "MAX_PASSES", 3)
    people(cast.floral, 4)
    people(cast.grocer, 3, prefix="other")
    poisoned, healthy = launched(cast.floral), launched(cast.grocer)
    with Sink() as sink, breaking_sender(sink.url, folder, b"RCPT TO:<c0@") as process:
        for attempts in (1, 2):
            make_due()
            work_off(process)
            assert WorkItem.objects.get(kind=SEND_CHUNK).attempts == attempts
            assert outcomes(cast.floral, poisoned) == {}
        assert reread(cast.grocer, healthy).state == "done"
        make_due()
        work_off(process)
    assert set(sink.accepted) == {f"other{n}@example.com" for n in range(3)}
    assert set(outcomes(cast.floral, poisoned)) == addresses(*range(4))
    assert set(outcomes(cast.floral, poisoned).values()) == {BROKEN}
    after = reread(cast.floral, poisoned)
    assert after.state == "done"
    assert "4 people" in after.error
    assert not WorkItem.objects.filter(kind=SEND_CHUNK).exists()
    if folder:
        assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("state", "left"), [("paused", {}), ("cancelled", {("skipped", "cancelled")})]
)
def test_a_poisoned_chunk_of_a_stopped_campaign_costs_no_attempt(brand, folder, state, left):
    people(brand, 2)
    campaign = launched(brand)
    with brand_scope(brand):
        Campaign.objects.update(state=state, frozen={**campaign.frozen, "blocks": 5})
        wake_campaign(campaign.pk)
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
    assert not sink.accepted
    assert set(outcomes(brand, campaign).values()) == set(left)
    after = reread(brand, campaign)
    assert (after.state, after.error) == (state, "")
    assert set(WorkItem.objects.filter(kind=SEND_CHUNK).values_list("owner", "attempts")) == (
        {(None, 0)} if state == "paused" else set()
    )


def test_an_adopted_chunk_that_cannot_be_compiled_keeps_what_its_journal_says(brand, tmp_path):
    """Put back without it, a sender on another host would write to the first two again."""
    rows = people(brand, 3)
    campaign = launched(brand)
    dead = Desk(conninfo(), host="here", pid=1)
    claim = dead.claim(last_brand_id=0)
    with open_journal(tmp_path, claim.chunk_id) as journal:
        journal.intend(rows[0].pk)
        journal.answer(rows[0].pk, Outcome(Verdict.ACCEPTED, 250, "ok"))
        journal.intend(rows[1].pk)
    leave(dead)
    with brand_scope(brand):
        Campaign.objects.update(frozen={**campaign.frozen, "sender_email": ""})
    with Sink() as sink, sender(sink.url, tmp_path) as process:
        process._next_orphans = 0
        work_off(process)
        assert not sink.accepted
    assert outcomes(brand, campaign) == {"c0@example.com": SENT, "c1@example.com": LOST}
    assert not path_of(tmp_path, claim.chunk_id).exists()
    with brand_scope(brand):
        Campaign.objects.update(frozen=campaign.frozen)
    make_due()
    with Sink() as sink, sender(sink.url, tmp_path / "elsewhere", host="elsewhere") as process:
        work_off(process)
    assert set(sink.accepted) == addresses(2)


def test_a_window_survives_an_adopter_that_cannot_compile_the_campaign(brand):
    rows = people(brand, 30)
    campaign = launched(brand)
    dead = Desk(conninfo(), host="gone", pid=1)
    claim = dead.claim(last_brand_id=0)
    dead.advance(claim, 20, [], decided=0)
    dead.advance(claim, 25, [Result(row.pk, "sent") for row in rows[:18]], decided=0)
    leave(dead)
    with brand_scope(brand):
        Campaign.objects.update(frozen={**campaign.frozen, "sender_email": ""})
    with Sink() as sink, sender(sink.url, None) as process:
        work_off(process)
    assert not sink.accepted
    found = outcomes(brand, campaign)
    assert {address for address, each in found.items() if each == LOST} == addresses(*range(18, 25))
    assert len(found) == 25


def test_a_sender_that_loses_its_database_ends_and_another_goes_on(brand, folder, monkeypatch):
    monkeypatch.setattr(sending, "RECHECK_SECONDS", 0.0)
    people(brand, 60)
    campaign = launched(brand)

    def cut_off_at_ten(address):
        if len(sink.accepted) == 10:
            with psycopg.connect(conninfo()) as server:
                server.execute("SELECT pg_terminate_backend(%s)", [backend])

    with Sink(cut_off_at_ten) as sink:
        with sender(sink.url, folder) as process:
            backend = process._desk._connection.info.backend_pid
            with pytest.raises(psycopg.OperationalError):
                work_off(process)
        assert 10 <= len(sink.accepted) < 60
        with brand_scope(brand):
            assert Chunk.objects.get().state == "sending"
        sink.plan = lambda address: None
        with sender(sink.url, folder) as process:
            work_off(process)
    found = outcomes(brand, campaign)
    assert set(found) == addresses(*range(60))
    assert set(sink.accepted.values()) == {1}
    arrived = set(sink.accepted)
    assert {address for address, each in found.items() if each == SENT} <= arrived
    assert {a for a in arrived if found[a] not in {SENT, LOST}} == set()
    assert reread(brand, campaign).state == "done"


def test_results_that_the_database_refuses_stay_with_the_sender_and_stop_nobody(cast, folder):
    """A row that somebody deleted by hand: no result can be written for it."""
    rows = people(cast.floral, 3)
    people(cast.grocer, 2, prefix="other")
    campaign = launched(cast.floral)
    launched(cast.grocer)
    with brand_scope(cast.floral):
        Campaign.objects.filter(pk=campaign.pk).update(state="cancelled")
        wake_campaign(campaign.pk)
        ConsentState.objects.filter(customer=rows[1]).delete()
        CustomerFacts.objects.filter(customer=rows[1]).delete()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM customers_customer WHERE id = %s", [rows[1].pk])
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
        assert set(sink.accepted) == {"other0@example.com", "other1@example.com"}
        owner = WorkItem.objects.get(kind=SEND_CHUNK).owner
        assert owner == process._desk.sender_id
    assert outcomes(cast.floral, campaign) == {}
    assert "restart" in reread(cast.floral, campaign).error


def test_a_journal_of_other_customers_decides_nothing(brand, tmp_path):
    """Left over by another database: its numbers mean other people, or nobody."""
    people(brand, 2)
    campaign = launched(brand)
    with brand_scope(brand):
        chunk_id = Chunk.objects.get().pk
    with open_journal(tmp_path, chunk_id) as journal:
        journal.intend(10**30)
        journal.intend(999_999)
    with Sink() as sink, sender(sink.url, tmp_path) as process:
        work_off(process)
    assert set(outcomes(brand, campaign).values()) == {SENT}
    assert len(sink.accepted) == 2
    assert list(tmp_path.iterdir()) == []


def test_an_orphan_whose_journal_cannot_be_opened_stops_nobody(cast, tmp_path):
    people(cast.floral, 2)
    launched(cast.floral)
    dead = Desk(conninfo(), host="here", pid=1)
    claim = dead.claim(last_brand_id=0)
    leave(dead)
    path_of(tmp_path, claim.chunk_id).mkdir()
    people(cast.grocer, 2, prefix="other")
    launched(cast.grocer)
    with Sink() as sink, sender(sink.url, tmp_path) as process:
        process._next_orphans = 0
        work_off(process)
    assert set(sink.accepted) == {"other0@example.com", "other1@example.com"}
    with brand_scope(cast.floral):
        assert Chunk.objects.get().state == "sending"


def test_somebody_erased_while_the_sender_looks_is_left_out(brand):
    rows = people(brand, 3)
    launched(brand)
    desk = Desk(conninfo(), host="here", pid=1)
    claim = desk.claim(last_brand_id=0)
    seen = []
    thread = threading.Thread(
        target=lambda: seen.append(desk.recheck(claim, claim.customer_ids)), daemon=True
    )
    with brand_scope(brand), connection.cursor() as cursor:
        # Its first query does not read this table, its second one waits for it.
        cursor.execute("LOCK TABLE customers_customerfacts IN ACCESS EXCLUSIVE MODE")
        thread.start()
        wait_for(
            "SELECT 1 FROM pg_locks WHERE pid = %s AND NOT granted",
            [desk._connection.info.backend_pid],
        )
        Customer.objects.filter(pk=rows[1].pk).update(erased_at="2026-11-01T00:00Z")
    thread.join()
    desk.close()
    assert seen[0].skipped == [Result(rows[1].pk, "skipped", "erased")]
    assert [each.customer_id for each in seen[0].recipients] == [rows[0].pk, rows[2].pk]


def test_a_campaign_that_can_never_be_compiled_is_given_up_and_says_why(brand, folder):
    people(brand, 3)
    campaign = launched(brand)
    with brand_scope(brand):
        Campaign.objects.update(frozen={**campaign.frozen, "sender_email": ""})
    with Sink() as sink, sender(sink.url, folder) as process:
        WorkItem.objects.filter(kind=SEND_CHUNK).update(attempts=sending.MAX_PASSES - 2)
        assert process.step()
        assert outcomes(brand, campaign) == {}
        make_due()
        work_off(process)
        assert not sink.accepted
    assert outcomes(brand, campaign) == dict.fromkeys(addresses(0, 1, 2), BROKEN)
    after = reread(brand, campaign)
    assert (after.state, "3 people were not written to" in after.error) == ("done", True)
    assert not WorkItem.objects.filter(kind=SEND_CHUNK).exists()


def test_a_chunk_that_ends_one_sender_after_the_other_is_given_up(brand, folder):
    people(brand, 3)
    campaign = launched(brand)
    WorkItem.objects.filter(kind=SEND_CHUNK).update(attempts=sending.MAX_STARTS - 1)
    dead = Desk(conninfo(), host="here", pid=1)
    assert dead.claim(last_brand_id=0).attempts == sending.MAX_STARTS
    leave(dead)
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
    assert not sink.accepted
    assert outcomes(brand, campaign) == dict.fromkeys(addresses(0, 1, 2), BROKEN)


def test_a_domain_that_keeps_saying_later_is_left_alone_and_nobody_else(brand, folder):
    rows = people(brand, 12) + people(brand, 2, prefix="quick")
    with brand_scope(brand):
        for row in rows[:12]:
            address = row.email.replace("example.com", "slow.example")
            Customer.objects.filter(pk=row.pk).update(email=address, email_norm=address)
    launched(brand)

    def put_off(address):
        return "rcpt:451 later" if "slow" in address else None

    with Sink(put_off) as sink, sender(sink.url, folder) as process:
        work_off(process)
    offered = [line for line in sink.commands if line.startswith(b"RCPT") and b"slow" in line]
    # One envelope rides ahead of the answer to the one before.
    assert STRIKES <= len(offered) <= STRIKES + 1
    assert set(sink.accepted) == {"quick0@example.com", "quick1@example.com"}
    with brand_scope(brand):
        assert Chunk.objects.get().state == "planned"
    assert WorkItem.objects.get(kind=SEND_CHUNK).attempts == 1
