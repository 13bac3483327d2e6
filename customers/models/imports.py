"""Files that came in, what became of each line."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from config.kit.sql import UuidV7


class Import(BrandOwned):
    """One uploaded file on its way into the customer base."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Uploaded"
        MAPPED = "mapped", "Columns matched"
        CHECKED = "checked", "Checked"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    TRANSITIONS = {
        State.UPLOADED: {State.MAPPED},
        State.MAPPED: {State.MAPPED, State.CHECKED},
        State.CHECKED: {State.MAPPED, State.RUNNING},
        State.RUNNING: {State.DONE, State.FAILED},
        State.FAILED: {State.RUNNING},
        State.DONE: set(),
    }

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    kind = models.CharField(max_length=30)
    file_name = models.CharField(max_length=200)
    file = models.FileField(max_length=300)
    size = models.BigIntegerField()
    # Encoding, delimiter, header; then column -> field as the person confirmed it.
    dialect = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    # What the dry run foresaw, and what the run did; equal when nothing changed in between.
    foreseen = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    lines_total = models.BigIntegerField(default=0)
    lines_done = models.BigIntegerField(default=0)
    error = models.TextField(blank=True)
    simulated = models.BooleanField(default=False)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("import"),
            models.UniqueConstraint(fields=["brand", "uid"], name="import_uid"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["uploaded", "mapped", "checked", "running", "done", "failed"]
                ),
                name="import_state_known",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportSlice(BrandOwned):
    """A slice of an import that is done: the run goes on behind it after any crash."""

    of = OwnKey[Import](Import, related_name="slices")
    number = models.PositiveIntegerField()
    counts = models.JSONField(default=dict)
    done_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("import_slice", "of"),
            models.UniqueConstraint(fields=["brand", "of", "number"], name="import_slice_once"),
        ]

    def __str__(self) -> str:
        return f"Slice {self.number}"


class ImportReject(BrandOwned):
    """A line that was not used, and why: what the screen calls a row to fix."""

    of = OwnKey[Import](Import, related_name="rejects")
    line_number = models.BigIntegerField()
    reason = models.CharField(max_length=40)
    detail = models.CharField(max_length=300, blank=True)
    # The cells as they came, in the file's column order.
    cells = models.JSONField()

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("import_reject", "of"),
            models.UniqueConstraint(
                fields=["brand", "of", "line_number"], name="import_reject_once"
            ),
        ]
        indexes = [models.Index(fields=["brand", "of", "reason"], name="import_reject_reason")]

    def __str__(self) -> str:
        return f"Line {self.line_number}: {self.reason}"
