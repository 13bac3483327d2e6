"""Working off bulk files: a thousand lines at a time, each chunk with its results in one
transaction, so that a crash loses nothing and does nothing twice."""

import time
import uuid
from collections.abc import Sequence
from itertools import islice
from typing import BinaryIO, cast

from django.core.files.storage import default_storage
from django.db import DataError, transaction
from django.db.models import F

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import DomainError
from customers.events.imports import BulkJobFinished, BulkJobRequested
from customers.models.imports import BulkJob, BulkResult
from customers.rules.bulk import Outcome, Problem, read_items
from customers.rules.bulk_customers import CUSTOMER
from customers.rules.bulk_files import Format, Position, Row, read_rows
from customers.rules.bulk_orders import ORDER
from customers.rules.events import read_lines
from customers.selectors.jobs import kept_as
from customers.services.bulk_customers import upsert_customers
from customers.services.bulk_orders import record_orders
from customers.services.customer_events import latest_instant, record_events

KINDS = ("customers", "orders", "events")
CHUNK_LINES = 1000
# Of one chunk in memory.
CHUNK_BYTES = 4 * 1024 * 1024
RUN_SECONDS = 30.0

State = BulkJob.State


def job_path(brand: Brand) -> str:
    """Where the next upload is kept."""
    return f"brand/{brand.uid}/bulk/{uuid.uuid4().hex}"


def create_job(*, kind: str, format_: str, path: str, size: int) -> BulkJob:
    """A job for a file that is in the storage; its work begins after the commit."""
    job = BulkJob.objects.create(kind=kind, format=format_, file=path, size=size)
    job.refresh_from_db(fields=["uid"])
    record(BulkJobRequested(subject_id=job.pk))
    return job


def run_job(*, brand_id: int, job_id: int, seconds: float = RUN_SECONDS) -> bool:
    """Work off the lines that are left, for about `seconds`; True when none is left."""
    deadline = time.monotonic() + seconds
    while True:
        with brand_scope(brand_id):
            if _work_chunk(Brand.objects.get(pk=brand_id), job_id):
                return True
        if time.monotonic() > deadline:
            return False


def _work_chunk(brand: Brand, job_id: int) -> bool:
    """One chunk with its results; True when the job is over. Its row keeps others out."""
    job = BulkJob.objects.select_for_update(no_key=True).get(pk=job_id)
    if job.state not in {State.WAITING, State.RUNNING}:
        return True
    try:
        with default_storage.open(str(job.file.name), "rb") as file:
            rows = _chunk(cast(BinaryIO, file), job)
    except FileNotFoundError:
        _finish(job, State.FAILED, "The file is gone. Send it again.")
        return True
    except DomainError as error:
        _finish(job, State.FAILED, error.message)
        return True
    if not rows:
        _finish(job, State.DONE)
        return True
    outcomes = _work(job, brand, rows)
    _keep(job, rows, outcomes)
    return False


def _chunk(file: BinaryIO, job: BulkJob) -> list[Row]:
    rows: list[Row] = []
    size = 0
    start = Position(job.offset, job.lines_done)
    for row in islice(read_rows(file, cast(Format, job.format), start), CHUNK_LINES):
        rows.append(row)
        size += len(row.raw)
        if size > CHUNK_BYTES:
            break
    return rows


def _work(job: BulkJob, brand: Brand, rows: Sequence[Row]) -> list[Outcome]:
    """What became of each row. Where all together cannot be kept, each half is tried alone."""
    unread = {at: _error(row.problem) for at, row in enumerate(rows) if row.problem}
    readable = [row for row in rows if not row.problem]
    worked = iter(_try(job, brand, readable) if readable else ())
    return [unread[at] if at in unread else next(worked) for at in range(len(rows))]


def _try(job: BulkJob, brand: Brand, rows: Sequence[Row]) -> list[Outcome]:
    try:
        with transaction.atomic():
            return _tell(job, brand, [row.raw for row in rows])
    except (DomainError, DataError) as error:
        if len(rows) == 1:
            refusal = error.message if isinstance(error, DomainError) else ""
            return [_error(refusal or "A value here cannot be kept.")]
        half = len(rows) // 2
        return _try(job, brand, rows[:half]) + _try(job, brand, rows[half:])


def _tell(job: BulkJob, brand: Brand, raw_items: list[bytes]) -> list[Outcome]:
    if job.kind == "customers":
        return upsert_customers(read_items(raw_items, CUSTOMER), batch_id=job.pk)
    if job.kind == "orders":
        return record_orders(read_items(raw_items, ORDER), brand=brand, batch_id=job.pk)
    return record_events(read_lines(raw_items, latest=latest_instant()))


def _error(detail: str) -> Outcome:
    return Outcome("error", errors=(Problem("", detail),))


def _keep(job: BulkJob, rows: Sequence[Row], outcomes: Sequence[Outcome]) -> None:
    BulkResult.objects.bulk_create(
        BulkResult(
            job=job,
            line_number=row.line,
            outcome=kept_as(outcome.status),
            public_id=outcome.id,
            detail="; ".join(f"{p.pointer} {p.detail}".strip() for p in outcome.errors)[:300],
        )
        for row, outcome in zip(rows, outcomes, strict=True)
    )
    after = rows[-1].after
    BulkJob.objects.filter(pk=job.pk).update(
        state=State.RUNNING,
        offset=after.offset,
        lines_done=after.lines,
        lines_failed=F("lines_failed") + sum(outcome.status == "error" for outcome in outcomes),
    )


def _finish(job: BulkJob, state: str, error: str = "") -> None:
    """End the job; its file holds people's data and is not needed any longer."""
    BulkJob.objects.filter(pk=job.pk).update(state=state, error=error, finished_at=now())
    record(
        BulkJobFinished(subject_id=job.pk, lines=job.lines_done, lines_failed=job.lines_failed),
        batch_id=job.pk,
    )
    path = str(job.file.name)
    transaction.on_commit(lambda: default_storage.delete(path))
