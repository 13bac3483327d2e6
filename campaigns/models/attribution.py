"""How long after a click an order counts for its campaign, unless the campaign says otherwise."""

from django.db import models
from django.db.models import Q

from accounts.models.base import BrandOwned, owned

DEFAULT_DAYS = 7
MAX_DAYS = 90


class AttributionRule(BrandOwned):
    """What new campaigns of the brand begin with; without a row, seven days."""

    days = models.PositiveIntegerField(default=DEFAULT_DAYS)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("attribution_rule"),
            models.UniqueConstraint(fields=["brand"], name="attribution_rule_once"),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=MAX_DAYS), name="attribution_rule_bounded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days} days after a click"
