"""The people (and what is known of them as one wide row of facts)."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from config.kit.sql import UuidV7

# Stands for "has never ordered" where days are sorted.
NEVER = date.min


class Customer(BrandOwned):
    """Somebody who bought from, or wrote to, the brand."""

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    email = models.CharField(max_length=254, blank=True)
    email_norm = models.CharField(max_length=254, blank=True, editable=False)
    phone = models.CharField(max_length=32, blank=True)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    name_norm = models.CharField(max_length=161, blank=True, editable=False)
    country = models.CharField(max_length=60, blank=True)
    city = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=10, blank=True)
    attributes = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    tags = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    # A marketplace's stand-in address: counts in figures, is never mailed.
    is_relay = models.BooleanField(default=False, db_default=False)
    simulated = models.BooleanField(default=False, db_default=False)
    merged_into = OwnKey["Customer | None"]("self", null=True, blank=True, related_name="+")
    erased_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    updated_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("customer", "merged_into"),
            models.UniqueConstraint(fields=["brand", "uid"], name="customer_uid"),
        ]
        indexes = [
            models.Index(fields=["brand", "email_norm"], name="customer_email"),
            models.Index(fields=["brand", "name_norm"], name="customer_name"),
            # Who was merged into a customer: their append-only rows are read with it.
            models.Index(
                fields=["brand", "merged_into"],
                name="customer_merged_into",
                condition=models.Q(merged_into__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or f"Customer {self.pk}"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class CustomerFacts(BrandOwned):
    """One wide row per customer, kept by `customers/sql/facts.sql` and audited nightly.

    Segments and lists read it instead of adding up orders. Money is minor units of the brand's
    currency; `net_minor` is gross less every refund, also those that name no order."""

    customer = OwnKey[Customer](Customer, related_name="facts_rows")
    # Copies for segments, which read no other row of most customers; triggers keep them: neither
    # merged nor erased, the country, and whether marketing by e-mail is "granted" or "withdrawn"
    # ("": never asked).
    is_living = models.BooleanField(default=True, db_default=True)
    country = models.CharField(max_length=60, blank=True, default="", db_default="")
    mail_permission = models.CharField(max_length=10, blank=True, default="", db_default="")
    orders_count = models.PositiveIntegerField(default=0)
    first_order_at = models.DateTimeField(null=True)
    first_order_on = models.DateField(null=True)
    second_order_on = models.DateField(null=True)
    last_order_at = models.DateTimeField(null=True)
    last_order_on = models.DateField(null=True)
    gross_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    net_minor = models.BigIntegerField(default=0)
    # One entry per counted order in order of days, so that any window is added up without the
    # orders table: its day as days since 1970-01-01, and the gross of all orders up to it (a
    # running total: a window is one difference); the same for refunds.
    order_days = ArrayField(models.IntegerField(), default=list, db_default=Value([]))
    order_gross = ArrayField(models.BigIntegerField(), default=list, db_default=Value([]))
    refund_days = ArrayField(models.IntegerField(), default=list, db_default=Value([]))
    refund_minor = ArrayField(models.BigIntegerField(), default=list, db_default=Value([]))
    # Bought without a discount; and from how many categories, as the brand reads its shop's.
    full_price_orders = models.IntegerField(default=0, db_default=0)
    categories = models.IntegerField(default=0, db_default=0)
    # Event name -> [how often, first, last] in seconds since 1970.
    events = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("customer_facts", "customer"),
            models.UniqueConstraint(fields=["brand", "customer"], name="customer_facts_once"),
        ]
        indexes = [
            # None on a figure alone: PostgreSQL takes any index that begins with the brand to lie
            # in the order of the rows, and would read a whole brand through it, row by row.
            #
            # The orders of the customer list, falling, with the customer as the tie-breaker.
            models.Index(
                F("brand"),
                Coalesce("last_order_on", Value(NEVER)).desc(),
                F("customer").desc(),
                name="customer_facts_by_last_order",
            ),
            models.Index(
                fields=["brand", "-orders_count", "-customer"], name="customer_facts_by_orders"
            ),
            models.Index(fields=["brand", "-net_minor", "-customer"], name="customer_facts_by_net"),
        ]

    def __str__(self) -> str:
        return f"Facts of customer {self.customer_id}"

    @property
    def average_minor(self) -> int | None:
        """Gross of one order, half up, minor units."""
        orders = self.orders_count
        return (2 * self.gross_minor + orders) // (2 * orders) if orders else None


class Note(BrandOwned):
    """What somebody of the brand wrote down about a customer."""

    customer = OwnKey[Customer](Customer, related_name="notes")
    text = models.TextField(max_length=4000)
    author_id = models.BigIntegerField(null=True, editable=False)
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [*owned("note", "customer")]
        indexes = [models.Index(fields=["brand", "customer", "at"], name="note_customer")]

    def __str__(self) -> str:
        return self.text[:60]
