"""`manage.py sender`: one process that sends campaigns until it is told to stop."""

import gc
import os
import platform
import signal
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from campaigns.channels.email.endpoint import parse_endpoint
from campaigns.channels.email.lanes import Lanes
from campaigns.services.desk import Desk
from campaigns.services.recovery import host_name
from campaigns.services.sending import SendingProcess
from config.roles import refuse_powerful_sender


class Command(BaseCommand):
    # The checks load every page of the web process; a sender has none.
    requires_system_checks: list[str] = []
    help = "Send what is due. Run as many of these as the mail server likes; Ctrl-C stops one."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_powerful_sender()
        host = host_name(platform.node())
        desk = Desk(settings.DIRECT_DATABASE_URL, host=host, pid=os.getpid())
        folder = settings.RAPPORT_HOME / "journal" if settings.SEND_JOURNAL == "file" else None
        with Lanes(
            parse_endpoint(settings.EMAIL_URL),
            hello=platform.node(),
            count=settings.SEND_CONNECTIONS,
        ) as connection:
            process = SendingProcess(desk, connection, journal_folder=folder)

            def stop(_number: int, _frame: FrameType | None) -> None:
                process.stop()

            signal.signal(signal.SIGTERM, stop)
            signal.signal(signal.SIGINT, stop)
            self.stdout.write(f"Sender {desk.sender_id} on {host} is ready.")
            # What is loaded by now stays: the collector need not walk it again and again.
            gc.collect()
            gc.freeze()
            process.run()
        desk.close()
        self.stdout.write("Stopped.")
