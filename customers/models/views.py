"""How people look at the customer list, and what they did to many customers at once."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from config.kit.sql import UuidV7


class SavedView(BrandOwned):
    """A way of looking at the customer list: filters, columns, sort. Everybody of the brand sees
    a shared one; the others belong to one person."""

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    name = models.CharField(max_length=80)
    query = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    sort = models.CharField(max_length=30, blank=True)
    is_shared = models.BooleanField(default=False)
    owner_id = models.BigIntegerField(editable=False)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("saved_view"),
            models.UniqueConstraint(fields=["brand", "uid"], name="saved_view_uid"),
            models.UniqueConstraint(fields=["brand", "owner_id", "name"], name="saved_view_name"),
        ]

    def __str__(self) -> str:
        return self.name


class BulkAction(BrandOwned):
    """One act on many customers, which can be taken back."""

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        UNDOING = "undoing", "Being taken back"
        UNDONE = "undone", "Taken back"

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    kind = models.CharField(max_length=30)
    params = models.JSONField(default=dict)
    # What was chosen: {"ids": [...]} or the list's query.
    selection = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    # How many were chosen, how many of them are worked off (behind `cursor`), and how many changed.
    chosen = models.PositiveIntegerField(default=0, db_default=0)
    done = models.PositiveIntegerField(default=0, db_default=0)
    cursor = models.BigIntegerField(default=0, db_default=0)
    customers = models.PositiveIntegerField(default=0)
    # Of an undo: those that somebody has changed again since, left as they are.
    kept = models.PositiveIntegerField(default=0, db_default=0)
    by_id = models.BigIntegerField(null=True, editable=False)
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("bulk_action"),
            models.UniqueConstraint(fields=["brand", "uid"], name="bulk_action_uid"),
            models.CheckConstraint(
                condition=Q(state__in=["running", "done", "undoing", "undone"]),
                name="bulk_action_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.customers}"


class BulkChange(BrandOwned):
    """One of the chosen customers; `before` is what the action changed as it was, and null while
    its turn has not come. Who needed no change has no row afterwards."""

    action = OwnKey[BulkAction](BulkAction, related_name="changes")
    customer_id = models.BigIntegerField()
    before = models.JSONField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("bulk_change", "action"),
            models.UniqueConstraint(
                fields=["brand", "action", "customer_id"], name="bulk_change_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Customer {self.customer_id} before {self.action_id}"
