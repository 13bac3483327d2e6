"""Saved questions about customers."""

from django.db import models
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, owned
from config.kit.clock import now
from config.kit.sql import UuidV7


class Segment(BrandOwned):
    """A named rule tree; `customers/segments` compiles it to one SQL statement."""

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    name = models.CharField(max_length=120)
    rule = models.JSONField()
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("segment"),
            models.UniqueConstraint(fields=["brand", "uid"], name="segment_uid"),
            models.UniqueConstraint(fields=["brand", "name"], name="segment_name"),
        ]

    def __str__(self) -> str:
        return self.name
