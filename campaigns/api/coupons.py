"""Codes at the till, through the API: what is it worth, and use it up."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.fields import StrictSerializer, Text, Whole
from accounts.api.keys import key_of
from accounts.api.schema import refusals
from campaigns.rules.coupons import REASONS, Basket
from campaigns.selectors.coupons import terms_of
from campaigns.services.coupons import Checked, check_coupon, coupon_of, redeem_coupon
from config.kit.money import MAX_MINOR

TAGS = ["Coupons"]


class BasketLineIn(StrictSerializer):
    product = Text(max_length=120, help_text="The shop's number of the product.")
    total = Whole(min_value=0, max_value=MAX_MINOR, help_text="Minor units.")


@extend_schema_serializer(component_name="Basket")
class BasketIn(StrictSerializer):
    total = Whole(min_value=0, max_value=MAX_MINOR, help_text="Of the order, minor units.")
    lines = BasketLineIn(
        many=True, required=False, help_text="Needed for codes that are for some products only."
    )
    with_others = serializers.BooleanField(
        default=False, help_text="Whether other codes are used with it."
    )


@extend_schema_serializer(component_name="CouponVerdict")
class VerdictOut(serializers.Serializer[Any]):
    """`discount` is minor units; `reason` says why a code is worth nothing."""

    code = serializers.CharField()
    valid = serializers.BooleanField()
    discount = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)
    kind = serializers.CharField()
    value = serializers.IntegerField()
    minimum = serializers.IntegerField()
    products = serializers.ListField(child=serializers.CharField())
    expires_on = serializers.DateField(allow_null=True)
    stackable = serializers.BooleanField()


class CouponValidate(ApiView):
    scopes = {"POST": "coupons:redeem"}

    @extend_schema(
        operation_id="validate_coupon",
        summary="Check a code at the till",
        description="Changes nothing. An unknown code is a 404.",
        tags=TAGS,
        request=BasketIn,
        responses={200: VerdictOut, **refusals(404)},
    )
    def post(self, request: Request, code: str) -> Response:
        coupon = coupon_of(code)
        return Response(_shown(check_coupon(key_of(request).brand, coupon, _basket(request))))


class CouponRedeem(ApiView):
    scopes = {"POST": "coupons:redeem"}
    needs_idempotency_key = True

    @extend_schema(
        operation_id="redeem_coupon",
        summary="Use a code up",
        description="Needs an Idempotency-Key. A code is redeemed once; a second time is a 409, "
        "as is a code that is worth nothing.",
        tags=TAGS,
        request=BasketIn,
        responses={200: VerdictOut, **refusals(404, 409)},
    )
    def post(self, request: Request, code: str) -> Response:
        coupon = coupon_of(code)
        return Response(_shown(redeem_coupon(key_of(request).brand, coupon, _basket(request))))


def _basket(request: Request) -> Basket:
    said = BasketIn.of(request).validated_data
    lines: dict[str, int] = {}
    for line in said.get("lines", ()):
        lines[line["product"]] = lines.get(line["product"], 0) + line["total"]
    return Basket(said["total"], lines, has_others=said["with_others"])


def _shown(checked: Checked) -> Any:
    terms, verdict = terms_of(checked.coupon), checked.verdict
    return VerdictOut(
        {
            "code": checked.coupon.code,
            "valid": checked.is_valid,
            "discount": verdict.discount_minor,
            "reason": verdict.reason,
            "message": REASONS.get(verdict.reason, ""),
            "kind": terms.kind,
            "value": terms.value,
            "minimum": terms.minimum_minor,
            "products": sorted(terms.products),
            "expires_on": terms.expires_on,
            "stackable": terms.is_stackable,
        }
    ).data
