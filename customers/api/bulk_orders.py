"""Orders through the API, up to a thousand at a time, with what was given back of them."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.keys import key_of
from accounts.api.schema import refusals
from customers.api.bulk import BULK_BODY, FastRenderer, answer
from customers.api.serializers import BulkOrderIn
from customers.api.shapes import BulkOut
from customers.rules.bulk import read_items, split_items
from customers.rules.bulk_orders import ORDER
from customers.services.bulk_orders import record_orders


class BulkOrders(ApiView):
    scopes = {"POST": "orders:write"}
    max_body = BULK_BODY
    renderer_classes = (FastRenderer,)

    @extend_schema(
        operation_id="record_orders",
        summary="Record many orders",
        description='A list of up to 1,000, or {"orders": [...]}; each as in record_order, with '
        "its refunds. Items that cannot be used do not stop the others; 422 when none can.",
        tags=["Orders"],
        request=BulkOrderIn(many=True),
        responses={200: BulkOut, **refusals(413)},
    )
    def post(self, request: Request) -> Response:
        raw_items, pointer = split_items(request._request.body, "orders")
        items = read_items(raw_items, ORDER)
        return answer(record_orders(items, brand=key_of(request).brand), pointer)
