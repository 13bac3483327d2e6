"""Which senders are at work."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from campaigns.models.senders import SENDER_LOCKS
from config.kit import sql


@dataclass(frozen=True, slots=True)
class SenderState:
    """One sender; a dead one is listed while it has chunks to hand over."""

    id: int
    host: str
    pid: int
    started_at: datetime
    is_alive: bool
    chunks: int


def senders() -> list[SenderState]:
    with connection.cursor() as cursor:
        cursor.execute(sql.load("campaigns", "senders"), {"lock": SENDER_LOCKS})
        return [SenderState(*row) for row in cursor.fetchall()]
