"""Handing a customer's data over and erasing it, through the API."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.fields import PublicId, StrictSerializer, Text
from accounts.api.schema import refusals
from customers.models.consents import PrivacyRequest
from customers.models.customers import Customer
from customers.services import privacy

TAGS = ["Privacy"]
CUSTOMER = "cus"
REQUEST = "prv"


@extend_schema_serializer(component_name="PrivacyRequest")
class PrivacyIn(StrictSerializer):
    customer = Text(max_length=40, allow_blank=False)
    kind = serializers.ChoiceField(choices=PrivacyRequest.Kind.choices)


@extend_schema_serializer(component_name="PrivacyRequest")
class PrivacyOut(serializers.ModelSerializer[PrivacyRequest]):
    id = PublicId(REQUEST)
    customer = PublicId(CUSTOMER, source="customer.uid")
    report = serializers.DictField(help_text="What was handed over or erased, by kind of data.")

    class Meta:
        model = PrivacyRequest
        fields = ("id", "customer", "kind", "report", "requested_at", "done_at")


def _found(request_id: str) -> PrivacyRequest:
    rows = PrivacyRequest.objects.select_related("customer")
    return get_by_public_id(rows, REQUEST, request_id)


class PrivacyRequests(ApiView):
    scopes = {"POST": "customers:erase"}
    needs_idempotency_key = True

    @extend_schema(
        operation_id="request_privacy",
        summary="Hand over a copy of a customer's data, or erase it for good",
        tags=TAGS,
        request=PrivacyIn,
        responses={201: PrivacyOut, **refusals(404, 409)},
    )
    def post(self, request: Request) -> Response:
        body = PrivacyIn.of(request)
        said = body.validated_data
        customer = get_by_public_id(Customer, CUSTOMER, said["customer"])
        is_erase = said["kind"] == PrivacyRequest.Kind.ERASE
        act = privacy.erase_customer if is_erase else privacy.request_copy
        return Response(PrivacyOut(act(customer=customer)).data, 201)


class PrivacyRequestDetail(ApiView):
    scopes = {"GET": "customers:erase"}

    @extend_schema(
        operation_id="get_privacy_request",
        summary="Read what was handed over or erased",
        tags=TAGS,
        responses={200: PrivacyOut, **refusals(404)},
    )
    def get(self, request: Request, privacy_request_id: str) -> Response:
        return Response(PrivacyOut(_found(privacy_request_id)).data)


class PrivacyData(ApiView):
    scopes = {"GET": "customers:erase"}

    @extend_schema(
        operation_id="get_privacy_data",
        summary="The copy itself, for 15 minutes",
        tags=TAGS,
        responses={200: OpenApiTypes.OBJECT, **refusals(404, 409)},
    )
    def get(self, request: Request, privacy_request_id: str) -> Response:
        data: dict[str, Any] = privacy.data_of(_found(privacy_request_id))
        return Response(data)
