"""Clicks outlive the process that took them; what is told twice is stored once."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.db import DatabaseError

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Feedback
from campaigns.services import hitlog
from campaigns.services.hitlog import HitLog
from campaigns.services.hits import Hit
from tests.campaigns.mailing import customers

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)

# A process that takes three clicks and dies before anything is stored.
DIES = """
import os, signal, sys
from pathlib import Path
import django
django.setup()
from campaigns.services.hitlog import HitLog
from campaigns.services.hits import Hit
import msgspec
log = HitLog(Path(sys.argv[1]))
log.start = lambda: None
for line in sys.argv[2:]:
    log.add(msgspec.json.decode(line, type=Hit))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def message(cast):
    with brand_scope(cast.floral):
        [ann] = customers(1)
        return cast.floral, Campaign.objects.create(name="May", state="done"), ann


def hit(message, seconds=0, *, kind="click", link=1):
    floral, campaign, customer = message
    at = NOON + timedelta(seconds=seconds)
    return Hit(floral.pk, campaign.pk, customer.pk, kind, link, at, "Firefox", "", "")


def quiet(folder):
    """Without its thread: the test says when to store."""
    log = HitLog(folder)
    log.start = lambda: None
    return log


def stored(message):
    with brand_scope(message[0]):
        return [row.at for row in Feedback.objects.order_by("at")]


def files(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_click_is_on_the_disk_at_once_and_in_the_database_after_a_flush(message, tmp_path):
    log = quiet(tmp_path / "hits")
    log.add(hit(message))
    assert (len(files(tmp_path / "hits")), stored(message)) == (1, [])
    log.flush()
    assert (files(tmp_path / "hits"), stored(message)) == ([], [NOON])
    log.flush()
    assert stored(message) == [NOON]


def test_without_a_folder_a_click_is_in_the_database_at_once(message):
    quiet(None).add(hit(message))
    assert stored(message) == [NOON]


def test_an_open_waits_in_memory_and_makes_no_file(message, tmp_path):
    log = quiet(tmp_path)
    log.add(hit(message, kind="open", link=None))
    assert (files(tmp_path), stored(message)) == ([], [])
    log.flush()
    assert stored(message) == [NOON]


def test_too_many_opens_are_dropped_but_no_click(message, tmp_path, monkeypatch):
    monkeypatch.setattr(hitlog, "MAX_WAITING", 2)
    log = quiet(tmp_path)
    for second in range(4):
        log.add(hit(message, second, kind="open", link=None))
    log.add(hit(message, 9))
    log.flush()
    assert stored(message) == [NOON + timedelta(seconds=n) for n in (0, 1, 9)]


def test_the_clicks_of_a_killed_process_are_stored_by_another(message, tmp_path):
    lines = [msgspec.json.encode(hit(message, n)).decode() for n in range(3)]
    died = subprocess.run(
        [sys.executable, "-c", DIES, str(tmp_path), *lines],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        check=False,
    )
    assert died.returncode == -9
    assert stored(message) == []
    quiet(tmp_path).adopt()
    assert stored(message) == [NOON + timedelta(seconds=n) for n in range(3)]
    assert files(tmp_path) == []


def test_the_file_of_a_living_process_is_left_alone(message, tmp_path):
    living = quiet(tmp_path)
    living.add(hit(message))
    quiet(tmp_path).adopt()
    assert (stored(message), len(files(tmp_path))) == ([], 1)
    living.flush()
    assert stored(message) == [NOON]


def test_a_database_that_refuses_loses_nothing_and_nothing_is_twice(message, tmp_path, monkeypatch):
    log = quiet(tmp_path)
    log.add(hit(message))
    real = hitlog.store

    def stores_and_fails(hits):
        real(hits)
        raise DatabaseError("gone before it could say so")

    monkeypatch.setattr(hitlog, "store", stores_and_fails)
    log.flush()
    monkeypatch.setattr(hitlog, "store", real)
    # There may be many until the database is back.
    [left] = tmp_path.iterdir()
    assert left.stat().st_size < 1_000
    log.add(hit(message, 1))
    log.flush()
    log.adopt()
    assert stored(message) == [NOON, NOON + timedelta(seconds=1)]
    assert files(tmp_path) == []


def test_a_line_that_was_cut_does_not_stop_the_others(message, tmp_path):
    whole = msgspec.json.encode(hit(message))
    (tmp_path / "1-1-a.hits").write_bytes(whole + b"\n" + whole[:20] + b"\0" * 100)
    quiet(tmp_path).adopt()
    assert (stored(message), files(tmp_path)) == ([NOON], [])


def test_a_full_file_is_followed_by_another(message, tmp_path, monkeypatch):
    monkeypatch.setattr(hitlog, "_JOURNAL_BYTES", 150)
    log = quiet(tmp_path)
    for second in range(5):
        log.add(hit(message, second))
    assert len(files(tmp_path)) > 1
    log.flush()
    assert stored(message) == [NOON + timedelta(seconds=n) for n in range(5)]
    assert files(tmp_path) == []


def test_a_click_that_no_disk_takes_is_not_answered(message, tmp_path, monkeypatch):
    monkeypatch.setattr(hitlog, "_JOURNAL_BYTES", 2**62)
    with pytest.raises(OSError, match=r"File too large|No space left"):
        quiet(tmp_path).add(hit(message))
    assert (files(tmp_path), stored(message)) == ([], [])


def test_an_empty_file_of_a_dead_process_is_nothing(message, tmp_path):
    (tmp_path / "1-1-a.hits").touch()
    quiet(tmp_path).adopt()
    assert stored(message) == []
