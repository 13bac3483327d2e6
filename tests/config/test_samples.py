"""The sample brands' files: real numbers, made-up people, the calendar kept."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from accounts.models.brands import Brand
from accounts.models.work import WorkItem
from campaigns.models.campaigns import Campaign
from campaigns.models.coupons import Coupon
from campaigns.models.messages import Delivery, Feedback
from campaigns.models.transactional import TransactionalMessage, TransactionalTemplate
from campaigns.selectors.report import result_of
from campaigns.selectors.variants import outcomes
from campaigns.services.planning import SEND_CHUNK
from config.kit.clock import now
from config.samples import answers, campaigns
from config.samples.orders import (
    floral_orders,
    grocer_orders,
    lay_on_last_year,
    music_orders,
    write_orders,
)
from config.samples.people import person
from customers.models.segments import Segment
from customers.services.facts import refresh_facts
from tests import factories
from tests.conftest import Cast

TODAY = date(2026, 11, 22)


def rungs(counts: dict[int, int], highest: int) -> list[int]:
    return [sum(n >= k for n in counts.values()) for k in range(1, highest + 1)]


def orders_per_person(orders: object) -> dict[int, int]:
    counts: dict[int, int] = {}
    for order in orders:  # type: ignore[attr-defined]
        counts[order.number] = counts.get(order.number, 0) + 1
    return counts


def test_floral_is_902_households_and_22303_18(tmp_path: Path) -> None:
    path = tmp_path / "floral.csv"
    assert write_orders(floral_orders(TODAY), path) == 2_590
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(round(float(row["total"]) * 100) for row in rows) == 2_230_318
    assert rungs(orders_per_person(floral_orders(TODAY)), 5) == [902, 447, 262, 161, 102]
    days = [row["order_date"][:10] for row in rows if row["order_date"]]
    assert min(days) >= "2025-11-22"
    assert max(days) <= "2026-11-21"
    assert days.count("2026-02-14") == 53


def test_grocer_households_are_floral_s_repeat_buyers() -> None:
    grocer = orders_per_person(grocer_orders(TODAY))
    floral = orders_per_person(floral_orders(TODAY))
    assert len(grocer) == 447
    assert set(grocer) == {number for number, n in floral.items() if n >= 2}
    assert sum(grocer.values()) == 49_555


def test_music_is_one_order_per_customer_and_day() -> None:
    orders = list(music_orders())
    assert len(orders) == len({order.order_id for order in orders}) == 67_591
    assert sum(len(order.lines) for order in orders) == 69_659
    counts = orders_per_person(orders)
    assert rungs(counts, 7) == [23570, 11516, 7476, 5271, 3835, 2844, 2201]
    until = orders_per_person(o for o in orders if o.placed_at < "1997-10-01")
    assert rungs(until, 7) == [23570, 9451, 5009, 2945, 1861, 1256, 908]


@pytest.mark.parametrize(
    ("placed", "laid"),
    [
        ("2017-02-14 09:00:00", "2026-02-14 09:00:00"),
        ("2017-11-21 23:59:00", "2026-11-21 23:59:00"),
        ("2017-11-22 00:00:00", "2025-11-22 00:00:00"),
        ("2017-12-31 10:00:00", "2025-12-31 10:00:00"),
        ("2018-01-01 00:26:09", "2026-01-01 00:26:09"),
    ],
)
def test_month_day_and_time_stay(placed: str, laid: str) -> None:
    assert lay_on_last_year(datetime.fromisoformat(placed), TODAY) == datetime.fromisoformat(laid)


def test_people_are_the_same_every_time_and_live_on_example_domains() -> None:
    people = [person("household", n) for n in range(2_000)]
    assert people[218] == person("household", 218)
    assert len({who.email for who in people}) == 2_000
    assert {who.email.rpartition("@")[2] for who in people} == {
        "example.com",
        "example.org",
        "example.net",
    }
    assert 0.77 < sum(who.accepts_marketing for who in people) / 2_000 < 0.83


def test_floral_has_a_segment_and_a_mail_that_waits(floral: Brand) -> None:
    campaigns.prepare_draft(floral)
    campaigns.prepare_draft(floral)

    assert [segment.name for segment in Segment.objects.all()] == ["Bought once"]
    campaign = Campaign.objects.get()
    assert (campaign.state, campaign.segment.name) == (Campaign.State.DRAFT, "Bought once")
    assert campaign.blocks[-1]["kind"] == "footer"
    assert [variant.letter for variant in campaign.variants.all()] == ["B"]
    assert Coupon.objects.count() == 500


def test_floral_has_an_order_confirmation_that_a_shop_can_ask_for(floral: Brand) -> None:
    answers.prepare_answers(floral)
    answers.prepare_answers(floral)

    template = TransactionalTemplate.objects.get()
    assert (template.key, template.version) == ("order-confirmation", 1)
    assert not TransactionalMessage.objects.exists()


def test_floral_shows_what_campaigns_of_the_past_brought(floral: Brand, cast: Cast) -> None:
    today = floral.today
    for number in range(60):
        buyer = factories.customer(email=f"p{number}@example.com")
        factories.consent(buyer)
        for days in (90, 20):
            day = today - timedelta(days=days)
            factories.order(buyer, source_id=f"{number}-{days}", on=day, minor=2000)
    refresh_facts(customer_ids=None)
    for _ in range(2):
        campaigns.prepare_history(floral, by=cast.ben)

    fresh, thanks, coming = Campaign.objects.order_by("pk")
    assert [fresh.state, thanks.state, coming.state] == ["done", "done", "scheduled"]
    assert coming.due_at is not None
    # The first one lost an address that does not exist, two who left and one who complained.
    for campaign, reached in ((fresh, 60), (thanks, 56)):
        result = result_of(campaign)
        assert result.audience == 60
        assert result.figures.sent == campaign.planned < 60
        assert result.lift is not None
        assert result.lift.written.people + result.lift.held.people == reached
    assert fresh.winner in {"A", "B"}
    assert sum(each.sent for each in outcomes(fresh)) == fresh.planned
    assert {row.kind for row in Feedback.objects.filter(campaign=fresh)} == {
        *("bounce", "click", "complaint", "unsubscribe")
    }
    drawn = Coupon.objects.filter(campaign=thanks)
    assert drawn.count() == thanks.planned
    assert 0 < drawn.exclude(redeemed_at=None).count() < thanks.planned
    # No sender finds anything to do.
    assert not WorkItem.objects.filter(kind=SEND_CHUNK).exists()
    sent = Delivery.objects.filter(outcome="sent")
    assert not sent.filter(at__gt=now() - timedelta(days=20)).exists()
