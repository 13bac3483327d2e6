"""A brand: the tenant. Every customer, order and message belongs to exactly one."""

import zoneinfo
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from config.kit.clock import day_in, now
from config.kit.sql import UuidV7


def validate_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(f"{value} is not an IANA time zone such as Europe/London.")


class Brand(models.Model):
    """One client brand: its money, its day, its address, its face."""

    uid = models.UUIDField(db_default=UuidV7(), unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="brands"
    )
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    currency = models.CharField(max_length=3, default="GBP")
    time_zone = models.CharField(max_length=64, default="Europe/London", validators=[validate_zone])
    locale = models.CharField(max_length=10, default="en-gb")
    country = models.CharField(max_length=2, default="GB")
    postal_address = models.TextField(
        max_length=400,
        blank=True,
        help_text="Shown at the foot of every e-mail; the law asks for it.",
    )
    theme = models.JSONField(default=dict, blank=True)
    sender_name = models.CharField(max_length=120, blank=True)
    sender_email = models.EmailField(max_length=254, blank=True)
    reply_to = models.EmailField(max_length=254, blank=True)
    host = models.CharField(max_length=253, null=True, blank=True, unique=True)
    is_sample = models.BooleanField(default=False, editable=False)
    # A sample brand may be shown as of a past day, so a forecast can be held against the truth.
    as_of = models.DateField(null=True, blank=True, editable=False)
    sample_note = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("overview", args=[self.slug])

    @property
    def today(self) -> date:
        """The brand's calendar day, or the day a sample brand is shown as of."""
        return self.as_of or day_in(self.time_zone)

    @property
    def initials(self) -> str:
        return self.name[:2]


class BrandSlug(models.Model):
    """A slug a brand had before: old links redirect to the new one."""

    slug = models.SlugField(max_length=60, unique=True)
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="old_slugs")

    def __str__(self) -> str:
        return self.slug
