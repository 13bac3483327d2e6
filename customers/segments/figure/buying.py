"""Figures of how somebody buys: at full price, from how many categories, sent back."""

from psycopg.sql import SQL, Composed

from customers.segments.base import FACT, HISTORY
from customers.segments.binder import Binder
from customers.segments.figure.leaf import Figure
from customers.segments.measure import Span
from customers.segments.orders import history


def _orders(binder: Binder) -> Composed:
    """Conditions on the orders that counted by a past as-of day; the fact row knows of today's."""
    return SQL(
        "orders.brand_id = %(brand_id)s AND orders.is_counted AND orders.customer_id IS NOT NULL"
        "{} AND orders.placed_on <= {}"
    ).format(binder.among("orders.customer_id"), binder.bind(binder.as_of, "date"))


def _full_price(binder: Binder) -> Composed:
    if not binder.is_past:
        return SQL("facts.full_price_orders").format()
    rows = SQL(
        "SELECT orders.customer_id, count(*) AS placed FROM customers_order orders"
        " WHERE {} AND orders.discount_minor = 0 AND orders.discount_codes = '[]'::jsonb"
        " GROUP BY orders.customer_id"
    ).format(_orders(binder))
    return SQL("COALESCE({}.placed, 0)").format(binder.joined("full price", rows))


def _categories(binder: Binder) -> Composed:
    """As the brand reads its shop's categories; products without one count as none. A category is
    a place in a string of bits, so that one pass over a customer's lines adds them up: far less
    than to sort or hash each pair of customer and category."""
    if not binder.is_past:
        return SQL("facts.categories").format()
    rows = SQL(
        "SELECT orders.customer_id, bit_count(bit_or(kind.bits)) AS bought"
        " FROM customers_orderline line"
        " JOIN (SELECT numbered.id, set_bit("
        "repeat('0', (max(numbered.place) OVER ())::integer)::varbit,"
        " numbered.place::integer - 1, 1"
        ") AS bits FROM (SELECT product.id,"
        " dense_rank() OVER (ORDER BY COALESCE(mapping.category, product.category)) AS place"
        " FROM customers_product product LEFT JOIN customers_categorymapping mapping"
        " ON mapping.brand_id = %(brand_id)s AND mapping.shop_category = product.category"
        " WHERE product.brand_id = %(brand_id)s AND product.category <> '') numbered) kind"
        " ON kind.id = line.product_id"
        " JOIN customers_order orders ON orders.id = line.order_id"
        " WHERE line.brand_id = %(brand_id)s AND {} GROUP BY orders.customer_id"
    ).format(_orders(binder))
    return SQL("COALESCE({}.bought, 0)").format(binder.joined("categories", rows))


def _refunded(binder: Binder) -> Composed:
    if not binder.is_past:
        return SQL("facts.refunded_minor").format()
    return history.refunds(Span(None, binder.as_of), binder).total()


def _never(_: Binder) -> None:
    return None


BUYING = (
    Figure(
        "full_price_orders",
        "Orders without a discount",
        "Orders",
        "number",
        _full_price,
        _never,
        cost=FACT,
    ),
    Figure(
        "categories",
        "Different categories bought",
        "Orders",
        "number",
        _categories,
        _never,
        cost=FACT,
    ),
    Figure("refunded", "Refunded so far", "Orders", "money", _refunded, _never, cost=HISTORY),
)
