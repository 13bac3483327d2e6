"""Orders through the API: a shop tells of each as it happens, of refunds and cancellations too."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.keys import key_of
from accounts.api.schema import refusals
from accounts.models.brands import Brand
from config.kit.errors import Invalid
from customers.api.customers import person_behind
from customers.api.serializers import (
    ORDER,
    CancellationIn,
    CancellationOut,
    OrderCancelIn,
    OrderIn,
    OrderOut,
    OrderRefundIn,
    RefundIn,
    RefundOut,
)
from customers.models.customers import Customer
from customers.models.orders import Order, Refund
from customers.services.buyers import buyer_of
from customers.services.orders import cancel_order, record_order, reinstate_order
from customers.services.refunds import RecordedRefund, record_refund

TAGS = ["Orders"]


class Orders(ApiView):
    scopes = {"POST": "orders:write"}

    @extend_schema(
        operation_id="record_order",
        summary="Record an order",
        description="Telling of the same order (source and source_id) again replaces what was "
        "said of it; 201 when it is new.",
        tags=TAGS,
        request=OrderIn,
        responses={200: OrderOut, 201: OrderOut, **refusals(404, 409)},
    )
    def post(self, request: Request) -> Response:
        body = OrderIn.of(request)
        said = dict(body.validated_data)
        _check_currency(said.pop("currency"), key_of(request).brand)
        recorded = record_order(
            customer=_buyer(said.pop("customer", {}), order=(said["source"], said["source_id"])),
            gross_minor=said.pop("total", None),
            **said,
        )
        return Response(_shown(recorded.order), 201 if recorded.created else 200)


class OrderCancel(ApiView):
    scopes = {"POST": "orders:write"}

    @extend_schema(
        operation_id="cancel_order",
        summary="Cancel an order",
        description="It no longer counts, nor do its refunds. Cancelling again changes nothing.",
        tags=TAGS,
        request=OrderCancelIn,
        responses={200: OrderOut, **refusals(404)},
    )
    def post(self, request: Request, order_id: str) -> Response:
        order = get_by_public_id(Order, ORDER, order_id)
        body = OrderCancelIn.of(request)
        cancel_order(source=order.source, source_id=order.source_id, **body.validated_data)
        return Response(_shown(order))


class OrderRefunds(ApiView):
    scopes = {"POST": "orders:write"}

    @extend_schema(
        operation_id="refund_order",
        summary="Record what was given back of an order",
        description="At any later time. Telling of the same refund again replaces what was said.",
        tags=TAGS,
        request=OrderRefundIn,
        responses={200: RefundOut, 201: RefundOut, **refusals(404)},
    )
    def post(self, request: Request, order_id: str) -> Response:
        order = get_by_public_id(Order, ORDER, order_id)
        body = OrderRefundIn.of(request)
        said = dict(body.validated_data)
        return _refunded(
            record_refund(
                source=order.source,
                order_ref=order.source_id,
                amount_minor=said.pop("amount", None),
                **said,
            )
        )


class Refunds(ApiView):
    scopes = {"POST": "orders:write"}

    @extend_schema(
        operation_id="record_refund",
        summary="Record a refund by the order's id in your shop",
        description="In any order of arrival: one whose order has not come yet is kept, and joined "
        "to it when it comes. Without an order it stands with the customer.",
        tags=TAGS,
        request=RefundIn,
        responses={200: RefundOut, 201: RefundOut, **refusals(404, 409)},
    )
    def post(self, request: Request) -> Response:
        body = RefundIn.of(request)
        said = dict(body.validated_data)
        return _refunded(
            record_refund(
                customer=_buyer(said.pop("customer", {}), order=(said["source"], said["order"])),
                order_ref=said.pop("order"),
                amount_minor=said.pop("amount", None),
                **said,
            )
        )


class Cancellations(ApiView):
    scopes = {"POST": "orders:write", "DELETE": "orders:write"}

    @extend_schema(
        operation_id="record_cancellation",
        summary="Cancel an order by its id in your shop",
        description="In any order of arrival: an order that has not come yet is cancelled then.",
        tags=TAGS,
        request=CancellationIn,
        responses={200: CancellationOut, **refusals()},
    )
    def post(self, request: Request) -> Response:
        body = CancellationIn.of(request)
        order = cancel_order(**body.validated_data)
        return Response({"order": _shown(order) if order else None})

    @extend_schema(
        operation_id="withdraw_cancellation",
        summary="Take a cancellation back",
        description="The order counts again; one that has not come yet will not be cancelled.",
        tags=TAGS,
        parameters=[
            OpenApiParameter("source_id", str, required=True, description="As it was cancelled."),
            OpenApiParameter("source", str, description="Left out: api."),
        ],
        responses={200: CancellationOut, **refusals()},
    )
    def delete(self, request: Request) -> Response:
        named = CancellationIn(data=request.query_params.dict())
        named.is_valid(raise_exception=True)
        said = named.validated_data
        order = reinstate_order(source=said["source"], source_id=said["source_id"])
        return Response({"order": _shown(order) if order else None})


def _shown(order: Order) -> Any:
    return OrderOut(Order.objects.select_related("customer", "brand").get(pk=order.pk)).data


def _refunded(recorded: RecordedRefund) -> Response:
    refund = Refund.objects.select_related("customer", "order").get(pk=recorded.refund.pk)
    return Response(RefundOut(refund).data, 201 if recorded.created else 200)


def _check_currency(currency: str, brand: Brand) -> None:
    if currency != brand.currency:
        raise Invalid.at(
            "currency",
            f"{brand.name} keeps its books in {brand.currency}; convert the amounts first.",
            code="other_currency",
        )


def _buyer(said: dict[str, Any], *, order: tuple[str, str]) -> Customer | None:
    if not said:
        return None
    if "id" in said:
        return person_behind(said["id"])
    return buyer_of(order=order, **said)
