"""kill -9 of senders at random moments: nobody twice, nobody missing and unflagged.

The senders are the real processes of `manage.py sender`; the mail server is a real one on
loopback that outlives them all and counts what it took.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.services.planning import SEND_CHUNK
from config.celery import app
from tests.campaigns.mailing import conninfo, customers, launched, outcomes
from tests.campaigns.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]


def start_sender(sink: Sink, home: Path, journal: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": conninfo(),
        "DIRECT_DATABASE_URL": conninfo(),
        "EMAIL_URL": sink.url,
        "RAPPORT_HOME": str(home),
        "SEND_JOURNAL": journal,
        "LOG_LEVEL": "WARNING",
    }
    return subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "sender"],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=(home / "senders.log").open("ab"),
    )


def empty_the_broker() -> None:
    with app.connection() as broker:
        broker.default_channel.client.flushall()


def waiting() -> int:
    return WorkItem.objects.filter(kind=SEND_CHUNK).count()


def wait_until(done, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def kill_senders_while_they_send(
    brand, sink: Sink, home: Path, *, people: int, kills: int, journal: str, seed: int
) -> dict[str, tuple[str, str]]:
    """Two senders; one of them is killed `kills` times, evenly over the run, and replaced."""
    chance = random.Random(seed)
    with brand_scope(brand):
        customers(people)
    senders = [start_sender(sink, home, journal) for _ in range(2)]
    try:
        campaign = launched(brand)
        for kill in range(kills):
            # A random moment within this kill's share of the mails.
            at = people * (kill + chance.random()) / (kills + 1)
            wait_until(lambda at=at: len(sink.accepted) >= at, 240, "the senders have stopped")
            time.sleep(chance.random() * 0.02)
            victim = chance.randrange(2)
            senders[victim].send_signal(signal.SIGKILL)
            senders[victim].wait()
            if kill == 0:
                empty_the_broker()
            senders[victim] = start_sender(sink, home, journal)
        wait_until(lambda: waiting() == 0, 240, "chunks are left over")
    finally:
        for sender in senders:
            sender.terminate()
        for sender in senders:
            sender.wait(60)
        connection.close()
    with brand_scope(brand):
        assert Campaign.objects.get(pk=campaign.pk).state == "done"
    return outcomes(brand, campaign)


def check(sink: Sink, found: dict[str, tuple[str, str]], *, people: int, in_doubt: int) -> None:
    everybody = {f"c{n}@example.com" for n in range(people)}
    twice = [address for address, times in sink.accepted.items() if times > 1]
    assert twice == []
    assert set(found) == everybody, "somebody has no outcome"
    sent = {address for address, (outcome, _) in found.items() if outcome == "sent"}
    unknown = {address for address, (outcome, _) in found.items() if outcome == "unknown"}
    assert sent - set(sink.accepted) == set(), "called sent, but never arrived"
    assert set(sink.accepted) - sent - unknown == set(), "arrived, but flagged otherwise"
    assert Counter(outcome for outcome, _ in found.values()).keys() <= {"sent", "unknown"}
    assert len(unknown) <= in_doubt


@pytest.mark.timeout(900)
def test_a_few_kills_send_to_nobody_twice_and_miss_nobody(cast, tmp_path):
    with Sink(delay=0.0005) as sink:
        found = kill_senders_while_they_send(
            cast.floral, sink, tmp_path, people=1_500, kills=2, journal="file", seed=7
        )
        check(sink, found, people=1_500, in_doubt=2 * settings.SEND_CONNECTIONS)


@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_twenty_thousand_mails_and_five_kills(cast, tmp_path, seed):
    with Sink() as sink:
        found = kill_senders_while_they_send(
            cast.floral, sink, tmp_path, people=20_000, kills=5, journal="file", seed=seed
        )
        check(sink, found, people=20_000, in_doubt=5 * settings.SEND_CONNECTIONS)


@pytest.mark.full
@pytest.mark.timeout(900)
def test_without_a_lasting_disk_a_kill_leaves_at_most_one_window_in_doubt(cast, tmp_path):
    with Sink(delay=0.0005) as sink:
        found = kill_senders_while_they_send(
            cast.floral, sink, tmp_path, people=6_000, kills=5, journal="db", seed=4
        )
        check(sink, found, people=6_000, in_doubt=5 * 20)
