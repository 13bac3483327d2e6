"""How many clicks a second one web process redirects, beside a server with nothing behind it.

    python benchmarks/clicks.py            3 rounds of 20,000 clicks each way
    python benchmarks/clicks.py --quick    2 rounds of 5,000
    python benchmarks/clicks.py --json     the same as one JSON object

A granian process as `manage.py up` starts it answers GET /c/<token> over several connections, every
click by another customer; database, web process and client share this machine. The yardstick is the
same granian with benchmarks/bare.py, in turns with ours; before each of its turns all of ours have
been stored. Every click that was answered has to be in the database at the end. CPU is that of the
web process, storing included, without PostgreSQL.
"""

import socket
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.started import test_database

# isort: split

from accounts.scope import brand_scope
from benchmarks.ingest import cpu_seconds, web
from benchmarks.people import brand_with, load_average
from benchmarks.telling import options, tell
from campaigns.models.campaigns import Campaign, CampaignLink
from campaigns.models.messages import Feedback
from config.kit.tokens import Purpose, make_keyring, signer
from config.roles import as_migrate_role
from customers.models.customers import Customer

CONNECTIONS = 8
# Requests on the way at once on each connection: the client is not what is measured.
PIPELINE = 16
PATIENCE_SECONDS = 60
_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass(frozen=True)
class Run:
    """Seconds of the wall and of the web process's CPU for so many answers."""

    answers: int
    wall: float
    cpu: float


def request(path: str) -> bytes:
    lines = (f"GET {path} HTTP/1.1", "Host: 127.0.0.1", f"User-Agent: {_AGENT}", "", "")
    return "\r\n".join(lines).encode()


def ask(port: int, requests: list[bytes]) -> int:
    """Send them over one connection; how many redirects came back."""
    redirects = 0
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(requests), PIPELINE):
            batch = requests[start : start + PIPELINE]
            client.sendall(b"".join(batch))
            answers = b""
            while answers.count(b"\r\n\r\n") < len(batch):
                part = client.recv(65_536)
                assert part, "the server hung up"
                answers += part
            redirects += answers.count(b"HTTP/1.1 302")
    return redirects


def run(port: int, process: subprocess.Popen[bytes], requests: list[bytes]) -> Run:
    shares = [requests[n::CONNECTIONS] for n in range(CONNECTIONS)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        cpu, started = cpu_seconds(process.pid), time.perf_counter()
        redirects = sum(pool.map(ask, [port] * CONNECTIONS, shares))
        wall, spent = time.perf_counter() - started, cpu_seconds(process.pid) - cpu
    assert redirects == len(requests), f"{redirects} of {len(requests)} were redirected"
    return Run(redirects, wall, spent)


def clicked_paths(rounds: int, clicks: int) -> tuple[int, list[list[bytes]]]:
    """The brand, and the requests of each round; no customer clicks twice."""
    brand = brand_with(rounds * clicks + clicks)
    with brand_scope(brand):
        campaign = Campaign.objects.create(name="Spring", state=Campaign.State.DONE)
        CampaignLink.objects.create(campaign=campaign, number=1, url="https://shop.example/spring")
        people = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
    ring = make_keyring({"1": "benchmark"})
    sign = signer(ring, Purpose.CLICK, brand_id=brand.pk, campaign_id=campaign.pk)
    requests = [request(f"/c/{sign(customer, 1)}") for customer in people]
    return brand.pk, [requests[n * clicks : (n + 1) * clicks] for n in range(rounds + 1)]


def wait_for_clicks(brand_id: int, wanted: int) -> float:
    """Seconds until so many are stored."""
    started = time.perf_counter()
    while True:
        with brand_scope(brand_id):
            stored = Feedback.objects.filter(kind=Feedback.Kind.CLICK, is_machine=False).count()
        waited = time.perf_counter() - started
        if stored >= wanted:
            assert stored == wanted, f"{stored} clicks are stored, {wanted} were made"
            return waited
        assert waited < PATIENCE_SECONDS, f"{wanted - stored} clicks were lost"
        time.sleep(0.2)


def measure(rounds: int, clicks: int) -> dict[str, Any]:
    brand_id, shares = clicked_paths(rounds, clicks)
    bare, ours, waits = [], [], []
    with (
        web("benchmarks.bare:application") as (bare_port, bare_process),
        web() as (port, process),
    ):
        warm = shares.pop()[: clicks // 4]
        run(bare_port, bare_process, warm)
        run(port, process, warm)
        wait_for_clicks(brand_id, len(warm))
        with as_migrate_role() as owner, owner.cursor() as cursor:
            cursor.execute("ANALYZE campaigns_feedback")  # as autovacuum does after a minute
        cpu = cpu_seconds(process.pid)
        for turn, requests in enumerate(shares, 1):
            bare.append(run(bare_port, bare_process, requests))
            ours.append(run(port, process, requests))
            waits.append(wait_for_clicks(brand_id, len(warm) + turn * clicks))
        cpu = (cpu_seconds(process.pid) - cpu) / (rounds * clicks)
    rate = statistics.median(each.answers / each.wall for each in ours)
    bare_rate = statistics.median(each.answers / each.wall for each in bare)
    bare_cpu = sum(each.cpu for each in bare) / (rounds * clicks)
    return {
        "figures": {
            "clicks": rounds * clicks,
            "clicks_per_second": round(rate),
            "web_cpu_us_per_click": round(cpu * 1e6, 1),
            "seconds_until_all_were_stored": round(max(waits), 2),
            "lost": 0,
            "load_average": load_average(),
        },
        "yardsticks": {
            "bare_redirects_per_second": round(bare_rate),
            "bare_cpu_us_per_redirect": round(bare_cpu * 1e6, 1),
        },
        "ratios": {"rate_to_bare": round(rate / bare_rate, 2)},
    }


def main() -> None:
    arguments = options(__doc__).parse_args()
    with test_database():
        result = measure(2, 5_000) if arguments.quick else measure(3, 20_000)
    tell(result, as_json=arguments.json)


if __name__ == "__main__":
    main()
