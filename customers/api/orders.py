"""Orders through the API: a shop tells of each as it happens."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.keys import key_of
from accounts.api.schema import refusals
from accounts.models.brands import Brand
from config.kit.errors import Invalid
from customers.api.customers import living
from customers.api.serializers import CUSTOMER, OrderIn, OrderOut
from customers.models.customers import Customer
from customers.models.orders import Order
from customers.services.customers import upsert_customer
from customers.services.orders import record_order


class Orders(ApiView):
    scopes = {"POST": "orders:write"}

    @extend_schema(
        operation_id="record_order",
        summary="Record an order",
        description="Telling of the same order (source and source_id) again replaces what was "
        "said of it; 201 when it is new.",
        tags=["Orders"],
        request=OrderIn,
        responses={200: OrderOut, 201: OrderOut, **refusals(404, 409)},
    )
    def post(self, request: Request) -> Response:
        body = OrderIn(data=request.data)
        body.is_valid(raise_exception=True)
        said = dict(body.validated_data)
        _check_currency(said.pop("currency"), key_of(request).brand)
        recorded = record_order(
            customer=_buyer(said.pop("customer", {})), gross_minor=said.pop("total", None), **said
        )
        order = Order.objects.select_related("customer", "brand").get(pk=recorded.order.pk)
        return Response(OrderOut(order).data, 201 if recorded.created else 200)


def _check_currency(currency: str, brand: Brand) -> None:
    if currency != brand.currency:
        message = f"{brand.name} keeps its books in {brand.currency}; convert the amounts first."
        raise Invalid(message, code="other_currency", fields={"currency": message})


def _buyer(said: dict[str, Any]) -> Customer | None:
    if not said:
        return None
    if "id" in said:
        return get_by_public_id(living(), CUSTOMER, said["id"])
    return upsert_customer(**said).customer
