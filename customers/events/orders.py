"""What happens to orders, refunds and products, as facts in the past tense."""

from dataclasses import dataclass

from accounts.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderRecorded(Event):
    """A new order; `customer_id` is None when nobody could be recognised."""

    type = "order.recorded"
    subject = "order"
    customer_id: int | None
    gross_minor: int


@dataclass(frozen=True, kw_only=True)
class OrderChanged(Event):
    """The source told of the same order again, otherwise than before."""

    type = "order.changed"
    subject = "order"
    customer_id: int | None
    gross_minor: int


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(Event):
    type = "order.cancelled"
    subject = "order"
    customer_id: int | None


@dataclass(frozen=True, kw_only=True)
class OrderReinstated(Event):
    """Its cancellation was taken back."""

    type = "order.reinstated"
    subject = "order"
    customer_id: int | None


@dataclass(frozen=True, kw_only=True)
class RefundRecorded(Event):
    """Money given back; `order_id` is None while its order is not known, or when it names none."""

    type = "refund.recorded"
    subject = "refund"
    customer_id: int | None
    order_id: int | None
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class RefundChanged(Event):
    """The source told of the same refund again, otherwise than before."""

    type = "refund.changed"
    subject = "refund"
    customer_id: int | None
    order_id: int | None
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class OrderRuleChanged(Event):
    """Which orders count; all of them are to be judged anew."""

    type = "order_rule.changed"
    subject = "order_rule"
    rule_version: int


@dataclass(frozen=True, kw_only=True)
class CategoriesChanged(Event):
    """Products stand in other categories; what everybody bought is to be judged anew."""

    type = "categories.changed"
    subject = "order_rule"


@dataclass(frozen=True, kw_only=True)
class ProductMoved(Event):
    """A product stands in another category; who bought it is to be judged anew."""

    type = "product.moved"
    subject = "product"


@dataclass(frozen=True, kw_only=True)
class ProductFeedSaved(Event):
    type = "product_feed.saved"
    subject = "product_feed"


@dataclass(frozen=True, kw_only=True)
class ProductFeedTaken(Event):
    """A file was read by hand; its products are to be written."""

    type = "product_feed.taken"
    subject = "product_feed"


@dataclass(frozen=True, kw_only=True)
class ProductFeedRequested(Event):
    """Somebody wants its address read now."""

    type = "product_feed.requested"
    subject = "product_feed"


@dataclass(frozen=True, kw_only=True)
class OrdersRecorded(Event):
    """One call told of many orders; the subject is the first that is new or otherwise than before.

    `refunds` of them were written with it."""

    type = "orders.recorded"
    subject = "order"
    created_ids: list[int]
    changed_ids: list[int]
    refunds: int
