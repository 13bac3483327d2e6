"""What goes with what: products that stand in the same orders."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.scope import current_brand_id
from config.kit import sql
from customers.models.orders import Order
from customers.models.products import Product

# Fewer orders than this say nothing.
LEAST_TOGETHER = 5
_DAYS = 730
# Of a brand with more in two years every so many days are looked at: a share of a hundredth is then
# known to a tenth of itself (its standard error), and a page need not wait.
MOST_ORDERS = 40_000
# How many there are is judged by the orders of each so-manyth day.
_COUNTED_EVERY = 19


@dataclass(frozen=True, slots=True)
class Companion:
    """A product beside others: in so many orders together with them (`together`), in so many at
    all (`alone`), of `orders`, of which `anchored` hold one of the others."""

    product: Product
    together: int
    alone: int
    anchored: int
    orders: int

    @property
    def support(self) -> float:
        """The share of all orders that hold both."""
        return self.together / self.orders

    @property
    def confidence(self) -> float:
        """The share of the others' orders that hold it too; 0 beside nothing."""
        return self.together / self.anchored if self.anchored else 0.0

    @property
    def lift(self) -> float:
        """How many times likelier it is beside the others than anywhere; 0 beside nothing.

        Agrawal, Imielinski and Swami (1993); Brin et al. (1997), who call it interest."""
        expected = self.anchored * self.alone
        return self.together * self.orders / expected if expected else 0.0


def companions(
    product_ids: Collection[int], *, as_of: date, most: int = 12, least: int = LEAST_TOGETHER
) -> list[Companion]:
    """What was bought together with any of these products in two years until a day, the most
    frequent first; of no products: what sold most. `least` orders must hold both.

    Of more than MOST_ORDERS about so many are looked at, spread over all of the time."""
    with sql.joined_by_hashing() as cursor:
        cursor.execute(
            sql.load("customers", "baskets"),
            {
                "brand_id": current_brand_id(),
                "product_ids": sorted(product_ids),
                "days": days_of(as_of, every=_every(as_of)),
                "least": least,
                "most": most,
            },
        )
        rows = cursor.fetchall()
    products = Product.objects.in_bulk([row[0] for row in rows])
    return [Companion(products[row[0]], *row[1:]) for row in rows]


def days_of(as_of: date, *, every: int) -> list[date]:
    """Each `every`th of the days until this one, so that each part of the year is among them."""
    return [as_of - timedelta(days=back) for back in range(0, _DAYS + 1, every)]


def _every(as_of: date) -> int:
    """1 for all days. Never whole weeks: each day of the week is to come up."""
    some = Order.objects.filter(placed_on__in=days_of(as_of, every=_COUNTED_EVERY)).count()
    found = max(1, -(-some * _COUNTED_EVERY // MOST_ORDERS))
    return found + 1 if found % 7 == 0 else found
