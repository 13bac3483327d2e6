"""The businesses that use Rapport: agencies, brands' own companies, partners."""

from django.db import models

from config.kit.clock import now


class Organisation(models.Model):
    """A business with people who sign in."""

    class Kind(models.TextChoices):
        AGENCY = "agency", "Agency"
        BRAND = "brand", "Brand"
        PARTNER = "partner", "Partner"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["agency", "brand", "partner"]),
                name="organisation_kind_known",
            )
        ]

    def __str__(self) -> str:
        return self.name
