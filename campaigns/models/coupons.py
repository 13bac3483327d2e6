"""Codes for the till: made by the shop, given to one customer each, redeemed once."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from campaigns.models.campaigns import Campaign
from config.kit.clock import now
from config.kit.sql import UuidV7
from customers.models.customers import Customer
from customers.models.orders import Order


class CouponBatch(BrandOwned):
    """Codes that are worth the same. Money is minor units of the brand's currency."""

    class Kind(models.TextChoices):
        PERCENT = "percent", "Per cent off"
        AMOUNT = "amount", "Money off"

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # Per cent, or minor units.
    value = models.BigIntegerField()
    minimum_minor = models.BigIntegerField(default=0, db_default=0)
    # The shop's numbers of the products it holds for; empty: for everything.
    products = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    expires_on = models.DateField(null=True)
    is_stackable = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("coupon_batch"),
            models.UniqueConstraint(fields=["brand", "uid"], name="coupon_batch_uid"),
            models.UniqueConstraint(fields=["brand", "name"], name="coupon_batch_name"),
            models.CheckConstraint(
                condition=Q(kind="percent", value__gte=1, value__lte=100)
                | Q(kind="amount", value__gte=1),
                name="coupon_batch_worth",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignCoupons(BrandOwned):
    """The batch from which the personal field `coupon` of a campaign takes its codes."""

    campaign = OwnKey[Campaign](Campaign, related_name="coupon_choices")
    batch = OwnKey[CouponBatch](CouponBatch, related_name="campaign_choices")

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("campaign_coupons", "campaign", "batch"),
            models.UniqueConstraint(fields=["brand", "campaign"], name="campaign_coupons_once"),
        ]

    def __str__(self) -> str:
        return f"Batch {self.batch_id} for campaign {self.campaign_id}"


class Coupon(BrandOwned):
    """One code. `campaign` and `customer` say who it was drawn for: once each; without a campaign
    it was given as a reward."""

    batch = OwnKey[CouponBatch](CouponBatch, related_name="coupons")
    code = models.CharField(max_length=60)
    # As it is compared: a till does not care for capitals.
    code_norm = models.CharField(max_length=60, editable=False)
    campaign = OwnKey[Campaign | None](Campaign, null=True, related_name="coupons")
    customer = OwnKey[Customer | None](Customer, null=True, related_name="coupons")
    # Only of codes a shop makes: not before it has confirmed this one; or why it refused.
    is_usable = models.BooleanField(default=True, db_default=True)
    problem = models.CharField(max_length=200, blank=True, default="", db_default="")
    drawn_at = models.DateTimeField(null=True)
    redeemed_at = models.DateTimeField(null=True)
    # Where it differs from its batch: what it is worth in minor units (in per cent: at most), and
    # its last day.
    worth_minor = models.BigIntegerField(null=True)
    expires_on = models.DateField(null=True)
    # Taken back: at the till it is worth nothing.
    voided_at = models.DateTimeField(null=True)
    order = OwnKey[Order | None](Order, null=True, related_name="coupons")

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("coupon", "batch", "campaign", "customer", "order"),
            models.UniqueConstraint(fields=["brand", "code_norm"], name="coupon_code"),
            models.UniqueConstraint(
                fields=["brand", "campaign", "customer"],
                condition=Q(customer__isnull=False),
                name="coupon_drawn_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["brand", "batch", "id"],
                condition=Q(customer__isnull=True, redeemed_at__isnull=True),
                name="coupon_free",
            ),
            models.Index(
                fields=["brand", "customer"],
                condition=Q(customer__isnull=False),
                name="coupon_customer",
            ),
            models.Index(
                fields=["brand", "order"],
                condition=Q(order__isnull=False),
                name="coupon_order",
            ),
        ]

    def __str__(self) -> str:
        return self.code
