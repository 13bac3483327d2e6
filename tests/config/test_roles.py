"""A process does not start as a role that row security does not hold."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from psycopg.conninfo import make_conninfo

from campaigns.models.senders import Sender
from config.roles import as_migrate_role, refuse_powerful_role
from config.settings.env import ROOT


def test_the_app_role_may_start(transactional_db):
    refuse_powerful_role()


def test_the_owner_may_not_start(transactional_db):
    with as_migrate_role(), pytest.raises(ImproperlyConfigured) as refused:
        refuse_powerful_role()
    assert str(refused.value) == (
        "rapport_migrate is free of row security and an owner. "
        "DATABASE_URL must name a role that is NOSUPERUSER NOBYPASSRLS and owns nothing; "
        "the owner belongs in MIGRATE_DATABASE_URL."
    )


@pytest.mark.parametrize("module", ["config.wsgi"])
def test_the_web_process_stops_when_it_is_given_the_owner(module):
    environment = {**os.environ, "DATABASE_URL": os.environ["MIGRATE_DATABASE_URL"]}
    started = subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 1
    assert "ImproperlyConfigured: rapport_migrate is free of row security" in started.stderr


@pytest.mark.parametrize("command", [["sender"], ["senders", "--lost", "there"]])
def test_a_sender_given_the_owner_is_refused_before_it_signs_in(
    transactional_db, settings, command
):
    settings.DIRECT_DATABASE_URL = make_conninfo(
        settings.MIGRATE_DATABASE_URL, dbname=connection.settings_dict["NAME"]
    )
    with pytest.raises(ImproperlyConfigured) as refused:
        call_command(*command)
    assert str(refused.value).startswith(
        "rapport_migrate is free of row security and an owner. DATABASE_URL must name a role"
    )
    assert not Sender.objects.exists()
