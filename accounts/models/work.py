"""Work that runs later. PostgreSQL is the truth; the broker only rings the bell."""

from django.db import models
from django.db.models.functions import Now

from config.kit.clock import now


class WorkItem(models.Model):
    """One piece of background work of one brand. Outside row security: ids only.

    Claimed by one conditional UPDATE that sets `claimed_until` (or, for senders, `owner`)."""

    brand_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    ref_id = models.BigIntegerField()
    due_at = models.DateTimeField(default=now, db_default=Now())
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    claimed_until = models.DateTimeField(null=True)
    owner = models.BigIntegerField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand_id", "kind", "ref_id"], name="work_item_once")
        ]
        indexes = [
            models.Index(
                fields=["kind", "due_at"],
                condition=models.Q(failed_at__isnull=True),
                name="work_item_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref_id}"
