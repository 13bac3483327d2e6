"""How far a bulk job is, and what became of its lines."""

from django.db.models import Count

from customers.models.imports import BulkJob, BulkResult

# The one outcome that a result row keeps under a shorter word.
_SHORT = {"unknown_customer": "unknown"}
_LONG = {short: outcome for outcome, short in _SHORT.items()}


def counts_of(job: BulkJob) -> dict[str, int]:
    """How many lines had each outcome."""
    rows = BulkResult.objects.filter(job=job).values_list("outcome").annotate(lines=Count("id"))
    return {outcome_text(outcome): lines for outcome, lines in rows.order_by("outcome")}


def results_of(job: BulkJob, *, after: int, outcome: str, limit: int) -> list[BulkResult]:
    """Up to `limit` results behind the line `after`, in the file's order; `outcome` "" is all."""
    rows = BulkResult.objects.filter(job=job, line_number__gt=after)
    if outcome:
        rows = rows.filter(outcome=kept_as(outcome))
    return list(rows.order_by("line_number")[:limit])


def outcome_text(kept: str) -> str:
    """The outcome as the API says it."""
    return _LONG.get(kept, kept)


def kept_as(outcome: str) -> str:
    """The outcome as a result row keeps it."""
    return _SHORT.get(outcome, outcome)
