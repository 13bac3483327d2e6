"""The brand's shops, through the API: which can make codes. Their tokens come by the page only."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.fields import PublicId
from accounts.api.schema import refusals
from campaigns.selectors.shops import SHOP, ShopRow, shops


@extend_schema_serializer(component_name="Shop")
class ShopOut(serializers.Serializer[Any]):
    """`problem` is what the shop said when it was last asked; empty when all went well."""

    id = PublicId(SHOP, source="shop.uid")
    kind = serializers.CharField(source="shop.kind")
    address = serializers.CharField(source="shop.address")
    problem = serializers.CharField(source="shop.problem", allow_blank=True)
    batches = serializers.IntegerField()


class Shops(ApiView):
    scopes = {"GET": "coupons:read"}

    @extend_schema(
        operation_id="list_shops",
        summary="List the shops that can make coupon codes",
        tags=["Coupons"],
        responses={
            200: inline_serializer("ShopList", {"data": ShopOut(many=True)}),
            **refusals(),
        },
    )
    def get(self, request: Request) -> Response:
        rows: list[ShopRow] = shops()
        return Response({"data": ShopOut(rows, many=True).data})
