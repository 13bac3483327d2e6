"""What customers bought, and what was given back."""

from django.db import models
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from config.kit.sql import UuidV7
from customers.models.customers import Customer
from customers.models.products import Product


class SalesChannel(models.TextChoices):
    WEB = "web", "Web shop"
    TILL = "till", "Till"
    MARKETPLACE = "marketplace", "Marketplace"
    PHONE = "phone", "Phone"


class Order(BrandOwned):
    """One order. Money is minor units of the brand's currency.

    `rung` (1 for the customer's first order) and `gap_days` (days since the one before) are kept
    by `customers/sql/facts.sql`, because orders may arrive in any order."""

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    # Empty: nobody could be recognised; such orders stand in the "unattributed" share.
    customer = OwnKey[Customer | None](Customer, null=True, related_name="orders")
    source = models.CharField(max_length=30)
    source_id = models.CharField(max_length=120)
    placed_at = models.DateTimeField()
    # The day in the brand's time zone, stored at write.
    placed_on = models.DateField()
    gross_minor = models.BigIntegerField()
    original_currency = models.CharField(max_length=3, blank=True)
    original_minor = models.BigIntegerField(null=True)
    original_rate = models.DecimalField(max_digits=18, decimal_places=8, null=True)
    # What the shop says of it; "" where it says nothing.
    channel = models.CharField(
        max_length=12, choices=SalesChannel.choices, blank=True, default="", db_default=""
    )
    discount_minor = models.BigIntegerField(default=0, db_default=0)
    discount_codes = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    tags = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    is_test = models.BooleanField(default=False, db_default=False)
    cancelled_at = models.DateTimeField(null=True)
    # Whether the brand's order rule counts it (a cancelled order never counts); kept by
    # `customers/sql/order_counts.sql`. Every figure reads counted orders only.
    is_counted = models.BooleanField(default=True, db_default=True, editable=False)
    rung = models.PositiveIntegerField(null=True, editable=False)
    gap_days = models.PositiveIntegerField(null=True, editable=False)
    # Of everything the source said of this order: the same hash means nothing to do.
    content_hash = models.BinaryField(max_length=32, editable=False)
    import_id = models.BigIntegerField(null=True, editable=False)
    simulated = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("order", "customer"),
            models.UniqueConstraint(fields=["brand", "uid"], name="order_uid"),
            models.UniqueConstraint(fields=["brand", "source", "source_id"], name="order_source"),
        ]
        indexes = [
            models.Index(fields=["brand", "customer", "placed_at"], name="order_customer"),
            models.Index(fields=["brand", "placed_on"], name="order_day"),
        ]

    def __str__(self) -> str:
        return self.source_id


class OrderLine(BrandOwned):
    """One line of an order; `total_minor` is the money, quantity times price rounded half up."""

    order = OwnKey[Order](Order, related_name="lines")
    product = OwnKey[Product | None](Product, null=True, related_name="order_lines")
    position = models.PositiveIntegerField()
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    total_minor = models.BigIntegerField()

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("order_line", "order", "product"),
            models.UniqueConstraint(
                fields=["brand", "order", "position"], name="order_line_position"
            ),
        ]
        indexes = [models.Index(fields=["brand", "product"], name="order_line_product")]

    def __str__(self) -> str:
        return f"{self.quantity} of product {self.product_id}"


class EarlyCancellation(BrandOwned):
    """A cancellation that came before its order; the order takes it up when it arrives."""

    source = models.CharField(max_length=30)
    source_id = models.CharField(max_length=120)
    cancelled_at = models.DateTimeField()

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("early_cancellation"),
            models.UniqueConstraint(
                fields=["brand", "source", "source_id"], name="early_cancellation_once"
            ),
        ]

    def __str__(self) -> str:
        return self.source_id


class Refund(BrandOwned):
    """Money given back. It need not name an order; net figures follow all the same.

    A refund of an order always stands with that order's customer."""

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    customer = OwnKey[Customer | None](Customer, null=True, related_name="refunds")
    order = OwnKey[Order | None](Order, null=True, related_name="refunds")
    source = models.CharField(max_length=30)
    source_id = models.CharField(max_length=120)
    refunded_at = models.DateTimeField()
    refunded_on = models.DateField()
    amount_minor = models.BigIntegerField()
    # The order's number in the same source, as the refund tells it; the order may come later.
    order_ref = models.CharField(max_length=120, blank=True, default="", db_default="")
    # False while its order does not count; kept by `customers/sql/order_counts.sql`.
    is_counted = models.BooleanField(default=True, db_default=True, editable=False)
    content_hash = models.BinaryField(max_length=32, editable=False)
    import_id = models.BigIntegerField(null=True, editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("refund", "customer", "order"),
            models.UniqueConstraint(fields=["brand", "uid"], name="refund_uid"),
            models.UniqueConstraint(fields=["brand", "source", "source_id"], name="refund_source"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=0), name="refund_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "customer"], name="refund_customer"),
            models.Index(fields=["brand", "refunded_on"], name="refund_day"),
            models.Index(fields=["brand", "order"], name="refund_order"),
            models.Index(
                fields=["brand", "source", "order_ref"],
                condition=~models.Q(order_ref="") & models.Q(order=None),
                name="refund_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.source_id


class RefundLine(BrandOwned):
    """What of an order came back; quantity and money are positive."""

    refund = OwnKey[Refund](Refund, related_name="lines")
    product = OwnKey[Product | None](Product, null=True, related_name="refund_lines")
    position = models.PositiveIntegerField()
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    total_minor = models.BigIntegerField()

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("refund_line", "refund", "product"),
            models.UniqueConstraint(
                fields=["brand", "refund", "position"], name="refund_line_position"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of product {self.product_id}"


class OrderRule(BrandOwned):
    """Which orders a brand counts; one row per brand, none means every order that was not
    cancelled. `version` rises with each change, so that figures can say which rule they follow."""

    count_test = models.BooleanField(default=False, db_default=False)
    count_zero = models.BooleanField(default=True, db_default=True)
    # Orders that carry one of these tags do not count (staff, replacement, wholesale).
    leave_out_tags = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    leave_out_channels = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField())
    )
    # From this much money on an order is wholesale; empty: size does not matter.
    wholesale_from_minor = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(default=1, db_default=1)
    # How far the orders have been judged by this version: customers up to this id; empty: all.
    judged_up_to = models.BigIntegerField(null=True, editable=False)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("order_rule"),
            models.UniqueConstraint(fields=["brand"], name="order_rule_once"),
        ]

    def __str__(self) -> str:
        return f"Order rule of brand {self.brand_id}, version {self.version}"
