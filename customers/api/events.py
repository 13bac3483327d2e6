"""What customers do, told by a shop up to a thousand at a time."""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.lists import LIST_PARAMETERS, limit_of, paged
from accounts.api.schema import refusals
from config.kit.errors import NotFound
from customers.api.bulk import BULK_BODY, FastRenderer, answer
from customers.api.customers import person_behind
from customers.api.shapes import BulkOut, CustomerEventOut, EventIn, EventListOut
from customers.models.customer_events import CustomerEvent
from customers.rules.events import read_events
from customers.selectors.customer_events import behind, events_of
from customers.services.customer_events import latest_instant, record_events

TAGS = ["Events"]
_CURSOR = OpenApiParameter(
    "starting_after", str, description="A next_cursor: return what follows it (older)."
)


class Events(ApiView):
    scopes = {"POST": "events:write"}
    max_body = BULK_BODY
    renderer_classes = (FastRenderer,)

    @extend_schema(
        operation_id="record_events",
        summary="Record what customers do",
        description='One event, a list of up to 1,000, or {"events": [...]}. (source, id) counts '
        "once. Each item has a result in the order sent: created, duplicate, unknown_customer "
        "(kept, and joined to the customer as soon as somebody has the address or id it names) or "
        "error. Items that cannot be used do not stop the others; 422 when none can.",
        tags=TAGS,
        request=EventIn(many=True),
        responses={200: BulkOut, **refusals(400, 413)},
    )
    def post(self, request: Request) -> Response:
        batch = read_events(request._request.body, latest=latest_instant())
        return answer(record_events(batch), batch.pointer)


class CustomerEvents(ApiView):
    scopes = {"GET": "customers:read"}

    @extend_schema(
        operation_id="list_customer_events",
        summary="What a customer did, latest first",
        tags=TAGS,
        parameters=[
            LIST_PARAMETERS[0],
            _CURSOR,
            OpenApiParameter("name", str, description="Only events of this name."),
        ],
        responses={200: EventListOut, **refusals(404)},
    )
    def get(self, request: Request, customer_id: str) -> Response:
        customer = person_behind(customer_id)
        rows = events_of(customer, name=request.query_params.get("name", ""))
        if cursor := request.query_params.get("starting_after"):
            rows = rows.filter(behind(_event(rows, cursor)))
        limit = limit_of(request)
        found = list(rows[: limit + 1])
        shown = found[:limit]
        last = shown[-1] if len(found) > limit else None
        next_cursor = f"{last.source}:{last.source_id}" if last else None
        return paged(CustomerEventOut(shown, many=True).data, next_cursor)


def _event(rows: QuerySet[CustomerEvent], cursor: str) -> CustomerEvent:
    """The event a cursor names, by its source and its id there."""
    source, _, source_id = cursor.partition(":")
    event = rows.filter(source=source, source_id=source_id).first()
    if event is None:
        raise NotFound("This customer has no such event.")
    return event
