"""What became of files: the recent ones, how far one is, the rows it could not use."""

from dataclasses import dataclass

from config.kit.clock import now
from customers.imports.reasons import reason_text
from customers.models.imports import Import, ImportReject, ImportSlice

PAGE = 50
_RECENT = 10
_CSV_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Progress:
    """`rate` is lines a second since the run began; None before its first slice."""

    done: int
    total: int
    rate: float | None


@dataclass(frozen=True, slots=True)
class ReasonCount:
    code: str
    text: str
    lines: int


@dataclass(frozen=True, slots=True)
class Rejects:
    """A page of rows to fix, in the order of the file; `after` of the next page, 0 at the end."""

    rows: list[ImportReject]
    next: int


def recent_imports() -> list[Import]:
    """The newest first."""
    return list(Import.objects.order_by("-id")[:_RECENT])


def progress_of(imported: Import) -> Progress:
    """How far a run is."""
    rate = None
    if imported.started_at is not None and imported.lines_done:
        rate = imported.lines_done / max((now() - imported.started_at).total_seconds(), 1.0)
    return Progress(imported.lines_done, imported.lines_total, rate)


def is_undoing(imported: Import) -> bool:
    """Whether it is being taken back."""
    return imported.undo_requested_at is not None and imported.undone_at is None


def undo_progress_of(imported: Import) -> Progress:
    """How far an undo is, in slices."""
    parts = ImportSlice.objects.filter(of=imported)
    done = parts.filter(undone_at__isnull=False).count() if imported.undo_requested_at else 0
    return Progress(done, parts.count(), None)


def unattributed_share(imported: Import) -> float:
    """The share of the file's orders that are nobody's, 0 to 1."""
    counts = imported.counts or imported.foreseen
    orders = sum(counts.get(f"orders_{how}", 0) for how in ("created", "updated", "unchanged"))
    return counts.get("orders_unattributed", 0) / orders if orders else 0.0


def reasons_of(imported: Import) -> list[ReasonCount]:
    """Why lines were not used (or, before the run, will not be), the most frequent first."""
    counted = (imported.counts or imported.foreseen).get("reasons", {})
    rows = [ReasonCount(code, reason_text(code), lines) for code, lines in counted.items()]
    return sorted(rows, key=lambda row: (-row.lines, row.code))


def rejects_page(imported: Import, *, reason: str, after: int) -> Rejects:
    """Rows behind line `after`, of one reason or (empty) of all."""
    rows = ImportReject.objects.filter(of=imported, line_number__gt=after)
    if reason:
        rows = rows.filter(reason=reason)
    found = list(rows.order_by("line_number")[: PAGE + 1])
    is_more = len(found) > PAGE
    return Rejects(found[:PAGE], found[PAGE - 1].line_number if is_more else 0)


def rejects_batch(import_id: int, *, after: int) -> list[ImportReject]:
    """The next rows to fix behind line `after`, in the order of the file; none at the end."""
    rows = ImportReject.objects.filter(of_id=import_id, line_number__gt=after)
    return list(rows.order_by("line_number")[:_CSV_BATCH])
