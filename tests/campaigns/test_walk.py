"""One campaign from the launch button to the report, and a second that leaves out who left."""

import email
import io
import re
from email import policy
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from accounts.scope import brand_scope
from campaigns.edge import Edge
from campaigns.models.campaigns import Campaign
from campaigns.selectors.report import Reason, result_of
from campaigns.services import drafts
from campaigns.services.hitlog import HitLog
from config.kit.clock import day_in
from customers.models.segments import Segment
from tests import factories
from tests.campaigns.mailing import BLOCKS, customers, sender, work_off
from tests.campaigns.sink import Sink
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def _ask(method: str, url: str, body: bytes = b"") -> tuple[int, dict[str, str]]:
    """Ask the edge, which must answer by itself."""
    seen: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        seen.update(status=int(status[:3]), headers=dict(headers))

    def not_django(environ: Any, start: Any) -> Any:
        raise AssertionError("the edge passed it on")

    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": urlsplit(url).path,
        "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    list(Edge(not_django, HitLog(None))(environ, start_response))
    return seen["status"], seen["headers"]


def _launch(cast: Cast, ben: Client, run_due_work: Any, *, name: str) -> Campaign:
    with brand_scope(cast.floral):
        campaign = drafts.create_campaign(
            name=name,
            segment=Segment.objects.get(),
            subject='Hi {{ first_name | default: "you" }}',
            blocks=BLOCKS,
        )
    ben.post(reverse("campaign_launch", args=["floral", campaign.pk]))
    run_due_work()
    return campaign


def _send(folder: Any) -> Sink:
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
    return sink


def test_a_campaign_walks_from_the_launch_button_to_its_report(
    cast: Cast, ben: Client, run_due_work: Any, tmp_path: Any
) -> None:
    with brand_scope(cast.floral):
        people = customers(3)
        Segment.objects.create(name="Everybody", rule={"all": []})
    campaign = _launch(cast, ben, run_due_work, name="First")

    sink = _send(tmp_path)
    assert set(sink.accepted) == {"c0@example.com", "c1@example.com", "c2@example.com"}

    # Customer 0 follows the link and orders; customer 1 takes the mail program's way out.
    mail = email.message_from_bytes(sink.contents["c0@example.com"], policy=policy.default)
    text = mail.get_body(("plain",)).get_content()
    click = re.search(r"https?://\S+/c/\S+", text)
    assert click is not None
    status, headers = _ask("GET", click[0])
    assert (status, headers["Location"]) == (302, "https://shop.example/spring")
    with brand_scope(cast.floral):
        factories.order(people[0], source_id="1", on=day_in("UTC"), minor=4200)
        people[0].orders.update(placed_at=campaign.created_at.replace(year=2030))
    out = email.message_from_bytes(sink.contents["c1@example.com"], policy=policy.default)
    link = out["List-Unsubscribe"].strip("<>")
    assert _ask("POST", link, b"List-Unsubscribe=One-Click")[0] == 200

    with brand_scope(cast.floral):
        result = result_of(Campaign.objects.get(pk=campaign.pk))
    assert result.campaign.state == Campaign.State.DONE
    assert (result.figures.sent, result.figures.clicked, result.figures.unsubscribed) == (3, 1, 1)
    assert result.reasons == [Reason("skipped", "Has not agreed to news and offers", 1)]
    assert [(link.url, link.people) for link in result.links] == [
        ("https://shop.example/spring", 1)
    ]
    assert result.figures.orders == 0

    # An order soon after the click counts; the one years later above does not.
    with brand_scope(cast.floral):
        people[0].orders.update(placed_at=people[0].feedback.get().at)
        result = result_of(campaign)
    assert (result.figures.orders, result.figures.net_minor) == (1, 4200)

    second = _launch(cast, ben, run_due_work, name="Second")
    sink = _send(tmp_path)
    assert set(sink.accepted) == {"c0@example.com", "c2@example.com"}
    with brand_scope(cast.floral):
        second.refresh_from_db()
    assert (second.planned, second.skipped) == (2, {"no_consent": 2})
    page = ben.get(reverse("campaign", args=["floral", campaign.pk])).content.decode()
    assert "£42" in page
