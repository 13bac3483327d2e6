"""How quickly people can launch, pause and read campaigns while one goes out.

    python benchmarks/pages.py            while 100,000 mails go out
    python benchmarks/pages.py --quick    while 10,000 go out
    python benchmarks/pages.py --json     the same as one JSON object

Web process and sender are those of `manage.py up`, the mail server takes everything at once, and
all of it shares this machine. One person reads the report of the campaign that goes out, pauses it,
lets it go on and launches others to the same people, over and over until the last mail has gone.
The yardstick is the 95th percentile of /healthz in the same turns, and of the list of segments.
"""

import http.client
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.started import ROOT, test_database

# isort: split

from django.test import Client, override_settings

from accounts.models.brands import Brand
from accounts.models.members import Membership, Role
from accounts.models.users import User
from accounts.scope import brand_scope
from benchmarks.ingest import SECRET_KEY, production, web
from benchmarks.people import load_average
from benchmarks.send import drafted, ready, sender, sink
from benchmarks.telling import options, tell
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery
from campaigns.services.planning import plan

TURNS = 60
PAUSE_SECONDS = 0.2
_CSRF = "c" * 32


class Visitor:
    """A person who is signed in; `seconds` of each kind of request."""

    def __init__(self, port: int, brand: Brand, session: str) -> None:
        self._web = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._home = f"/b/{brand.slug}"
        self._headers = {
            "Host": "127.0.0.1",
            "X-Forwarded-Proto": "https",
            "Referer": "https://127.0.0.1/",
            "X-CSRFToken": _CSRF,
            "Cookie": f"sessionid={session}; csrftoken={_CSRF}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.seconds: dict[str, list[float]] = defaultdict(list)

    def ask(self, name: str, method: str, path: str, *, status: int) -> None:
        started = time.perf_counter()
        self._web.request(method, path, headers=self._headers)
        answer = self._web.getresponse()
        answer.read()
        self.seconds[name].append(time.perf_counter() - started)
        assert answer.status == status, f"{method} {path} answers {answer.status}"

    def turn(self, campaign: Campaign, draft: Campaign) -> None:
        one, other = (f"{self._home}/campaigns/{each.pk}/" for each in (campaign, draft))
        self.ask("healthz", "GET", "/healthz", status=200)
        self.ask("segments", "GET", f"{self._home}/segments/", status=200)
        self.ask("report", "GET", one, status=200)
        self.ask("pause", "POST", f"{one}pause/", status=302)
        self.ask("paused_report", "GET", one, status=200)
        self.ask("resume", "POST", f"{one}resume/", status=302)
        self.ask("launch", "POST", f"{other}launch/", status=302)

    def p95_ms(self, name: str) -> float:
        ordered = sorted(self.seconds[name])
        return round(ordered[int(0.95 * (len(ordered) - 1))] * 1000, 1)


def signed_in(brand: Brand) -> str:
    """The session of the agency's owner, as the web process will read it."""
    user = User.objects.create_user("bench@example.com", "a long enough password")
    Membership.objects.create(user=user, organisation=brand.organisation, role=Role.OWNER)
    client = Client()
    with override_settings(SECRET_KEY=SECRET_KEY):
        client.force_login(user)
    return client.cookies["sessionid"].value


def collect_static() -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "collectstatic", "--no-input"]
    subprocess.run(command, env=production(), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def drafts_like(campaign: Campaign) -> list[Campaign]:
    return [
        Campaign.objects.create(
            name=f"Next {number}",
            segment=campaign.segment,
            subject=campaign.subject,
            blocks=campaign.blocks,
        )
        for number in range(TURNS)
    ]


def decided(campaign: Campaign) -> int:
    with brand_scope(campaign.brand_id):
        return Delivery.objects.filter(campaign=campaign).count()


def measure(people: int) -> dict[str, Any]:
    brand = ready(people)
    campaign = drafted(brand, "linked")
    with brand_scope(brand):
        drafts = drafts_like(campaign)
    collect_static()
    with sink() as mail_port, web() as (port, _):
        visitor = Visitor(port, brand, signed_in(brand))
        with brand_scope(brand):
            plan(campaign.pk)
        visitor.turn(campaign, drafts.pop())
        visitor.seconds.clear()  # the first turn loads templates and statistics
        with sender(mail_port):
            started = time.perf_counter()
            while drafts and (mails := decided(campaign)) < people:
                visitor.turn(campaign, drafts.pop())
                time.sleep(PAUSE_SECONDS)
            wall = time.perf_counter() - started
    names = ("report", "paused_report", "pause", "resume", "launch")
    p95 = {f"{name}_p95_ms": visitor.p95_ms(name) for name in names}
    return {
        "figures": {
            "people": people,
            "turns": len(visitor.seconds["report"]),
            "mails_per_second": round(mails / wall),
            **p95,
            "load_average": load_average(),
        },
        "yardsticks": {
            "healthz_p95_ms": visitor.p95_ms("healthz"),
            "segments_p95_ms": visitor.p95_ms("segments"),
        },
        "ratios": {"slowest_to_segments": round(max(p95.values()) / visitor.p95_ms("segments"), 2)},
    }


def main() -> None:
    arguments = options(__doc__).parse_args()
    with test_database():
        result = measure(10_000 if arguments.quick else 100_000)
    tell(result, as_json=arguments.json)


if __name__ == "__main__":
    main()
