"""Makers for tests that send: many customers at once, a launched campaign, a sender in place."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from django.db import connection
from psycopg.conninfo import make_conninfo

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.channels.email.endpoint import parse_endpoint
from campaigns.channels.email.smtp import Connection
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery
from campaigns.models.senders import SENDER_LOCKS
from campaigns.selectors.content import content_of
from campaigns.services.desk import Desk
from campaigns.services.planning import plan
from campaigns.services.sending import SendingProcess
from customers.models.consents import ConsentState
from customers.models.customers import Customer
from customers.models.segments import Segment

BLOCKS = [
    {"kind": "text", "html": "<p>Hello {{ first_name | default: 'there' }}</p>"},
    {"kind": "button", "text": "Shop", "href": "https://shop.example/spring"},
    {"kind": "footer"},
]
EVERYBODY = {"all": []}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def conninfo() -> str:
    """Where the tests' database is, for a sender's own connection."""
    parts = connection.settings_dict
    return make_conninfo(
        dbname=parts["NAME"],
        user=parts["USER"],
        password=parts["PASSWORD"],
        host=parts["HOST"],
        port=parts["PORT"] or None,
    )


def customers(count: int, *, consented: bool = True, prefix: str = "c") -> list[Customer]:
    """`c0@example.com`, `c1@example.com` ... of the brand in scope."""
    rows = Customer.objects.bulk_create(
        Customer(
            email=f"{prefix}{n}@example.com",
            email_norm=f"{prefix}{n}@example.com",
            first_name=f"Customer {n}",
        )
        for n in range(count)
    )
    if consented:
        agree(rows)
    return rows


def agree(rows: list[Customer], *, status: str = "granted") -> None:
    ConsentState.objects.bulk_create(
        ConsentState(
            customer=row,
            purpose="marketing",
            channel="email",
            status=status,
            basis="consent",
            at=LONG_AGO,
        )
        for row in rows
    )


def launching(brand: Brand, *, rule: dict | None = None, name: str = "Spring") -> Campaign:
    """A campaign as it stands right after its launch, not yet planned."""
    segment = Segment.objects.create(name=f"{name} people", rule=rule or EVERYBODY)
    campaign = Campaign(
        name=name, segment=segment, subject="Hi {{ first_name }}", blocks=BLOCKS, state="launching"
    )
    campaign.frozen = {**content_of(campaign, brand).stored(), "as_of": str(date(2026, 11, 1))}
    campaign.save()
    return campaign


def launched(brand: Brand, *, rule: dict | None = None, name: str = "Spring") -> Campaign:
    """A planned campaign, in its own committed transaction."""
    with brand_scope(brand):
        campaign = launching(brand, rule=rule, name=name)
        plan(campaign.pk)
    return campaign


@contextmanager
def sender(url: str, folder: Path | None, *, host: str = "here") -> Iterator[SendingProcess]:
    """A sender in this process; `folder` None is SEND_JOURNAL=db."""
    desk = Desk(conninfo(), host=host, pid=1)
    try:
        with Connection(parse_endpoint(url)) as smtp:
            yield SendingProcess(desk, smtp, journal_folder=folder)
    finally:
        desk.close()


def leave(desk: Desk) -> None:
    """A sender is gone, and the server has noticed: the lock ends a moment after the connection."""
    desk.close()
    held = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
    with connection.cursor() as cursor:
        for _ in range(6000):
            cursor.execute(held, [SENDER_LOCKS, desk.sender_id])
            if cursor.fetchone() is None:
                return
            time.sleep(0.01)
    raise AssertionError("the sender's lock outlived its connection by a minute")


def work_off(process: SendingProcess, *, steps: int = 1000) -> None:
    """Work until nothing is due."""
    for _ in range(steps):
        if not process.step():
            return


def outcomes(brand: Brand, campaign: Campaign) -> dict[str, tuple[str, str]]:
    """Address to (outcome, reason)."""
    with brand_scope(brand):
        rows = Delivery.objects.filter(campaign=campaign).values_list(
            "customer__email", "outcome", "reason"
        )
        return {email: (outcome, reason) for email, outcome, reason in rows}
