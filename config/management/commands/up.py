"""`manage.py up`: the whole of Rapport on this machine, by one command."""

import hashlib
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError

from config.engines.place import EngineError
from config.supervisor.programs import Options
from config.supervisor.runfolder import AlreadyRunning, RunFolder
from config.supervisor.screen import Screen
from config.supervisor.supervisor import StepFailed, Supervisor


class Command(BaseCommand):
    help = "Start the database, the broker, the web server and everything else; Ctrl-C stops it."
    # Checks may ask the database, which this command is about to start.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="with sample data and an inbox")
        parser.add_argument("--port", type=int, default=8000, help="the next free one is taken")
        parser.add_argument("--no-sender", action="store_true", help="send no mail")

    def handle(self, *args: Any, **options: Any) -> None:
        run_folder = RunFolder(settings.RAPPORT_HOME)
        try:
            run_folder.take()
        except AlreadyRunning as error:
            raise CommandError(str(error), returncode=1) from None
        wanted = Options(
            home=settings.RAPPORT_HOME,
            port=options["port"],
            demo=options["demo"],
            sender=not options["no_sender"],
        )
        try:
            supervisor = Supervisor(wanted, screen=Screen(), run_folder=run_folder)
            supervisor.run(static_stamp=static_stamp(), known_commands=get_commands())
        except (EngineError, StepFailed, OSError) as error:
            raise CommandError(str(error), returncode=1) from error


def static_stamp() -> str:
    """Changes when a static file does; collecting and compressing them again takes seconds."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            digest.update(f"{name} {storage.get_modified_time(name)}\n".encode())
    return digest.hexdigest()
