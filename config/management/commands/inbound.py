"""`manage.py inbound`: a mail server's pipe for bounces and complaints."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error

from campaigns.channels.email.reports import MAX_BYTES
from campaigns.services.inbound import take_mail

# sysexits.h EX_TEMPFAIL: the mail server keeps the mail and comes again.
_LATER = 75


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Read one mail that came back from standard input, such as from a pipe in /etc/aliases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", default="", help="the envelope's recipient, if known")

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(MAX_BYTES)
        try:
            became = take_mail(raw, arrived_at=options["to"])
        except Error as error:
            self.stderr.write(f"The database does not answer: {error}")
            sys.exit(_LATER)
        self.stdout.write(became)
