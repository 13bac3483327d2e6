"""Questions about the brand's orders as a whole."""

from customers.models.orders import Order, Refund


def has_orders() -> bool:
    """True once the brand in scope has amounts in its currency."""
    return Order.objects.exists() or Refund.objects.exists()
