"""What must not reach a log file does not."""

import os
import subprocess
import sys

import pytest

from config.kit.logs import redact


def test_addresses_passwords_and_keys_are_blanked() -> None:
    event = redact(
        None,
        "info",
        {
            "event": "mail to rae.winter+x@shop.example failed at smtp://user:hunter2@relay:25",
            "password": "hunter2",
            "detail": "used rk_live_abcDEF123",
            "brand_id": 7,
        },
    )
    assert event == {
        "event": "mail to [address] failed at smtp://user:[redacted]@relay:25",
        "password": "[redacted]",
        "detail": "used rk_[redacted]",
        "brand_id": 7,
    }


def test_links_of_mails_and_what_stands_deeper_are_blanked() -> None:
    token = "AQEAAAAAAAAAAQAAAAAAAAABAAAAAAAAAAEAAKxGbq3Yp9wq0cZ1m0b7mQw"
    event = redact(
        None,
        "info",
        {
            "request": f"POST /u/{token}?q=Rae+Winter",
            "event": "GET /accounts/password/reset/key/1-digc3q-ce7562e3630/ at /b/floral/",
            "data": {"email": "rae@shop.example", "args": ["rae@shop.example", 7]},
            "_record": token,
        },
    )
    assert event == {
        "request": "POST /u/[token]?[query]",
        "event": "GET /accounts/password/reset/key/[token]/ at /b/floral/",
        "data": {"email": "[redacted]", "args": ["[address]", 7]},
        "_record": token,
    }


@pytest.mark.parametrize("place", ["c", "o", "u", "p", "me", "reward", "confirm"])
def test_no_page_behind_a_token_has_it_in_the_log(place) -> None:
    token = "AQEAAAAAAAAAAQAAAAAAAAABAAAAAAAAAAEAAKxGbq3Yp9wq0cZ1m0b7mQw"
    event = redact(None, "info", {"request": f"GET /{place}/{token}/device"})
    assert event == {"request": f"GET /{place}/[token]/device"}


def test_a_worker_writes_its_log_like_every_process() -> None:
    code = (
        "import logging; from config.celery import app; app.log.setup(loglevel='INFO');"
        "logging.getLogger('celery.app.trace').error('Key (email)=(rae@shop.example)')"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {code}"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert '"event": "Key (email)=([address])"' in done.stderr
    assert "rae@shop.example" not in done.stdout + done.stderr
