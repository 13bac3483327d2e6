"""Two records of one person: found, joined, and parted again when that was a mistake."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from config.kit.sql import UuidV7
from customers.models.customers import Customer


class DuplicatePair(BrandOwned):
    """Two customers who may be one person; `first` is the older record."""

    class State(models.TextChoices):
        OPEN = "open", "To look at"
        MERGED = "merged", "Merged"
        DISMISSED = "dismissed", "Two people"

    first = OwnKey[Customer](Customer, related_name="+")
    second = OwnKey[Customer](Customer, related_name="+")
    # What they share, such as ["phone", "name"], and how telling that is, 0 to 100.
    reasons = models.JSONField()
    score = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("duplicate_pair", "first", "second"),
            models.UniqueConstraint(
                fields=["brand", "first", "second"], name="duplicate_pair_once"
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="duplicate_pair_in_order"
            ),
        ]
        indexes = [models.Index(fields=["brand", "state", "-score"], name="duplicate_pair_queue")]

    def __str__(self) -> str:
        return f"Customers {self.first_id} and {self.second_id}"


class Merge(BrandOwned):
    """`gone` became `kept`. `before` holds the columns of `kept` that the merge changed."""

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    kept = OwnKey[Customer](Customer, related_name="+")
    gone = OwnKey[Customer](Customer, related_name="+")
    before = models.JSONField(default=dict)
    by_id = models.BigIntegerField(null=True, editable=False)
    at = models.DateTimeField(default=now, db_default=Now())
    undone_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("merge", "kept", "gone"),
            models.UniqueConstraint(fields=["brand", "uid"], name="merge_uid"),
            # One record can have become another only once at a time.
            models.UniqueConstraint(
                fields=["brand", "gone"], condition=Q(undone_at=None), name="merge_gone_once"
            ),
        ]
        indexes = [models.Index(fields=["brand", "kept"], name="merge_kept")]

    def __str__(self) -> str:
        return f"Customer {self.gone_id} into {self.kept_id}"


class MergeMove(BrandOwned):
    """A row that pointed at `gone` and points at `kept` since: what an undo moves back."""

    merge = OwnKey[Merge](Merge, related_name="moves")
    table = models.CharField(max_length=63)
    row_id = models.BigIntegerField()

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("merge_move", "merge"),
            models.UniqueConstraint(
                fields=["brand", "merge", "table", "row_id"], name="merge_move_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"
