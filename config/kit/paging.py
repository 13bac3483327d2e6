"""Keyset pages: as quick on the last page as on the first, and steady while rows are added."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Newest first. `has_more` looks in the direction of travel."""

    items: list[M]
    has_more: bool


def page_of(
    rows: QuerySet[M], *, limit: int, after: int | None = None, before: int | None = None
) -> Page[M]:
    """Up to `limit` rows by falling id: the newest, those behind `after`, or those just ahead of
    `before` (both exclusive, at most one given)."""
    if before is not None:
        found = list(rows.filter(pk__gt=before).order_by("pk")[: limit + 1])
        return Page(found[:limit][::-1], len(found) > limit)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: limit + 1])
    return Page(found[:limit], len(found) > limit)


def row_id(text: str) -> int | None:
    """The id a page begins behind, as it stands in a link; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
