"""`manage.py stop`: end the instance of this RAPPORT_HOME, also one whose supervisor is gone."""

import os
import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.engines.place import permanent
from config.supervisor.runfolder import AlreadyRunning, RunFolder
from config.supervisor.supervisor import stop_left_overs

STOP_SECONDS = 90.0


class Command(BaseCommand):
    help = "Stop Rapport on this machine."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--delete-data", action="store_true", help="and delete the embedded engines' data"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        run_folder = RunFolder(settings.RAPPORT_HOME)
        was_running = not _take(run_folder)
        if was_running:
            self._ask_and_wait(run_folder)
        ended = stop_left_overs(settings.RAPPORT_HOME, run_folder)
        run_folder.release()
        if options["delete_data"]:
            permanent(settings.RAPPORT_HOME).delete()
            run_folder.sign_in_file.unlink(missing_ok=True)
        stopped = was_running or ended > 0
        self.stdout.write("Rapport is stopped." if stopped else "Rapport was not running.")

    def _ask_and_wait(self, run_folder: RunFolder) -> None:
        supervisor = run_folder.supervisor()
        if supervisor is not None and supervisor.is_alive():
            os.kill(supervisor.pid, signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        while not _take(run_folder):
            if time.monotonic() > until:
                raise CommandError("Rapport did not stop in time. See the logs in RAPPORT_HOME.")
            time.sleep(0.1)


def _take(run_folder: RunFolder) -> bool:
    try:
        run_folder.take()
    except AlreadyRunning:
        return False
    return True
