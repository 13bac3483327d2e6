"""`manage.py inbox`: the demo's mail server on the loopback interface."""

import asyncio
import signal
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from campaigns.channels.email.endpoint import parse_endpoint
from campaigns.channels.email.inbox import Inbox, smtp_protocol


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Take every mail on the port of EMAIL_URL and show it under /inbox/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=parse_endpoint(settings.EMAIL_URL).port)

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(self._serve(options["port"]))

    async def _serve(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        stopped = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopped.set)
        inbox = Inbox(settings.RAPPORT_HOME / "inbox")
        server = await loop.create_server(
            lambda: smtp_protocol(inbox, loop=loop), "127.0.0.1", port
        )
        self.stdout.write(f"The inbox takes mail on 127.0.0.1:{port}.")
        async with server:
            await stopped.wait()
