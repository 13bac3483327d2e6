"""Production refuses to start with what everybody knows, and says what to set."""

import subprocess
import sys

import pytest

from config.settings.env import ROOT

GIVEN = {
    "SECRET_KEY": "s" * 50,
    "TOKEN_KEYS": "1=" + "t" * 50,
    "ERASURE_KEY": "e" * 50,
    "CACHE_URL": "redis://cache.example:6379/0",
    "DEMO": "0",
    "DEBUG": "1",
}


def _start(**changes: str) -> subprocess.CompletedProcess[str]:
    given = [f"{name}={value}" for name, value in {**GIVEN, **changes}.items() if value]
    code = "from config.settings import prod; print(prod.DEBUG, prod.SESSION_COOKIE_SECURE)"
    clean = ["env", "-i", "DATABASE_URL=postgresql://app@db.example/rapport", *given]
    return subprocess.run(
        [*clean, sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True
    )


def test_with_everything_given_it_starts_without_debug() -> None:
    assert _start().stdout.split() == ["False", "True"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("TOKEN_KEYS", ""),
        ("ERASURE_KEY", ""),
        ("CACHE_URL", ""),
        ("DEMO", "1"),
    ],
)
def test_it_refuses_to_start_and_names_the_culprit(name: str, value: str) -> None:
    done = _start(**{name: value})

    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr.splitlines()[-1]
    assert name in done.stderr.splitlines()[-1]
