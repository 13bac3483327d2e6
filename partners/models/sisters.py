"""Brands of one agency that offer something to each other's customers, under the law of partners.

Being run by one agency is no consent: each brand grants it in writing, and each can end it."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, owned
from accounts.models.brands import Brand
from config.kit.clock import now
from config.kit.sql import UuidV7


class SisterPact(models.Model):
    """Two brands, and since when each one's grant stands: read and written in the scope of either,
    so it stands outside row security and holds nothing else. `host` lets its customers be asked,
    `guest` offers them something."""

    uid = models.UUIDField(db_default=UuidV7(), unique=True, editable=False)
    host = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    guest = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    host_granted_at = models.DateTimeField(null=True)
    guest_granted_at = models.DateTimeField(null=True)
    # Of the host's partnership with the guest, once there was one.
    partnership_uid = models.UUIDField(null=True, unique=True)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host", "guest"], name="sister_pact_once"),
            models.CheckConstraint(condition=~Q(host=F("guest")), name="sister_pact_of_two"),
        ]

    def __str__(self) -> str:
        return f"brand {self.guest_id} with customers of brand {self.host_id}"

    @property
    def stands(self) -> bool:
        return self.host_granted_at is not None and self.guest_granted_at is not None


class SisterGrant(BrandOwned):
    """One brand's written yes: the words, who gave it, and when it was taken back."""

    class Side(models.TextChoices):
        HOST = "host", "Its customers may be asked"
        GUEST = "guest", "It may offer"

    pact = models.ForeignKey(SisterPact, on_delete=models.PROTECT, related_name="+", db_index=False)
    side = models.CharField(max_length=5, choices=Side.choices)
    other_brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # The words as they were read, with the names in them, and the version of our wording.
    words = models.TextField(max_length=2000)
    version = models.PositiveIntegerField()
    granted_by_id = models.BigIntegerField()
    at = models.DateTimeField(default=now, db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_id = models.BigIntegerField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("sister_grant", append_only=True, judged=("withdrawn_at", "withdrawn_by_id")),
            models.UniqueConstraint(
                fields=["brand", "pact"],
                condition=Q(withdrawn_at__isnull=True),
                name="sister_grant_standing_once",
            ),
        ]

    def __str__(self) -> str:
        return f"grant of brand {self.brand_id} to brand {self.other_brand_id}"


class SisterSettlement(models.Model):
    """One amount that one brand settled with the other: the reference that two journals share,
    one in each brand's books. Outside row security, for the same reason; ids and sums only."""

    uid = models.UUIDField(db_default=UuidV7(), unique=True, editable=False)
    pact = models.ForeignKey(SisterPact, on_delete=models.PROTECT, related_name="settlements")
    # Of the host; ids of statements are not told between brands otherwise.
    statement_id = models.BigIntegerField()
    # What the guest was paid; negative: what it paid. Minor units of the host's currency.
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField(default=now, db_default=Now())
    # When the guest's books had their journal.
    mirrored_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pact", "statement_id"], name="sister_settlement_once"),
            models.CheckConstraint(
                condition=~Q(amount_minor=0), name="sister_settlement_not_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency} of {self.pact}"
