"""What the brand sells."""

from django.db import models
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from config.kit.sql import UuidV7


class Product(BrandOwned):
    """A product as the shop knows it; `source_id` is its SKU or code there."""

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    source = models.CharField(max_length=30)
    source_id = models.CharField(max_length=120)
    title = models.CharField(max_length=300, blank=True)
    category = models.CharField(max_length=120, blank=True)
    tags = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    vendor = models.CharField(max_length=120, blank=True, default="", db_default="")
    price_minor = models.BigIntegerField(null=True)
    compare_at_minor = models.BigIntegerField(null=True)
    image_url = models.CharField(max_length=500, blank=True, default="", db_default="")
    url = models.CharField(max_length=500, blank=True, default="", db_default="")
    # Empty: the shop does not say how many are left.
    stock = models.IntegerField(null=True)
    is_replenishable = models.BooleanField(null=True)
    language = models.CharField(max_length=10, blank=True, default="", db_default="")
    # Set while those who bought it are judged anew, because it stands in another category: up to
    # this customer that was done.
    judged_up_to = models.BigIntegerField(null=True, editable=False)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("product"),
            models.UniqueConstraint(fields=["brand", "uid"], name="product_uid"),
            models.UniqueConstraint(fields=["brand", "source", "source_id"], name="product_source"),
        ]
        indexes = [models.Index(fields=["brand", "category"], name="product_category")]

    def __str__(self) -> str:
        return self.title or self.source_id


class ProductCost(BrandOwned):
    """What one piece costs the brand from a day on; the latest row not after a day holds."""

    product = OwnKey[Product](Product, related_name="costs")
    valid_from = models.DateField()
    cost_minor = models.BigIntegerField()

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("product_cost", "product"),
            models.UniqueConstraint(
                fields=["brand", "product", "valid_from"], name="product_cost_once"
            ),
            models.CheckConstraint(
                condition=models.Q(cost_minor__gte=0), name="product_cost_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"Cost of product {self.product_id} from {self.valid_from}"


class CategoryMapping(BrandOwned):
    """The category a brand reads in place of the shop's own ("Red 70cm" -> "Roses")."""

    shop_category = models.CharField(max_length=120)
    category = models.CharField(max_length=120)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("category_mapping"),
            models.UniqueConstraint(
                fields=["brand", "shop_category"], name="category_mapping_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shop_category} is {self.category}"


class MarginAssumption(BrandOwned):
    """The share of the price a brand assumes it keeps where no cost is known, in 1/10,000;
    figures made with it are marked "assumed"."""

    margin_bp = models.PositiveIntegerField()
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("margin_assumption"),
            models.UniqueConstraint(fields=["brand"], name="margin_assumption_once"),
            models.CheckConstraint(
                condition=models.Q(margin_bp__lte=10_000), name="margin_assumption_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"Margin of brand {self.brand_id}: {self.margin_bp / 100} %"


class ProductFeed(BrandOwned):
    """A list of products that is read again and again; the last good one stays in force."""

    class Kind(models.TextChoices):
        SHOPIFY = "shopify_products", "Shopify products (CSV)"
        GOOGLE_XML = "google_xml", "Google Merchant (XML)"
        GOOGLE_CSV = "google_csv", "Google Merchant (CSV or TSV)"

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # Empty: files are uploaded by hand.
    url = models.CharField(max_length=500, blank=True)
    every_hours = models.PositiveIntegerField(default=24)
    last_good_file = models.FileField(max_length=300, blank=True)
    last_good_at = models.DateTimeField(null=True)
    last_tried_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    counts = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("product_feed"),
            models.UniqueConstraint(fields=["brand", "uid"], name="product_feed_uid"),
            models.UniqueConstraint(fields=["brand", "name"], name="product_feed_name"),
        ]

    def __str__(self) -> str:
        return self.name
