"""What goes with what: counts of orders, and how much likelier than chance."""

from datetime import UTC, date, datetime

from accounts.models.brands import Brand
from customers.models.products import Product
from customers.selectors.baskets import companions
from customers.services.orders import cancel_order, record_order
from customers.services.products import NewLine

TODAY = date(2026, 2, 14)


def _order(number: int, *skus: str) -> None:
    record_order(
        source="shop",
        source_id=str(number),
        placed_at=datetime(2026, 2, 1, 12, tzinfo=UTC),
        customer=None,
        lines=[NewLine(sku=sku, total_minor=500) for sku in skus],
    )


def test_companions_are_counted_by_order_with_how_much_likelier_they_are(floral: Brand) -> None:
    baskets = [("roses", "card", "card"), ("roses", "card"), ("roses", "card", "wine")]
    baskets += [("roses", "wine"), ("soil", "card"), ("soil",), ("soil",), ("soil",)]
    for number, skus in enumerate(baskets):
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
