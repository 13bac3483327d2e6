"""One customer's story from several sources, a page at a time, nothing twice and nothing lost."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models.brands import Brand
from customers.models.consents import Basis, Channel, Consent, Purpose
from customers.models.orders import Order, Refund
from customers.rules.counting import CountingRule
from customers.selectors.timeline import Cursor, read_cursor, timeline, write_cursor
from customers.services.facts import refresh_facts
from customers.services.order_rules import change_order_rule
from customers.services.orders import cancel_order
from customers.services.refunds import record_refund
from tests import factories
from tests.conftest import Cast

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def busy(floral: Brand, cast: Cast) -> Cast:
    """Rae with six orders, two refunds and two acts of consent, several at the very same time."""
    for number in range(6):
        factories.order(cast.rae, source_id=str(number), on=date(2026, 1, 1 + number // 2))
    for number in range(2):
        Refund.objects.create(
            customer=cast.rae,
            source="test",
            source_id=f"r{number}",
            refunded_at=START,
            refunded_on=START.date(),
            amount_minor=300,
            content_hash=hashlib.sha256(b"").digest(),
        )
        Consent.objects.create(
            customer=cast.rae,
            purpose=Purpose.MARKETING,
            channel=Channel.EMAIL,
            status=Consent.Status.GRANTED,
            basis=Basis.CONSENT,
            source="import",
            at=START + timedelta(days=number),
        )
    refresh_facts(customer_ids=None)
    return cast


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 25])
def test_every_page_goes_on_where_the_last_ended(busy: Cast, limit: int) -> None:
    whole = timeline(busy.rae, limit=100)
    assert whole.next is None
    assert len(whole.entries) == 10
    assert [entry.at for entry in whole.entries] == sorted(
        (entry.at for entry in whole.entries), reverse=True
    )
    seen, cursor = [], None
    while True:
        page = timeline(busy.rae, cursor=cursor, limit=limit)
        seen += page.entries
        assert len(page.entries) <= limit
        if page.next is None:
            break
        cursor = read_cursor(write_cursor(page.next))
        assert cursor == page.next
    assert seen == whole.entries


def test_kinds_can_be_shown_alone(busy: Cast) -> None:
    assert {entry.title for entry in timeline(busy.rae, kinds={"refund"}).entries} == {
        "Refund r0",
        "Refund r1",
    }
    assert [entry.minor for entry in timeline(busy.rae, kinds={"refund"}).entries] == [-300, -300]


def test_an_order_says_which_it_is_and_how_long_it_took(busy: Cast) -> None:
    orders = timeline(busy.rae, kinds={"order"}).entries
    assert [entry.detail for entry in orders[-3:]] == [
        "Order number 3, 1 day after the one before",
        "Order number 2, the same day",
        "Their first order",
    ]


def test_another_customers_story_is_not_told(busy: Cast) -> None:
    assert timeline(factories.customer(email="tom@example.com")).entries == []


@pytest.mark.parametrize(
    "text", ["", "x", "1.2", "1.2.nothing", "1e9.1.order", f"{10**30}.1.order", f"1.{2**63}.order"]
)
def test_a_broken_cursor_shows_the_newest_page(text: str) -> None:
    assert read_cursor(text) is None


def test_a_cursor_survives_its_link() -> None:
    cursor = Cursor(START + timedelta(microseconds=7), "order", 12)
    assert read_cursor(write_cursor(cursor)) == cursor


def test_orders_that_do_not_count_say_why_and_refunds_whose_they_are(
    floral: Brand, cast: Cast
) -> None:
    for number, fields in enumerate([{}, {"is_test": True}, {}, {}], start=1):
        factories.order(cast.rae, source_id=str(number), on=date(2026, 1, number))
        Order.objects.filter(source_id=str(number)).update(**fields)
    Order.objects.filter(source_id="3").update(tags=["staff"])
    change_order_rule(CountingRule(leave_out_tags=("staff",)))
    cancel_order(source="test", source_id="4", cancelled_at=START + timedelta(days=9))
    for number, ref in enumerate(["1", "4", "9", ""]):
        record_refund(
            source="test",
            source_id=f"r{number}",
            order_ref=ref,
            customer=cast.rae,
            refunded_at=START + timedelta(days=20 + number),
            amount_minor=5,
        )
    entries = timeline(cast.rae, kinds={"order", "refund", "cancellation"}).entries
    assert [(entry.title, entry.detail) for entry in entries] == [
        ("Refund r3", ""),
        ("Refund r2", "Order 9 is not known yet"),
        ("Refund r1", "Of order 4, which does not count"),
        ("Refund r0", "Of order 1"),
        ("Order 4 cancelled", ""),
        ("Order 4", "Does not count: it was cancelled"),
        ("Order 3", "Does not count: the rule of orders that count leaves it out"),
        ("Order 2", "Does not count: a test order"),
        ("Order 1", "Their first order"),
    ]
