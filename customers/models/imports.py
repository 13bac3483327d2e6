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
    # Taking a finished import back: asked for, and done.
    undo_requested_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    # What an undo took back, and what it kept because it had been changed since.
    undo_counts = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))

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
    # Ids of the rows it made, by what they are; and when they were taken back.
    made = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    undone_at = models.DateTimeField(null=True)

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


class ImportRecipe(BrandOwned):
    """How a brand reads files of one kind with one header: mapping and options, remembered."""

    kind = models.CharField(max_length=30)
    # SHA-256 of the header's normal forms, hex.
    fingerprint = models.CharField(max_length=64)
    mapping = models.JSONField()
    options = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("import_recipe"),
            models.UniqueConstraint(
                fields=["brand", "kind", "fingerprint"], name="import_recipe_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.fingerprint[:8]}"


class ImportChange(BrandOwned):
    """What an import did to one row that was there: the columns it changed as they were. The undo
    of the import reads it. Rows it made stand in ImportSlice.made."""

    of = OwnKey[Import](Import, related_name="changes")
    table = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    before = models.JSONField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("import_change", "of"),
            models.UniqueConstraint(
                fields=["brand", "of", "table", "row_id"], name="import_change_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"


class BulkJob(BrandOwned):
    """A body of many lines sent to the API: answered at once, worked off later, line by line."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    # What a line is: customers, orders, events.
    kind = models.CharField(max_length=20)
    format = models.CharField(max_length=10)
    file = models.FileField(max_length=300)
    size = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    lines_done = models.BigIntegerField(default=0)
    # Where the next line begins in the file, in bytes.
    offset = models.BigIntegerField(default=0, db_default=0)
    lines_failed = models.BigIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("bulk_job"),
            models.UniqueConstraint(fields=["brand", "uid"], name="bulk_job_uid"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "failed"]),
                name="bulk_job_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.format})"


class BulkResult(BrandOwned):
    """What became of one line of a bulk job: created, updated, unchanged, or why it failed."""

    job = OwnKey[BulkJob](BulkJob, related_name="results")
    line_number = models.BigIntegerField()
    outcome = models.CharField(max_length=10)
    public_id = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=300, blank=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("bulk_result", "job"),
            models.UniqueConstraint(
                fields=["brand", "job", "line_number"], name="bulk_result_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Line {self.line_number}: {self.outcome}"
