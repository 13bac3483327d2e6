"""What the brand sells."""

from django.db import models
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, owned
from config.kit.clock import now
from config.kit.sql import UuidV7


class Product(BrandOwned):
    """A product as the shop knows it; `source_id` is its SKU or code there."""

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    source = models.CharField(max_length=30)
    source_id = models.CharField(max_length=120)
    title = models.CharField(max_length=300, blank=True)
    category = models.CharField(max_length=120, blank=True)
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
