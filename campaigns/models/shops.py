"""Shops whose own interface we may use, and the batches of codes they make for us."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from campaigns.models.coupons import CouponBatch
from config.kit.clock import now
from config.kit.sql import UuidV7


class Shop(BrandOwned):
    """A shop of the brand and the secret that opens its interface."""

    class Kind(models.TextChoices):
        SHOPIFY = "shopify", "Shopify"

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SHOPIFY)
    # Where its interface is, such as https://floral.myshopify.com.
    address = models.CharField(max_length=300)
    # Sealed by config.kit.sealed; never shown.
    token = models.TextField(editable=False)
    # What the last conversation came to; empty: all went well.
    problem = models.CharField(max_length=300, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("shop"),
            models.UniqueConstraint(fields=["brand", "uid"], name="shop_uid"),
            models.UniqueConstraint(fields=["brand", "address"], name="shop_once"),
            models.CheckConstraint(condition=Q(kind__in=["shopify"]), name="shop_kind_known"),
        ]

    def __str__(self) -> str:
        return self.address.removeprefix("https://")


class ShopBatch(BrandOwned):
    """How far a shop is with the codes of a batch. Codes it has not confirmed are given to nobody
    (`Coupon.is_usable`)."""

    class State(models.TextChoices):
        REQUESTED = "requested", "Asked for"
        CREATING = "creating", "Being made"
        CONFIRMED = "confirmed", "Made"
        FAILED = "failed", "Failed"

    batch = OwnKey[CouponBatch](CouponBatch, related_name="shop_batches")
    shop = OwnKey[Shop](Shop, related_name="batches")
    state = models.CharField(max_length=9, choices=State.choices, default=State.REQUESTED)
    # The shop's own names of the discount, and of the job that is adding codes to it.
    discount_ref = models.CharField(max_length=200, blank=True, default="", db_default="")
    job_ref = models.CharField(max_length=200, blank=True, default="", db_default="")
    # How often in a row the shop could not be asked.
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    # Jobs in a row that the shop did not know any more, and since when the present one is at work.
    lost_jobs = models.PositiveIntegerField(default=0, db_default=0)
    job_since = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True, default="", db_default="")
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("shop_batch", "batch", "shop"),
            models.UniqueConstraint(fields=["brand", "batch"], name="shop_batch_once"),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "creating", "confirmed", "failed"]),
                name="shop_batch_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"Batch {self.batch_id} in shop {self.shop_id}: {self.state}"
