"""What becomes of files and long bodies that come in, as facts in the past tense."""

from dataclasses import dataclass

from accounts.events import Event


@dataclass(frozen=True, kw_only=True)
class ImportMapped(Event):
    """A person has said what the columns of a file are; its dry run is due."""

    type = "import.mapped"
    subject = "import"


@dataclass(frozen=True, kw_only=True)
class ImportRequested(Event):
    type = "import.requested"
    subject = "import"


@dataclass(frozen=True, kw_only=True)
class ImportCompleted(Event):
    """One event for the whole file; its batch id is the import's."""

    type = "import.completed"
    subject = "import"
    customers_created: int
    customers_updated: int
    orders_created: int
    orders_updated: int
    refunds_created: int
    lines_rejected: int
    # Whether others may react as if each thing in the file had just happened.
    is_live: bool = False


@dataclass(frozen=True, kw_only=True)
class ImportUndoRequested(Event):
    """A person wants a whole import taken back."""

    type = "import.undo_requested"
    subject = "import"


@dataclass(frozen=True, kw_only=True)
class ImportUndone(Event):
    type = "import.undone"
    subject = "import"
    customers_removed: int
    orders_removed: int


@dataclass(frozen=True, kw_only=True)
class BulkJobRequested(Event):
    """A file of many lines has come through the API."""

    type = "bulk_job.requested"
    subject = "bulk_job"


@dataclass(frozen=True, kw_only=True)
class BulkJobFinished(Event):
    """What its lines did is told by events of the job's batch."""

    type = "bulk_job.finished"
    subject = "bulk_job"
    lines: int
    lines_failed: int
