"""The walk that `manage.py demo --check` takes, and that it does not pass what is off."""

import subprocess
from pathlib import Path

import pytest

from config.samples.walk import CheckFailed, expect
from config.supervisor.programs import MANAGE


def test_a_count_that_is_off_ends_the_walk() -> None:
    expect("orders", 2200, 2200)
    with pytest.raises(CheckFailed, match="orders: 2199, but the orders give 2200"):
        expect("orders", 2199, 2200)


@pytest.mark.full
@pytest.mark.timeout(600)
def test_the_main_job_holds_in_an_instance_of_its_own(tmp_path: Path) -> None:
    ours = ("DATABASE_URL", "DIRECT_DATABASE_URL", "MIGRATE_DATABASE_URL", "READONLY_DATABASE_URL")
    without = [part for name in (*ours, "BROKER_URL", "CACHE_URL") for part in ("-u", name)]
    given = [f"RAPPORT_HOME={tmp_path}", "DJANGO_SETTINGS_MODULE=config.settings"]
    done = subprocess.run(
        ["env", *without, *given, *MANAGE, "demo", "--check"], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "all 44 steps hold, every count exact" in done.stdout.splitlines()[-1]
