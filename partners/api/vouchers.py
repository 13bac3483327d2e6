"""Vouchers at the till through the API: the brand's programs name the partner, a partner's own
system speaks for itself. No answer holds anything about the customer."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.fields import Instant, PublicId, StrictSerializer, Text, Whole
from accounts.api.schema import refusals
from partners.api.base import PartnerApiView
from partners.models.partnerships import Partnership
from partners.models.vouchers import Redemption
from partners.selectors.names import PARTNERSHIP, POOL, REDEMPTION
from partners.selectors.vouchers import worth
from partners.services.redemptions import (
    HONOURED,
    MAX_PAID_MINOR,
    Checked,
    check,
    redeem,
    take_back,
    take_back_by_partner,
)

TAGS = ["Vouchers"]
OWN_TAGS = ["Own partnership"]
_ONCE = (
    "Needs an Idempotency-Key: the same key gets the same redemption, at any time. 404 for a code "
    "that is not of this partner, 409 with the reason for one that holds no longer."
)


@extend_schema_serializer(component_name="OwnVoucherCode")
class OwnCheckIn(StrictSerializer):
    code = Text(max_length=60, allow_blank=False)


@extend_schema_serializer(component_name="OwnVoucherRedemption")
class OwnRedeemIn(OwnCheckIn):
    """`at`: when it was used, if that is told later."""

    paid = Whole(
        min_value=0,
        max_value=MAX_PAID_MINOR,
        required=False,
        allow_null=True,
        help_text="What the guest paid, minor units.",
    )
    new_customer = serializers.BooleanField(required=False, allow_null=True, default=None)
    at = Instant(required=False, allow_null=True, default=None)


@extend_schema_serializer(component_name="VoucherCode")
class CheckIn(OwnCheckIn):
    partnership = Text(max_length=40, allow_blank=False, help_text="prt_...")


@extend_schema_serializer(component_name="VoucherRedemption")
class RedeemIn(OwnRedeemIn):
    partnership = Text(max_length=40, allow_blank=False, help_text="prt_...")


@extend_schema_serializer(component_name="VoucherRedemptionTakeBack")
class TakeBackIn(StrictSerializer):
    reason = Text(max_length=200, allow_blank=False)


@extend_schema_serializer(component_name="VoucherChecked")
class CheckedOut(serializers.Serializer[Any]):
    """`value` is per cent or minor units; `reason` says why a code cannot be used: used, expired,
    void, not_given."""

    code = serializers.CharField()
    valid = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)
    worth = serializers.CharField()
    kind = serializers.CharField()
    value = serializers.IntegerField()
    item = serializers.CharField(allow_blank=True)
    last_day = serializers.DateField(allow_null=True)
    redemption = PublicId(REDEMPTION, source="redemption_uid", allow_null=True, default=None)


@extend_schema_serializer(component_name="VoucherRedemption")
class RedemptionOut(serializers.ModelSerializer[Redemption]):
    id = PublicId(REDEMPTION)
    code = serializers.CharField(source="voucher.code")
    pool = PublicId(POOL, source="voucher.pool.uid")
    worth = serializers.SerializerMethodField()
    paid = serializers.IntegerField(source="paid_minor", allow_null=True)
    new_customer = serializers.BooleanField(source="is_new_customer", allow_null=True)

    class Meta:
        model = Redemption
        fields = (
            *("id", "code", "pool", "worth", "via", "paid", "new_customer", "at"),
            *("recorded_at", "taken_back_at", "taken_back_reason"),
        )

    def get_worth(self, redemption: Redemption) -> str:
        return worth(redemption.voucher.pool)


class VoucherCheck(ApiView):
    scopes = {"POST": "vouchers:redeem"}

    @extend_schema(
        operation_id="check_voucher",
        summary="Check a voucher at a partner's till",
        description="Changes nothing.",
        tags=TAGS,
        request=CheckIn,
        responses={200: CheckedOut, **refusals(404, 409)},
    )
    def post(self, request: Request) -> Response:
        said = CheckIn.of(request).validated_data
        return Response(_checked(check(_partnership(said["partnership"]), said["code"])))


class VoucherRedeem(ApiView):
    scopes = {"POST": "vouchers:redeem"}
    needs_idempotency_key = True

    @extend_schema(
        operation_id="redeem_voucher",
        summary="Redeem a voucher at a partner's till",
        description=_ONCE,
        tags=TAGS,
        request=RedeemIn,
        responses={200: RedemptionOut, **refusals(404, 409)},
    )
    def post(self, request: Request) -> Response:
        said = RedeemIn.of(request).validated_data
        return _redeemed(request, _partnership(said["partnership"]), said)


class RedemptionTakeBack(ApiView):
    scopes = {"POST": "vouchers:redeem"}
    needs_idempotency_key = True

    @extend_schema(
        operation_id="take_back_redemption",
        summary="Take a redemption back",
        description="The voucher can be used again, while it holds. A second time changes nothing.",
        tags=TAGS,
        request=TakeBackIn,
        responses={200: RedemptionOut, **refusals(404, 409)},
    )
    def post(self, request: Request, redemption_id: str) -> Response:
        found = get_by_public_id(_redemptions(), REDEMPTION, redemption_id)
        said = TakeBackIn.of(request).validated_data
        return Response(RedemptionOut(take_back(found, **said)).data)


class OwnVouchers(PartnerApiView):
    """What customers were given holds, also when the partnership is suspended or over."""

    opens_in = HONOURED


class OwnVoucherCheck(OwnVouchers):
    scopes = {"POST": "own_vouchers:redeem"}

    @extend_schema(
        operation_id="check_own_voucher",
        summary="Check a voucher of your own",
        description="Changes nothing.",
        tags=OWN_TAGS,
        request=OwnCheckIn,
        responses={200: CheckedOut, **refusals(404)},
    )
    def post(self, request: Request) -> Response:
        said = OwnCheckIn.of(request).validated_data
        return Response(_checked(check(self.partnership, said["code"])))


class OwnVoucherRedeem(OwnVouchers):
    scopes = {"POST": "own_vouchers:redeem"}
    needs_idempotency_key = True

    @extend_schema(
        operation_id="redeem_own_voucher",
        summary="Redeem a voucher of your own",
        description=_ONCE,
        tags=OWN_TAGS,
        request=OwnRedeemIn,
        responses={200: RedemptionOut, **refusals(404, 409)},
    )
    def post(self, request: Request) -> Response:
        return _redeemed(request, self.partnership, OwnRedeemIn.of(request).validated_data)


class OwnRedemptionTakeBack(OwnVouchers):
    scopes = {"POST": "own_vouchers:redeem"}
    needs_idempotency_key = True

    @extend_schema(
        operation_id="take_back_own_redemption",
        summary="Take a redemption of your own back",
        description="For two weeks, or ten minutes where you owe commission for it; later the "
        "brand does it. A second time changes nothing.",
        tags=OWN_TAGS,
        request=TakeBackIn,
        responses={200: RedemptionOut, **refusals(404, 409)},
    )
    def post(self, request: Request, redemption_id: str) -> Response:
        own = _redemptions().filter(voucher__pool__partnership=self.partnership)
        found = get_by_public_id(own, REDEMPTION, redemption_id)
        said = TakeBackIn.of(request).validated_data
        return Response(RedemptionOut(take_back_by_partner(found, **said)).data)


def _partnership(public_id: str) -> Partnership:
    rows = Partnership.objects.select_related("brand")
    return get_by_public_id(rows, PARTNERSHIP, public_id)


def _redemptions() -> Any:
    return Redemption.objects.select_related("voucher__pool__brand")


def _redeemed(request: Request, partnership: Partnership, said: dict[str, Any]) -> Response:
    made = redeem(
        partnership,
        code=said["code"],
        key=request.headers["Idempotency-Key"],
        via=Redemption.Via.API,
        paid_minor=said.get("paid"),
        is_new_customer=said["new_customer"],
        at=said["at"],
    )
    return Response(RedemptionOut(_redemptions().get(pk=made.pk)).data)


def _checked(checked: Checked) -> Any:
    voucher, pool = checked.voucher, checked.voucher.pool
    return CheckedOut(
        {
            "code": voucher.code,
            "valid": checked.is_valid,
            "reason": checked.reason,
            "message": checked.message,
            "worth": worth(pool),
            "kind": pool.kind,
            "value": pool.value,
            "item": pool.item,
            "last_day": voucher.expires_on,
            "redemption_uid": checked.redemption.uid if checked.redemption else None,
        }
    ).data
