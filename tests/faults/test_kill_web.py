"""kill -9 of web processes while people click: no click that was answered is lost or counted twice.

The web process is granian as `manage.py up` starts it; the requests go over real connections.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connection

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign, CampaignLink
from campaigns.models.messages import Feedback
from config.kit.tokens import Purpose, make_keyring, signer
from config.roles import as_migrate_role
from tests.campaigns.mailing import conninfo, customers

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = 4
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def start_web(port: int, home: Path) -> subprocess.Popen[bytes]:
    options = f"--interface wsgi --host 127.0.0.1 --port {port} --blocking-threads 4 --no-ws"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.prod",
        "SECRET_KEY": "a key for this test only, and long enough for production",
        "TOKEN_KEYS": "1=clicks",
        "ERASURE_KEY": "another key for this test only, and long enough for production",
        "BASE_URL": "https://127.0.0.1",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": conninfo(),
        "DIRECT_DATABASE_URL": conninfo(),
        "RAPPORT_HOME": str(home),
        "SEND_JOURNAL": "file",
        "DEMO": "",
        "LOG_LEVEL": "WARNING",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *options.split(), "config.wsgi:application"],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=(home / "web.log").open("ab"),
        start_new_session=True,  # granian's own children go with it
    )
    deadline = time.monotonic() + 400
    while time.monotonic() < deadline:
        assert process.poll() is None, (home / "web.log").read_text()[-2000:]
        if answers(port):
            return process
        time.sleep(0.1)
    raise TimeoutError("the web process does not answer")


def answers(port: int) -> bool:
    """The port alone is not enough: for a moment a killed process still holds it."""
    web = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        web.request("GET", "/healthz")
        web.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        web.close()


def kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class People:
    """Each clicks once; who got no answer does not click again. `answered` are those who got one;
    while the web process is known to be gone nobody clicks."""

    def __init__(self, port: int, paths: dict[int, str]) -> None:
        self.port = port
        self.answered: set[int] = set()
        self.open = threading.Event()
        self._waiting = list(paths.items())
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._click, daemon=True) for _ in range(CLIENTS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join(300)
            assert not thread.is_alive(), "the clicks do not come to an end"

    def _click(self) -> None:
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while True:
            with self._lock:
                if not self._waiting:
                    return
                customer_id, path = self._waiting.pop()
            try:
                web.request("GET", path, headers={"User-Agent": BROWSER})
                answer = web.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                web.close()  # the next request opens a connection again
                self.open.wait(300)
                continue
            if answer.status == 302:
                with self._lock:
                    self.answered.add(customer_id)


def stored(brand) -> list[int]:
    with brand_scope(brand):
        rows = Feedback.objects.filter(kind=Feedback.Kind.CLICK)
        return list(rows.values_list("customer_id", flat=True))


def clicks_survive(brand, home: Path, *, people: int, kills: int) -> None:
    with brand_scope(brand):
        campaign = Campaign.objects.create(name="Spring", state=Campaign.State.DONE)
        CampaignLink.objects.create(campaign=campaign, number=1, url="https://shop.example/")
        rows = customers(people)
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum would have: keys are checked by old plans else
    sign = signer(
        make_keyring({"1": "clicks"}),
        Purpose.CLICK,
        brand_id=brand.pk,
        campaign_id=campaign.pk,
    )
    port = free_port()
    crowd = People(port, {row.pk: f"/c/{sign(row.pk, 1)}" for row in rows})
    web = start_web(port, home)
    try:
        crowd.open.set()
        crowd.start()
        for turn in range(kills):
            wanted = people * (turn + 1) // (kills + 2)
            deadline = time.monotonic() + 240
            while len(crowd.answered) < wanted and crowd._threads[0].is_alive():
                assert time.monotonic() < deadline, "nobody is answered"
                time.sleep(0.005)
            crowd.open.clear()
            kill(web)
            web = start_web(port, home)
            crowd.open.set()
        crowd.join()
        deadline = time.monotonic() + 120
        while len(stored(brand)) < len(crowd.answered):
            assert time.monotonic() < deadline, "clicks are missing"
            time.sleep(0.1)
    finally:
        kill(web)
        connection.close()
    found = stored(brand)
    assert crowd.answered - set(found) == set(), "answered, but not stored"
    assert len(found) == len(set(found)), "stored twice"
    assert len(crowd.answered) >= people - CLIENTS * kills


@pytest.mark.timeout(900)
def test_a_kill_loses_no_click_that_was_answered(cast, tmp_path):
    clicks_survive(cast.floral, tmp_path, people=1_500, kills=1)


@pytest.mark.full
@pytest.mark.timeout(1200)
def test_many_kills_lose_no_click_that_was_answered(cast, tmp_path):
    clicks_survive(cast.floral, tmp_path, people=20_000, kills=8)
