"""`manage.py senders`: who is sending; and what to do when a machine never comes back."""

import os
import platform
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from campaigns.selectors.senders import senders
from campaigns.services.desk import Desk
from campaigns.services.recovery import give_up, host_name
from config.roles import refuse_powerful_sender


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "List the senders. --lost HOST flags what a lost machine was sending as not known."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--lost", metavar="HOST", help="a machine that never comes back")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["lost"]:
            refuse_powerful_sender()
            desk = Desk(
                settings.DIRECT_DATABASE_URL, host=host_name(platform.node()), pid=os.getpid()
            )
            people = give_up(desk, host=options["lost"])
            desk.close()
            self.stdout.write(f"{people} messages of {options['lost']} are now “not known”.")
            return
        for sender in senders():
            state = "alive" if sender.is_alive else "dead, waits to be recovered on its host"
            self.stdout.write(
                f"{sender.id:>6}  {sender.host}:{sender.pid}  since "
                f"{sender.started_at:%Y-%m-%d %H:%M}  {sender.chunks} chunks  {state}"
            )
