"""Customers through the API, up to a thousand at a time."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.schema import refusals
from customers.api.bulk import BULK_BODY, FastRenderer, answer
from customers.api.serializers import CustomerIn
from customers.api.shapes import BulkOut
from customers.rules.bulk import read_items, split_items
from customers.rules.bulk_customers import CUSTOMER
from customers.services.bulk_customers import upsert_customers


class BulkCustomers(ApiView):
    scopes = {"POST": "customers:write"}
    max_body = BULK_BODY
    renderer_classes = (FastRenderer,)

    @extend_schema(
        operation_id="upsert_customers",
        summary="Add or change many customers",
        description='A list of up to 1,000, or {"customers": [...]}; each as in upsert_customer. '
        "Items that cannot be used do not stop the others; 422 when none can.",
        tags=["Customers"],
        request=CustomerIn(many=True),
        responses={200: BulkOut, **refusals(413)},
    )
    def post(self, request: Request) -> Response:
        raw_items, pointer = split_items(request._request.body, "customers")
        return answer(upsert_customers(read_items(raw_items, CUSTOMER)), pointer)
