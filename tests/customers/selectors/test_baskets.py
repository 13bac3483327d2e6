"""What goes with what: counts of orders, and how much likelier than chance."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models.brands import Brand
from customers.models.products import Product
from customers.selectors import baskets
from customers.selectors.baskets import companions, days_of
from customers.services.orders import cancel_order, record_order
from customers.services.products import NewLine

TODAY = date(2026, 2, 14)


def _order(number: int, *skus: str, days_ago: int = 13) -> None:
    record_order(
        source="shop",
        source_id=str(number),
        placed_at=datetime(2026, 2, 14, 12, tzinfo=UTC) - timedelta(days=days_ago),
        customer=None,
        lines=[NewLine(sku=sku, total_minor=500) for sku in skus],
    )


def test_companions_are_counted_by_order_with_how_much_likelier_they_are(floral: Brand) -> None:
    bought = [("roses", "card", "card"), ("roses", "card"), ("roses", "card", "wine")]
    bought += [("roses", "wine"), ("soil", "card"), ("soil",), ("soil",), ("soil",)]
    for number, skus in enumerate(bought):
        _order(number, *skus)
    _order(99, "roses", "card")
    cancel_order(source="shop", source_id="99", cancelled_at=datetime(2026, 2, 2, tzinfo=UTC))
    roses = Product.objects.get(source_id="roses")
    card, wine = companions([roses.pk], as_of=TODAY, least=2)
    assert (card.product.source_id, card.together, card.alone) == ("card", 3, 4)
    assert (card.support, card.confidence, card.lift) == (3 / 8, 3 / 4, 3 * 8 / (4 * 4))
    assert (wine.product.source_id, wine.together, wine.lift) == ("wine", 2, 2.0)
    assert [c.product.source_id for c in companions([roses.pk], as_of=TODAY, least=3)] == ["card"]
    assert companions([roses.pk], as_of=TODAY) == []


def test_beside_nothing_stands_what_sells_most(floral: Brand) -> None:
    for number, skus in enumerate([("roses",), ("roses", "card"), ("roses",)]):
        _order(number, *skus)
    found = companions([], as_of=TODAY, least=1)
    assert [(c.product.source_id, c.alone, c.lift) for c in found] == [
        ("roses", 3, 0.0),
        ("card", 1, 0.0),
    ]


def test_of_many_orders_some_days_are_looked_at_and_each_day_of_the_week(
    floral: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days_ago in range(40):
        _order(days_ago, "roses", "card", days_ago=days_ago)
    # Three on each nineteenth day, so about 57: for 20 each third day, for 9 not each seventh.
    for most, orders in ((57, 40), (20, 14), (9, 5)):
        monkeypatch.setattr(baskets, "MOST_ORDERS", most)
        assert {each.orders for each in companions([], as_of=TODAY)} == {orders}
    assert {day.weekday() for day in days_of(TODAY, every=8)} == set(range(7))
    assert days_of(TODAY, every=1)[-1] == date(2024, 2, 15)
