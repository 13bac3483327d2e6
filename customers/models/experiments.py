"""Who is left in peace, so that one can see what writing to the others brings."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, owned
from config.kit.clock import now


class BrandControl(BrandOwned):
    """The share of a brand's customers that get no campaign at all, from `since` on.

    Each change adds a row; the newest one holds, 0 per cent means nobody. The salt stays the same,
    so that a share that grows keeps those in who were in before, and one switched off and on again
    holds out the same people."""

    percent = models.PositiveIntegerField()
    salt = models.BinaryField(max_length=32, editable=False)
    by_id = models.BigIntegerField(null=True, editable=False)
    since = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("brand_control", append_only=True),
            models.CheckConstraint(condition=Q(percent__lte=50), name="brand_control_bounded"),
        ]
        indexes = [models.Index(fields=["brand", "since"], name="brand_control_since")]

    def __str__(self) -> str:
        return f"{self.percent} % since {self.since:%Y-%m-%d}"
