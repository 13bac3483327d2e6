"""Merging two records of one person through the API, and taking a merge back."""

from typing import Any

from drf_spectacular.utils import (
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.fields import PublicId, StrictSerializer, Text
from accounts.api.schema import refusals
from customers.api.customers import TAGS, shown_people
from customers.api.serializers import CUSTOMER, CustomerOut
from customers.models.merges import Merge
from customers.services.merges import merge_customers, undo_merge

MERGE = "mrg"


@extend_schema_serializer(component_name="Merge")
class MergeIn(StrictSerializer):
    """`gone` becomes part of the customer in the path, whose values win and are completed."""

    gone = Text(max_length=40, allow_blank=False, help_text="The other record's id.")
    take = serializers.ListField(
        child=Text(max_length=60),
        max_length=60,
        default=list,
        help_text="What to take from `gone` all the same: name, email, phone, country, city, "
        "language, attributes/<name>.",
    )


@extend_schema_serializer(component_name="Merge")
class MergeOut(serializers.ModelSerializer[Merge]):
    id = PublicId(MERGE)
    kept = PublicId(CUSTOMER, source="kept.uid")
    gone = PublicId(CUSTOMER, source="gone.uid")
    customer = serializers.SerializerMethodField(help_text="The kept customer as it is now.")

    class Meta:
        model = Merge
        fields = ("id", "kept", "gone", "at", "undone_at", "customer")

    @extend_schema_field(CustomerOut)
    def get_customer(self, merge: Merge) -> Any:
        return CustomerOut(shown_people().get(pk=merge.kept_id)).data


class CustomerMerge(ApiView):
    scopes = {"POST": "customers:write"}

    @extend_schema(
        operation_id="merge_customers",
        summary="Merge two records of one person",
        description="Orders, refunds, addresses, notes and lists move to the kept record; "
        "a withdrawal of either holds for both. The id of `gone` keeps working and answers with "
        "the kept customer.",
        tags=TAGS,
        request=MergeIn,
        responses={201: MergeOut, **refusals(404, 409)},
    )
    def post(self, request: Request, customer_id: str) -> Response:
        kept = get_by_public_id(shown_people(), CUSTOMER, customer_id)
        body = MergeIn.of(request)
        gone = get_by_public_id(shown_people(), CUSTOMER, body.validated_data["gone"])
        merge = merge_customers(kept=kept, gone=gone, take=body.validated_data["take"])
        return Response(MergeOut(merge).data, 201)


class MergeDetail(ApiView):
    scopes = {"DELETE": "customers:write"}

    @extend_schema(
        operation_id="undo_merge",
        summary="Undo a merge",
        description="Both records are as they were; what came meanwhile stays with the kept one.",
        tags=TAGS,
        responses={200: MergeOut, **refusals(404, 409)},
    )
    def delete(self, request: Request, merge_id: str) -> Response:
        merge = get_by_public_id(Merge, MERGE, merge_id)
        return Response(MergeOut(undo_merge(merge=merge)).data)
