"""The sample brands' files: real numbers, made-up people, the calendar kept."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest

from accounts.models.brands import Brand
from campaigns.models.campaigns import Campaign
from campaigns.models.coupons import Coupon
from config.samples import brands
from config.samples.orders import (
    floral_orders,
    grocer_orders,
    lay_on_last_year,
    music_orders,
    write_orders,
)
from config.samples.people import person
from customers.models.segments import Segment

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
    brands.prepare_campaign(floral)
    brands.prepare_campaign(floral)

    assert [segment.name for segment in Segment.objects.all()] == ["Bought once"]
    campaign = Campaign.objects.get()
    assert (campaign.state, campaign.segment.name) == (Campaign.State.DRAFT, "Bought once")
    assert campaign.blocks[-1]["kind"] == "footer"
    assert [variant.letter for variant in campaign.variants.all()] == ["B"]
    assert Coupon.objects.count() == 500
