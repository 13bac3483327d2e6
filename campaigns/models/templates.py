"""Messages worth using again."""

from django.db import models
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, owned
from config.kit.clock import now
from config.kit.sql import UuidV7


class EmailTemplate(BrandOwned):
    """Typed blocks with a subject: the start of a campaign's content."""

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    name = models.CharField(max_length=120)
    subject = models.CharField(max_length=200, blank=True)
    preheader = models.CharField(max_length=200, blank=True)
    # [{"kind": "heading", "id": "...", ...}], validated by campaigns/blocks.
    blocks = models.JSONField(default=list)
    # {"de": {"subject": ..., "preheader": ..., "texts": {block id: {field: text}}}}
    translations = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("email_template"),
            models.UniqueConstraint(fields=["brand", "uid"], name="email_template_uid"),
        ]

    def __str__(self) -> str:
        return self.name
