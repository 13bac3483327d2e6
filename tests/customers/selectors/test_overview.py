"""Revenue of a period, beside the one before, from first and repeat orders."""

import hashlib
from datetime import UTC, date, datetime, timedelta

from accounts.models.brands import Brand
from customers.models.orders import Order, Refund
from customers.rules.revenue import Takings
from customers.selectors.overview import SPANS, revenue, span_of
from customers.services.facts import refresh_facts
from tests import factories
from tests.conftest import Cast

TODAY = date(2026, 11, 22)
FOUR_WEEKS = span_of("4w")


def refund(cast: Cast, *, on: date, minor: int) -> None:
    Refund.objects.create(
        customer=cast.rae,
        source="test",
        source_id=f"refund-{on}",
        refunded_at=datetime(on.year, on.month, on.day, 12, tzinfo=UTC),
        refunded_on=on,
        amount_minor=minor,
        content_hash=hashlib.sha256(b"").digest(),
    )


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_without_orders_there_is_nothing_to_say(floral: Brand) -> None:
    assert revenue(span=FOUR_WEEKS, as_of=TODAY) is None


def test_orders_after_the_as_of_day_do_not_exist_yet(floral: Brand, cast: Cast) -> None:
    factories.order(cast.rae, source_id="later", on=TODAY + timedelta(days=1))
    assert revenue(span=FOUR_WEEKS, as_of=TODAY) is None


def test_first_and_repeat_orders_refunds_and_guests_are_told_apart(
    floral: Brand, cast: Cast
) -> None:
    factories.order(cast.rae, source_id="first", on=ago(20), minor=1000)
    factories.order(cast.rae, source_id="second", on=ago(6), minor=3000)
    factories.order(cast.rae, source_id="guest", on=ago(0), minor=500)
    Order.objects.filter(source_id="guest").update(customer=None)
    refund(cast, on=ago(3), minor=400)
    refresh_facts(customer_ids=None)
    found = revenue(span=FOUR_WEEKS, as_of=TODAY)
    assert found is not None
    assert found.takings == Takings(first=1000, repeat=3000, guest=500, refunded=400)
    assert (found.takings.net, found.takings.repeat_share) == (4100, 0.75)
    assert found.buyers == 1
    assert [takings.gross for _, takings in found.spans] == [0, 1000, 0, 3500]
    assert (found.start, found.end, found.length) == (date(2026, 10, 26), TODAY, 28)


def test_the_time_before_is_compared_only_when_orders_cover_it(floral: Brand, cast: Cast) -> None:
    factories.order(cast.rae, source_id="now", on=ago(1), minor=100)
    factories.order(cast.rae, source_id="before", on=ago(28), minor=70)
    refresh_facts(customer_ids=None)
    found = revenue(span=FOUR_WEEKS, as_of=TODAY)
    assert found is not None
    assert found.before is None
    factories.order(cast.rae, source_id="long ago", on=ago(55), minor=7)
    refresh_facts(customer_ids=None)
    found = revenue(span=FOUR_WEEKS, as_of=TODAY)
    assert found is not None
    assert found.before is not None
    assert found.before.gross == 77
    assert found.before_spans is not None
    assert [takings.gross for _, takings in found.before_spans] == [7, 0, 0, 70]


def test_everything_begins_with_the_first_order_and_turns_to_months_when_long(
    floral: Brand, cast: Cast
) -> None:
    factories.order(cast.rae, source_id="1", on=ago(30), minor=100)
    refresh_facts(customer_ids=None)
    found = revenue(span=span_of("all"), as_of=TODAY)
    assert found is not None
    assert (found.start, found.by_month, len(found.spans)) == (ago(30), False, 5)
    factories.order(cast.rae, source_id="0", on=date(2025, 1, 10), minor=100)
    refresh_facts(customer_ids=None)
    found = revenue(span=span_of("all"), as_of=TODAY)
    assert found is not None
    assert (found.by_month, len(found.spans)) == (True, 23)


def test_made_up_orders_mark_the_total(floral: Brand, cast: Cast) -> None:
    factories.order(cast.rae, source_id="1", on=ago(1))
    refresh_facts(customer_ids=None)
    found = revenue(span=FOUR_WEEKS, as_of=TODAY)
    assert found is not None
    assert not found.takings.simulated
    Order.objects.update(simulated=True)
    found = revenue(span=FOUR_WEEKS, as_of=TODAY)
    assert found is not None
    assert found.takings.simulated


def test_an_unknown_period_is_the_usual_one() -> None:
    assert span_of("; drop table").key == "12w"
    assert [span_of(span.key) for span in SPANS] == list(SPANS)
