"""Bulk jobs through the API: a file of any length is taken at once and worked off later."""

import hashlib
from typing import Any, ClassVar

import msgspec
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView, TooLarge, declared_length
from accounts.api.keys import key_of, require_scope
from accounts.api.schema import refusals
from config.kit.errors import Invalid
from customers.api.bulk import FastRenderer
from customers.api.shapes import BulkJobOut, BulkJobResultsOut
from customers.models.imports import BulkJob
from customers.selectors.jobs import outcome_text, results_of
from customers.services.jobs import KINDS, create_job, job_path

JOB = "blk"
TAGS = ["Bulk"]
MAX_FILE = 512 * 1024 * 1024
MAX_RESULTS = 1000
_FORMATS = {"application/x-ndjson": "ndjson", "application/ndjson": "ndjson", "text/csv": "csv"}
_SCOPES = {"customers": "customers:write", "orders": "orders:write", "events": "events:write"}


class _Stream(File):  # type: ignore[type-arg]
    """The request's body as a file that counts and hashes what is read, and stops at a limit."""

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(None)
        self._request = request
        self._limit = limit
        self.length = 0
        self.hash = hashlib.sha256()

    def chunks(self, chunk_size: int | None = None) -> Any:
        while part := self._request.read(chunk_size or self.DEFAULT_CHUNK_SIZE):
            self.length += len(part)
            if self.length > self._limit:
                raise TooLarge(self._limit)
            self.hash.update(part)
            yield part


class BulkJobs(ApiView):
    scopes = {"POST": "bulk:write"}
    max_body: ClassVar[int] = MAX_FILE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As always; a file that no job has taken is thrown away."""
        self.path = ""
        self.is_taken = False
        try:
            return super().dispatch(request, *args, **kwargs)
        finally:
            if self.path and not self.is_taken:
                default_storage.delete(self.path)

    def read_body(self, request: HttpRequest) -> bytes:
        """Straight into the storage; what an idempotency key is bound to is the body's hash."""
        if request.method != "POST":
            return b""
        if declared_length(request) > self.max_body:
            raise TooLarge(self.max_body)
        self.kind, self.format = _asked(request)
        key = key_of(self.request)
        require_scope(key, _SCOPES[self.kind])
        stream = _Stream(request, self.max_body)
        self.path = job_path(key.brand)
        self.path = default_storage.save(self.path, stream)
        self.size = stream.length
        return stream.hash.digest()

    @extend_schema(
        operation_id="create_bulk_job",
        summary="Send a file of customers, orders or events",
        description="The raw body is NDJSON (application/x-ndjson, one item a line) or CSV "
        "(text/csv, columns named like the fields, such as customer.email). It is answered at once "
        "and worked off in the background. The key needs the scope of the kind too.",
        tags=TAGS,
        parameters=[
            OpenApiParameter("kind", {"type": "string", "enum": list(KINDS)}, required=True)
        ],
        request={
            "application/x-ndjson": OpenApiTypes.BINARY,
            "text/csv": OpenApiTypes.BINARY,
        },
        responses={202: BulkJobOut, **refusals(413)},
    )
    def post(self, request: Request) -> Response:
        if not self.size:
            raise Invalid("The body is empty.", code="no_items")
        job = create_job(kind=self.kind, format_=self.format, path=self.path, size=self.size)
        self.is_taken = True
        return Response(BulkJobOut(job).data, 202)


def _asked(request: HttpRequest) -> tuple[str, str]:
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        raise Invalid.at("kind", f"The kind is one of {', '.join(KINDS)}.")
    format_ = _FORMATS.get((request.content_type or "").casefold())
    if format_ is None:
        raise Invalid.at("content_type", f"The Content-Type is one of {', '.join(_FORMATS)}.")
    return kind, format_


class BulkJobDetail(ApiView):
    scopes = {"GET": "bulk:write"}

    @extend_schema(
        operation_id="get_bulk_job",
        summary="How far a bulk job is",
        tags=TAGS,
        responses={200: BulkJobOut, **refusals(404)},
    )
    def get(self, request: Request, job_id: str) -> Response:
        return Response(BulkJobOut(get_by_public_id(BulkJob, JOB, job_id)).data)


class NdjsonRenderer(FastRenderer):
    """One result a line; where the next page begins stands in the header Next-After."""

    media_type = "application/x-ndjson"
    format = "ndjson"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        if "data" not in data:  # a problem document
            return super().render(data)
        return b"".join(msgspec.json.encode(row) + b"\n" for row in data["data"])


class BulkJobResults(ApiView):
    scopes = {"GET": "bulk:write"}
    renderer_classes = (JSONRenderer, NdjsonRenderer)

    @extend_schema(
        operation_id="list_bulk_job_results",
        summary="What became of each line",
        description="In the file's order. With `Accept: application/x-ndjson` one result a line; "
        "the header Next-After says where the next page begins.",
        tags=TAGS,
        parameters=[
            OpenApiParameter("after", int, description="Results behind this line."),
            OpenApiParameter("outcome", str, description="Only these, such as error."),
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": MAX_RESULTS, "default": 100},
            ),
        ],
        responses={200: BulkJobResultsOut, **refusals(404)},
    )
    def get(self, request: Request, job_id: str) -> Response:
        job = get_by_public_id(BulkJob, JOB, job_id)
        limit = _whole(request, "limit", 100, MAX_RESULTS) or 1
        found = results_of(
            job,
            after=_whole(request, "after", 0, 2**62),
            outcome=request.query_params.get("outcome", ""),
            limit=limit + 1,
        )
        shown, has_more = found[:limit], len(found) > limit
        rows = [
            {
                "line": row.line_number,
                "status": outcome_text(row.outcome),
                "id": row.public_id,
                "detail": row.detail,
            }
            for row in shown
        ]
        next_after = shown[-1].line_number if has_more else None
        headers = {"Next-After": str(next_after)} if has_more else {}
        body = {"data": rows, "has_more": has_more, "next_after": next_after}
        return Response(body, headers=headers)


def _whole(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= most):
        raise Invalid.at(name, f"A whole number up to {most:,}, please.")
    return int(text)
