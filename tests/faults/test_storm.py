"""Everything at once: senders killed, the broker emptied, the database restarted in mid-send.

A whole instance as `manage.py up` runs it, with two more senders beside its own. Whoever ends,
killed or because the database went away, is started again, as the supervisor does with its own.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from kombu import Connection as Broker

from accounts.models.organisations import Organisation
from accounts.scope import brand_scope
from accounts.services.events import record
from campaigns.events import CampaignLaunched
from config.engines import processes
from config.engines.place import permanent
from config.settings.env import ROOT
from config.supervisor.runfolder import RunFolder
from tests import factories
from tests.campaigns.mailing import launching
from tests.campaigns.sink import Sink
from tests.instances import Instance, instance_in

MORE_SENDERS = 2
PATIENCE_SECONDS = 600
RESUMED_WITHIN_SECONDS = 60

_PEOPLE = """
WITH people AS (
    INSERT INTO customers_customer (
        brand_id, email, email_norm, phone, first_name, last_name, name_norm, country, city,
        language
    )
    SELECT %(brand_id)s, 'c' || n || '@example.com', 'c' || n || '@example.com', '', 'Customer',
           n::text, 'customer ' || n, '', '', ''
    FROM generate_series(0, %(people)s - 1) AS n
    RETURNING id
)
INSERT INTO customers_consentstate (brand_id, customer_id, purpose, channel, status, basis, at)
SELECT %(brand_id)s, id, 'marketing', 'email', 'granted', 'consent', now() FROM people
"""
_OUTCOMES = """
SELECT customer.email, delivery.outcome
FROM campaigns_delivery AS delivery
JOIN customers_customer AS customer ON customer.id = delivery.customer_id
"""


def launch_to(people: int) -> None:
    """Runs in the instance: a brand with so many customers, all of whom get its first campaign."""
    agency = Organisation.objects.create(kind=Organisation.Kind.AGENCY, name="Northlight")
    brand = factories.brand(organisation=agency, name="Floral", slug="storm")
    with brand_scope(brand), connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"brand_id": brand.pk, "people": people})
    with brand_scope(brand):
        record(CampaignLaunched(subject_id=launching(brand).pk))


class Storm:
    """An instance, a mail server that counts, and senders that come back."""

    def __init__(self, instance: Instance, sink: Sink) -> None:
        self.instance, self.sink = instance, sink
        self.senders: list[subprocess.Popen[bytes]] = []
        self.run_folder = RunFolder(instance.home)

    def ask(self, statement: str) -> list[tuple]:
        """As the tables' owner, who sees all brands."""
        url = self.run_folder.environment()["MIGRATE_DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as owner:
            cursor = owner.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def look_after(self) -> None:
        """Start again whoever ended."""
        self.senders = [each for each in self.senders if each.poll() is None]
        while len(self.senders) < MORE_SENDERS:
            self.senders.append(
                subprocess.Popen(
                    [sys.executable, str(ROOT / "manage.py"), "sender"],
                    env=self.instance.environment,
                    cwd=ROOT,
                    stdout=subprocess.DEVNULL,
                    stderr=(self.instance.home.parent / "senders.log").open("ab"),
                )
            )

    def wait_for_mails(self, count: int) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.sink.accepted) < count:
            assert time.monotonic() < deadline, f"stopped at {len(self.sink.accepted)}"
            self.look_after()
            time.sleep(0.01)

    def kill_one(self, chance: random.Random) -> None:
        """One of all senders, the supervisor's own among them."""
        own = self.run_folder.children()["sender"].pid
        pids = [own, *(each.pid for each in self.senders)]
        victim = chance.choice(pids)
        with suppress(ProcessLookupError):  # the supervisor may wait to start its own again
            os.kill(victim, signal.SIGKILL)

    def empty_the_broker(self) -> None:
        with Broker(self.run_folder.environment()["BROKER_URL"]) as broker:
            broker.default_channel.client.flushall()

    def restart_the_database(self) -> float:
        """End it; the supervisor starts it again. Seconds until results are written again."""
        data = permanent(self.instance.home).folder("postgres") / "data"
        postmaster = processes.mark(int((data / "postmaster.pid").read_text().split()[0]))
        started = time.monotonic()
        assert postmaster is not None
        assert processes.ask(postmaster, signal.SIGINT)
        while postmaster.is_alive():
            time.sleep(0.01)
        written = self.written()
        while self.written() == written:
            assert time.monotonic() < started + PATIENCE_SECONDS, "nobody goes on"
            self.look_after()
            time.sleep(0.2)
        return time.monotonic() - started

    def written(self) -> int:
        """How many results stand in the database, as soon as it answers."""
        while True:
            try:
                [(count,)] = self.ask("SELECT count(*) FROM campaigns_delivery")
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return int(count)

    def wait_for_the_end(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.ask("SELECT state FROM campaigns_campaign") != [("done",)]:
            assert time.monotonic() < deadline, "the campaign does not end"
            self.look_after()
            time.sleep(0.2)


def weather(storm: Storm, *, people: int, kills: int, seed: int) -> float:
    """Send through it all; seconds the restart of the database cost."""
    chance = random.Random(seed)
    code = f"from tests.faults.test_storm import launch_to; launch_to({people})"
    done = storm.instance.run("shell", "-c", code)
    assert done.returncode == 0, done.stderr
    storm.empty_the_broker()  # the doorbell of the launch is lost
    storm.ask("ANALYZE")
    lost = 0.0
    for kill in range(kills):
        storm.wait_for_mails(int(people * (kill + chance.random()) / (kills + 1)))
        storm.kill_one(chance)
        if kill == kills // 3:
            storm.empty_the_broker()
        if kill == 2 * kills // 3:
            lost = storm.restart_the_database()
    storm.wait_for_the_end()
    return lost


class Forgetful(dict):
    """A hundred thousand mails are counted, not kept."""

    def __setitem__(self, *_: object) -> None:
        pass


@pytest.fixture
def storm(tmp_path):
    with instance_in(tmp_path) as instance, Sink() as sink:
        sink.contents = Forgetful()
        instance.environment["EMAIL_URL"] = sink.url
        instance.up()
        storm = Storm(instance, sink)
        yield storm
        for sender in storm.senders:
            sender.terminate()
        for sender in storm.senders:
            sender.wait(60)


@pytest.mark.full
@pytest.mark.timeout(2400)
def test_a_hundred_thousand_mails_through_a_storm(storm):
    people, kills = 100_000, 20
    lost = weather(storm, people=people, kills=kills, seed=20)
    outcomes = dict(storm.ask(_OUTCOMES))
    [(deliveries,)] = storm.ask("SELECT count(*) FROM campaigns_delivery")
    accepted = storm.sink.accepted
    assert [address for address, times in accepted.items() if times > 1] == []
    assert deliveries == len(outcomes) == people, "somebody has no outcome, or two"
    sent = {address for address, outcome in outcomes.items() if outcome == "sent"}
    unknown = {address for address, outcome in outcomes.items() if outcome == "unknown"}
    assert Counter(outcomes.values()).keys() <= {"sent", "unknown"}
    assert sent <= accepted.keys(), "called sent, but never arrived"
    assert accepted.keys() <= sent | unknown, "arrived, but flagged otherwise"
    # One for each kill, and one for each sender that the database left.
    assert len(unknown) <= (kills + MORE_SENDERS + 1) * settings.SEND_CONNECTIONS
    assert lost < RESUMED_WITHIN_SECONDS
    assert storm.instance.status("/readyz") == 200
