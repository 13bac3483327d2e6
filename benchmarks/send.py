"""What one mail costs the sender and PostgreSQL, beside two yardsticks.

    python benchmarks/send.py                     100,000 people
    python benchmarks/send.py --quick             5,000 people
    python benchmarks/send.py --people 1000000    as many as you like
    python benchmarks/send.py --json              the same as one JSON object

A real `manage.py sender` sends three campaigns, journal on, one record per recipient, to a mail
server on this machine that takes everything at once: "linked" has 32 tracked links, "ruled" is the
same under contact rules with a cap, after "linked" has been counted, and "small" is the smallest
mail there is. CPU is that of the sender's process, and of its backend and PostgreSQL's
writers; the mail server's is not counted. The yardsticks are measured in the same call, against
the same server: a bare pipelined socket loop that sends one ready copy of the same mail over and
over (no database, no values), and what a task of 500 does with Django's own means: query, template,
EmailMultiAlternatives, one connection, bulk_create. That task is run as the loop it is, without
Celery and its broker, so its figure is kinder than the truth.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.started import ROOT, test_database

# isort: split

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.signing import Signer
from django.db import connection
from django.template import Context, Template

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from benchmarks.people import (
    backend_seconds,
    brand_with,
    load_average,
)
from benchmarks.telling import options, tell
from campaigns.channels.email.dkim import Dkim
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery
from campaigns.models.policy import ContactPolicy
from campaigns.rules.program import mail_date
from campaigns.rules.tags import EXAMPLE
from campaigns.selectors.content import content_of, program_of
from campaigns.services.planning import CHUNK_SIZE, plan
from config.kit.clock import now
from config.roles import as_migrate_role
from customers.models.customers import Customer
from customers.models.segments import Segment
from tests.campaigns.mailing import conninfo

_CONSENTS = """
INSERT INTO customers_consentstate (brand_id, customer_id, purpose, channel, status, basis, at)
SELECT brand_id, id, 'marketing', 'email', 'granted', 'consent', now()
FROM customers_customer WHERE brand_id = %(brand_id)s
"""
_POSTGRES = """
SELECT pid FROM pg_stat_activity
WHERE application_name = 'rapport sender'
   OR backend_type IN ('walwriter', 'checkpointer', 'background writer', 'io worker')
"""
# As autovacuum does within a minute of a large campaign.
_STATISTICS = "ANALYZE campaigns_delivery, campaigns_campaign"
_HELLO = "<p>Hello {{ first_name | default: 'there' }}, {{ city }} is in bloom.</p>"
_LINKS = [f"https://shop.example/flowers/{n}" for n in range(32)]
_LINKED = _HELLO + "".join(f'<p><a href="{url}">Flower</a></p>' for url in _LINKS)
BLOCKS = {
    "linked": [{"kind": "text", "html": _LINKED}, {"kind": "footer"}],
    "ruled": [{"kind": "text", "html": _LINKED}, {"kind": "footer"}],
    "small": [{"kind": "text", "html": _HELLO}, {"kind": "footer"}],
}
# Everybody may get this mail and the ones before, but each has to be counted.
_RULES = {"ruled": {"caps": [{"count": 3, "days": 7}]}}
_HTML = Template(
    '<html><body><p>Hello {{ name|default:"there" }}, {{ city }} is in bloom.</p>'
    '{% for url in links %}<p><a href="{{ url }}">Flower</a></p>{% endfor %}'
    '<p><a href="{{ stop }}">Unsubscribe</a></p></body></html>'
)
_PLAIN = Template("Hello {{ name }}\n{% for url in links %}{{ url }}\n{% endfor %}{{ stop }}")


@dataclass(frozen=True)
class Cost:
    """Of one campaign: CPU microseconds per mail, mails per second, the sender's memory."""

    worker: float
    postgres: float
    rate: float
    megabytes: float
    enqueued: float

    @property
    def total(self) -> float:
        return self.worker + self.postgres


@contextmanager
def sink() -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "benchmarks" / "sink.py")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(20)


def taken(port: int) -> int:
    with Wire(port) as wire:
        return int(wire.ask(b"XCOUNT\r\n").split()[1])


class Wire:
    """A socket that is asked, and read until so many answers have come."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._read(1)
        self.ask(b"EHLO bare\r\n", lines=2)

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, data: bytes, *, lines: int = 1) -> bytes:
        self._socket.sendall(data)
        return self._read(lines)

    def _read(self, lines: int) -> bytes:
        data = self._socket.recv(65_536)
        while data.count(b"\n") < lines:
            data += self._socket.recv(65_536)
        return data


def bare(port: int, content: bytes, mails: int) -> float:
    """CPU microseconds per mail of handing over the same bytes again and again, pipelined."""
    envelope = b"MAIL FROM:<hello@large.example>\r\nRCPT TO:<p1@example.com>\r\nDATA\r\n"
    message = content + b".\r\n" + envelope
    with Wire(port) as wire:
        wire.ask(envelope, lines=3)
        started = time.process_time()
        for _ in range(mails):
            wire.ask(message, lines=4)
        return (time.process_time() - started) / mails * 1e6


def by_django(brand: Brand, port: int, mails: int) -> float:
    """CPU microseconds per mail (this process and its backend) of tasks of 500."""
    with brand_scope(brand):
        campaign = Campaign.objects.create(name="By Django", state="sending")
        everybody = list(Customer.objects.order_by("pk").values_list("pk", flat=True)[:mails])
        started = time.process_time() + backend_seconds()
    server = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port
    )
    for first in range(0, mails, CHUNK_SIZE):
        _task_of_500(brand, campaign, everybody[first : first + CHUNK_SIZE], server)
    with brand_scope(brand):
        return (time.process_time() + backend_seconds() - started) / mails * 1e6


def _task_of_500(brand: Brand, campaign: Campaign, ids: list[int], server: Any) -> None:
    sign = Signer().sign
    with brand_scope(brand):
        people = list(Customer.objects.filter(pk__in=ids, consent_states__status="granted"))
    mails = []
    for person in people:
        links = [f"https://r.example/c/{sign(f'{person.pk}:{n}')}" for n in range(len(_LINKS))]
        stop = f"https://r.example/u/{sign(str(person.pk))}"
        context = Context(
            {"name": person.first_name, "city": person.city, "links": links, "stop": stop}
        )
        mail = EmailMultiAlternatives(
            f"Hi {person.first_name}",
            _PLAIN.render(context),
            "hello@large.example",
            [person.email],
            headers={"List-Unsubscribe": f"<{stop}>"},
        )
        mail.attach_alternative(_HTML.render(context), "text/html")
        mails.append(mail)
    server.send_messages(mails)
    with brand_scope(brand):
        Delivery.objects.bulk_create(
            Delivery(campaign=campaign, customer=person, outcome="sent") for person in people
        )


def drafted(brand: Brand, name: str) -> Campaign:
    with brand_scope(brand):
        segment = Segment.objects.create(name=name, rule={"all": []})
        campaign = Campaign(
            name=name,
            segment=segment,
            subject="Hi {{ first_name }}",
            blocks=BLOCKS[name],
            state="launching",
        )
        campaign.frozen = content_of(campaign, brand).stored()
        campaign.save()
    return campaign


def copies_of(campaign: Campaign, count: int = 1) -> list[bytes]:
    """The campaign's mail to so many people, as it leaves."""
    with brand_scope(campaign.brand_id):
        content = content_of(campaign, campaign.brand)
    program = program_of(content, brand_id=campaign.brand_id, campaign_id=campaign.pk)
    date = mail_date(now())
    people = (EXAMPLE._replace(customer_id=n, address=f"p{n}@example.com") for n in range(count))
    return [program.render(person, date=date).content for person in people]


@contextmanager
def sender(port: int) -> Iterator[int]:
    """`manage.py sender`, ready and with nothing to do."""
    with TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "DATABASE_URL": conninfo(),
            "DIRECT_DATABASE_URL": conninfo(),
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "RAPPORT_HOME": home,
            "SEND_JOURNAL": "file",
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
        }
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "sender"],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            assert b"ready" in process.stdout.readline(), "the sender has not started"
            yield process.pid
        finally:
            process.terminate()
            process.wait(20)


def spent(pids: list[int]) -> float:
    """CPU seconds of these processes so far."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in pids) / 1e9


def peak_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return round(int(status.partition("VmHWM:")[2].split()[0]) / 1024, 1)


def sent(brand: Brand, campaign: Campaign, port: int, people: int) -> Cost:
    """Plan the campaign before the eyes of a waiting sender, and see it to its end."""
    with sender(port) as pid:
        with connection.cursor() as cursor:
            cursor.execute(_POSTGRES)
            engine = [row[0] for row in cursor.fetchall()]
        worker, postgres, before = spent([pid]), spent(engine), taken(port)
        wall = time.perf_counter()
        with brand_scope(brand):
            plan(campaign.pk)
        enqueued = time.perf_counter() - wall
        _wait_for_end(brand, campaign)
        wall = time.perf_counter() - wall - enqueued
        worker, postgres = spent([pid]) - worker, spent(engine) - postgres
        memory = peak_megabytes(pid)
    with brand_scope(brand):
        written = Delivery.objects.filter(campaign=campaign, outcome="sent").count()
    assert written == taken(port) - before == people, "somebody was left out"
    return Cost(worker / people * 1e6, postgres / people * 1e6, people / wall, memory, enqueued)


def _wait_for_end(brand: Brand, campaign: Campaign) -> None:
    deadline = time.monotonic() + 1800
    while time.monotonic() < deadline:
        with brand_scope(brand):
            if Campaign.objects.filter(pk=campaign.pk, state="done").exists():
                return
        time.sleep(0.05)
    raise TimeoutError("the campaign does not end")


def signing(mails: list[bytes]) -> dict[str, Any]:
    """CPU microseconds of a DKIM signature of these mails, canonical forms and hashes included."""
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    parts = [mail.partition(b"\r\n\r\n") for mail in mails]
    found = {}
    for name, key in (("rsa", rsa_key), ("ed25519", ed25519.Ed25519PrivateKey.generate())):
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        dkim = Dkim("large.example", "s1", pem.decode())
        started = time.process_time()
        for head, _, body in parts:
            dkim.sign(head + b"\r\n", body, at=1_800_000_000)
        found[f"dkim_{name}_us"] = round((time.process_time() - started) / len(mails) * 1e6, 1)
    return found


def bare_ed25519_us() -> float:
    """CPU microseconds of the signature alone, over a hash that is there."""
    key, digest = ed25519.Ed25519PrivateKey.generate(), bytes(32)
    started = time.process_time()
    for _ in range(1000):
        key.sign(digest)
    return round((time.process_time() - started) * 1000, 1)


def openssl_rsa_us() -> float | None:
    """None where there is no openssl."""
    if shutil.which("openssl") is None:
        return None
    command = ["openssl", "speed", "-mr", "-seconds", "1", "rsa2048"]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    [line] = [each for each in report.splitlines() if each.startswith("+F2:")]
    return round(1e6 / float(line.split(":")[3]), 1)  # it tells signatures a second


def ready(people: int) -> Brand:
    """A brand that may write to so many."""
    brand = brand_with(people)
    brand.sender_name, brand.sender_email = "Large", "hello@large.example"
    brand.postal_address = "Large, 1 High Street, London"
    brand.save()
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute(_CONSENTS, {"brand_id": brand.pk})
        cursor.execute("VACUUM (ANALYZE) customers_consentstate")
    return brand


def measure(people: int) -> dict[str, Any]:
    brand = ready(people)
    figures: dict[str, Any] = {"people": people}
    yardsticks: dict[str, Any] = {}
    ratios: dict[str, Any] = {}
    with sink() as port:
        for name in BLOCKS:
            campaign = drafted(brand, name)
            [content] = copies_of(campaign)
            with brand_scope(brand):
                ContactPolicy.objects.create(rules=_RULES.get(name, {}))
            floor = bare(port, content, 10_000)
            cost = sent(brand, campaign, port, people)
            floor = (floor + bare(port, content, 10_000)) / 2
            with as_migrate_role() as owner, owner.cursor() as cursor:
                cursor.execute(_STATISTICS)
            figures |= {
                f"{name}_bytes": len(content),
                f"{name}_worker_us": round(cost.worker, 1),
                f"{name}_postgres_us": round(cost.postgres, 1),
                f"{name}_cpu_s_per_1000": round(cost.total / 1000, 4),
                f"{name}_mails_per_second": round(cost.rate),
                f"{name}_sender_mb": cost.megabytes,
                f"{name}_enqueue_seconds": round(cost.enqueued, 2),
            }
            yardsticks[f"{name}_bare_us"] = round(floor, 1)
            ratios[f"{name}_to_bare"] = round(cost.total / floor, 2)
            if name == "linked":
                figures |= signing(copies_of(campaign, 1000))
                yardsticks["bare_ed25519_us"] = bare_ed25519_us()
                django_cost = by_django(brand, port, 1_000)
                yardsticks["by_django_us"] = round(django_cost)
                ratios["by_django_to_linked"] = round(django_cost / cost.total, 1)
    if (bare_rsa := openssl_rsa_us()) is not None:
        yardsticks["openssl_rsa_us"] = bare_rsa
        ratios["dkim_rsa_to_openssl"] = round(figures["dkim_rsa_us"] / bare_rsa, 2)
    figures["load_average"] = load_average()
    return {"figures": figures, "yardsticks": yardsticks, "ratios": ratios}


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--people", type=int, default=0)
    arguments = parser.parse_args()
    with test_database():
        result = measure(arguments.people or (5_000 if arguments.quick else 100_000))
    tell(result, as_json=arguments.json)


if __name__ == "__main__":
    main()
