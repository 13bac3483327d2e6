"""Lists of the API: `{data, has_more, next_cursor}`, walked by ids (never by page numbers)."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from config.kit import ids
from config.kit.errors import Invalid
from config.kit.paging import page_of

M = TypeVar("M", bound=Model)
MAX_LIMIT = 100
DEFAULT_LIMIT = 25

LIST_PARAMETERS = [
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        description="How many to return.",
    ),
    OpenApiParameter("starting_after", str, description="An id: return what follows it (older)."),
    OpenApiParameter("ending_before", str, description="An id: return what precedes it (newer)."),
]


def list_response(
    request: Request,
    rows: QuerySet[M],
    prefix: str,
    shown: Callable[[list[M]], list[Any]],
    *,
    among: QuerySet[M] | None = None,
) -> Response:
    """One page, newest first, as the query asks for it. Raises Invalid and NotFound.

    `among` are the rows whose ids may be named to go on from; else all of the brand's."""
    known = rows.model if among is None else among
    after, before = (
        request.query_params.get(name, "") for name in ("starting_after", "ending_before")
    )
    if after and before:
        raise Invalid(
            "Use starting_after or ending_before, not both.", fields={"ending_before": "not both"}
        )
    page = page_of(
        rows,
        limit=limit_of(request),
        after=get_by_public_id(known, prefix, after).pk if after else None,
        before=get_by_public_id(known, prefix, before).pk if before else None,
    )
    edge = page.items[0 if before else -1] if page.has_more else None
    cursor = ids.encode(prefix, edge.uid) if edge else None  # type: ignore[attr-defined]
    return paged(shown(page.items), cursor)


def paged(data: Any, next_cursor: str | None = None) -> Response:
    """A page of a list; without a cursor it is the last one."""
    has_more = next_cursor is not None
    return Response({"data": data, "has_more": has_more, "next_cursor": next_cursor})


def limit_of(request: Request) -> int:
    """How many entries the query asks for. Raises Invalid."""
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= MAX_LIMIT):
        raise Invalid.at("limit", f"The limit is a whole number from 1 to {MAX_LIMIT}.")
    return int(text)


def listed(name: str, item: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The schema of such a list."""
    return inline_serializer(
        name,
        {
            "data": item(many=True),
            "has_more": serializers.BooleanField(),
            "next_cursor": serializers.CharField(allow_null=True),
        },
    )
