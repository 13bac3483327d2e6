"""Batches of coupon codes through the API: made, filled, exported, chosen for a campaign."""

from typing import Any

from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.fields import PublicId, StrictSerializer, Text, Whole
from accounts.api.lists import LIST_PARAMETERS, limit_of, list_response, listed, paged
from accounts.api.schema import refusals
from campaigns.api.campaigns import CAMPAIGN
from campaigns.models.campaigns import Campaign
from campaigns.models.coupons import Coupon, CouponBatch
from campaigns.models.shops import Shop
from campaigns.rules.coupons import MAX_CODE
from campaigns.selectors.coupons import BATCH, coupons_after, stocks_of
from campaigns.selectors.shops import SHOP, InShop, in_shop, in_shops
from campaigns.services.coupons import (
    MAX_MADE,
    MAX_PREFIX,
    Added,
    add_codes,
    choose_batch,
    coupon_of,
    create_batch,
    make_codes,
)
from campaigns.services.shops import request_again, request_codes
from config.kit.errors import NotFound
from config.kit.money import MAX_MINOR

CUSTOMER = "cus"
TAGS = ["Coupons"]
# In one request; a file on the page may have more.
MAX_GIVEN = 20_000
MAX_CODES_BODY = 2 * 1024 * 1024


@extend_schema_serializer(component_name="CouponsToMake")
class MakeIn(StrictSerializer):
    count = Whole(min_value=1, max_value=MAX_MADE)
    prefix = Text(max_length=MAX_PREFIX, default="", help_text="What each code begins with.")
    shop = Text(
        max_length=40,
        required=False,
        allow_blank=False,
        help_text="shp_...: have this shop make them. Only for a batch without any; they are free "
        "once the shop has confirmed them.",
    )


@extend_schema_serializer(component_name="CouponCodes")
class CodesIn(StrictSerializer):
    """Codes the shop has made, codes for us to make, or both."""

    codes = serializers.ListField(
        child=Text(max_length=MAX_CODE), max_length=MAX_GIVEN, required=False
    )
    make = MakeIn(required=False, allow_null=True)


@extend_schema_serializer(component_name="CouponBatch")
class BatchIn(CodesIn):
    """What the codes are worth, and the first of them."""

    name = Text(max_length=80, allow_blank=False)
    kind = serializers.ChoiceField(choices=CouponBatch.Kind.choices)
    value = Whole(min_value=1, max_value=MAX_MINOR, help_text="Per cent, or minor units.")
    minimum = Whole(
        min_value=0, max_value=MAX_MINOR, default=0, help_text="Smallest order, minor units."
    )
    products = serializers.ListField(
        child=Text(max_length=120), max_length=200, default=list, help_text="Empty: everything."
    )
    expires_on = serializers.DateField(allow_null=True, default=None)
    stackable = serializers.BooleanField(default=False)


@extend_schema_serializer(component_name="CouponBatchInShop")
class InShopOut(serializers.Serializer[InShop]):
    """How far the shop is: requested, creating, confirmed or failed; `message` says what went
    wrong, if anything did."""

    id = PublicId(SHOP, source="asked.shop.uid")
    state = serializers.CharField(source="asked.state")
    message = serializers.CharField(source="asked.error", allow_blank=True)
    confirmed = serializers.IntegerField(source="made")
    waiting = serializers.IntegerField()
    refused = serializers.IntegerField()


@extend_schema_serializer(component_name="CouponBatch")
class BatchOut(serializers.ModelSerializer[CouponBatch]):
    """`free` codes can still be given to somebody."""

    id = PublicId(BATCH)
    minimum = serializers.IntegerField(source="minimum_minor")
    stackable = serializers.BooleanField(source="is_stackable")
    codes = serializers.SerializerMethodField()
    drawn = serializers.SerializerMethodField()
    redeemed = serializers.SerializerMethodField()
    free = serializers.SerializerMethodField()
    shop = serializers.SerializerMethodField()

    class Meta:
        model = CouponBatch
        fields = (
            *("id", "name", "kind", "value", "minimum", "products", "expires_on", "stackable"),
            *("codes", "drawn", "redeemed", "free", "shop", "created_at"),
        )

    def get_codes(self, batch: CouponBatch) -> int:
        return int(self.context["stocks"][batch.pk].codes)

    def get_drawn(self, batch: CouponBatch) -> int:
        return int(self.context["stocks"][batch.pk].drawn)

    def get_redeemed(self, batch: CouponBatch) -> int:
        return int(self.context["stocks"][batch.pk].redeemed)

    def get_free(self, batch: CouponBatch) -> int:
        return int(self.context["stocks"][batch.pk].free)

    @extend_schema_field(InShopOut(allow_null=True))
    def get_shop(self, batch: CouponBatch) -> Any:
        found = self.context["shops"].get(batch.pk)
        return InShopOut(found).data if found else None


@extend_schema_serializer(component_name="CouponsAdded")
class AddedOut(serializers.Serializer[Added]):
    """`known` codes were there already, here or in another batch; `refused` cannot be codes."""

    added = serializers.IntegerField()
    known = serializers.IntegerField()
    refused = serializers.IntegerField()


@extend_schema_serializer(component_name="Coupon")
class CodeOut(serializers.ModelSerializer[Coupon]):
    customer = PublicId(CUSTOMER, source="customer.uid", default=None, allow_null=True)
    campaign = PublicId(CAMPAIGN, source="campaign.uid", default=None, allow_null=True)

    class Meta:
        model = Coupon
        fields = ("code", "customer", "campaign", "drawn_at", "redeemed_at")


@extend_schema_serializer(component_name="CampaignCouponBatch")
class ChoiceIn(StrictSerializer):
    batch = Text(max_length=40, allow_blank=False, allow_null=True, help_text="cpb_..., or null.")


class CouponBatches(ApiView):
    scopes = {"GET": "coupons:read", "POST": "coupons:write"}
    max_body = MAX_CODES_BODY

    @extend_schema(
        operation_id="list_coupon_batches",
        summary="List coupon batches",
        tags=TAGS,
        parameters=LIST_PARAMETERS,
        responses={200: listed("CouponBatchList", BatchOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        return list_response(request, CouponBatch.objects.all(), BATCH, shown)

    @extend_schema(
        operation_id="create_coupon_batch",
        summary="Create a coupon batch",
        tags=TAGS,
        request=BatchIn,
        responses={201: BatchOut, **refusals(409, 413)},
    )
    def post(self, request: Request) -> Response:
        said = BatchIn.of(request).validated_data
        batch = create_batch(
            name=said["name"],
            kind=said["kind"],
            value=said["value"],
            minimum_minor=said["minimum"],
            products=said["products"],
            expires_on=said["expires_on"],
            is_stackable=said["stackable"],
        )
        _fill(batch, said)
        batch.refresh_from_db(fields=["uid"])
        return Response(shown([batch])[0], 201)


class CouponBatchDetail(ApiView):
    scopes = {"GET": "coupons:read"}

    @extend_schema(
        operation_id="get_coupon_batch",
        summary="Read a coupon batch, and how many codes are left",
        tags=TAGS,
        responses={200: BatchOut, **refusals(404)},
    )
    def get(self, request: Request, batch_id: str) -> Response:
        return Response(shown([get_by_public_id(CouponBatch, BATCH, batch_id)])[0])


class CouponBatchCodes(ApiView):
    scopes = {"GET": "coupons:read", "POST": "coupons:write"}
    max_body = MAX_CODES_BODY

    @extend_schema(
        operation_id="list_coupon_codes",
        summary="Export the codes of a batch, and who was given them",
        description="Oldest first.",
        tags=TAGS,
        parameters=[
            LIST_PARAMETERS[0],
            OpenApiParameter("starting_after", str, description="A code: return what follows it."),
        ],
        responses={200: listed("CouponList", CodeOut), **refusals(404)},
    )
    def get(self, request: Request, batch_id: str) -> Response:
        batch, limit = get_by_public_id(CouponBatch, BATCH, batch_id), limit_of(request)
        after = request.query_params.get("starting_after", "")
        since = coupon_of(after).pk if after else 0
        rows = coupons_after(batch.pk, after=since, limit=limit + 1)
        cursor = rows[limit - 1].code if len(rows) > limit else None
        return paged(CodeOut(rows[:limit], many=True).data, cursor)

    @extend_schema(
        operation_id="add_coupon_codes",
        summary="Add codes to a batch",
        tags=TAGS,
        request=CodesIn,
        responses={200: AddedOut, **refusals(404, 413)},
    )
    def post(self, request: Request, batch_id: str) -> Response:
        batch = get_by_public_id(CouponBatch, BATCH, batch_id)
        return Response(AddedOut(_fill(batch, CodesIn.of(request).validated_data)).data)


class CouponBatchRetry(ApiView):
    scopes = {"POST": "coupons:write"}

    @extend_schema(
        operation_id="retry_coupon_batch",
        summary="Go on with a batch that failed in the shop",
        tags=TAGS,
        request=None,
        responses={202: BatchOut, **refusals(404, 409)},
    )
    def post(self, request: Request, batch_id: str) -> Response:
        batch = get_by_public_id(CouponBatch, BATCH, batch_id)
        found = in_shop(batch)
        if found is None:
            raise NotFound("No shop makes the codes of this batch.")
        request_again(found.asked)
        return Response(shown([batch])[0], 202)


class CampaignCouponBatch(ApiView):
    scopes = {"PUT": "campaigns:write"}

    @extend_schema(
        operation_id="choose_coupon_batch",
        summary="Choose where a draft's personal field `coupon` takes its codes from",
        tags=["Campaigns"],
        request=ChoiceIn,
        responses={200: ChoiceIn, **refusals(404, 409)},
    )
    def put(self, request: Request, campaign_id: str) -> Response:
        campaign = get_by_public_id(Campaign, CAMPAIGN, campaign_id)
        named = ChoiceIn.of(request).validated_data["batch"]
        choose_batch(campaign, get_by_public_id(CouponBatch, BATCH, named) if named else None)
        return Response({"batch": named})


def shown(batches: list[CouponBatch]) -> Any:
    context = {"stocks": stocks_of(batches), "shops": in_shops(batches)}
    return BatchOut(batches, many=True, context=context).data


def _fill(batch: CouponBatch, said: dict[str, Any]) -> Added:
    given = add_codes(batch, said.get("codes") or ())
    make = dict(said.get("make") or {})
    shop = make.pop("shop", "")
    made = 0
    if shop:
        request_codes(batch, shop=get_by_public_id(Shop, SHOP, shop), **make)
        made = make["count"]
    elif make:
        made = make_codes(batch, **make)
    return Added(given.added + made, given.known, given.refused)
