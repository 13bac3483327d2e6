"""Pools of vouchers through the API of the brand: made, filled from a list or by us, closed."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id, get_or_404
from accounts.api.base import ApiView, JsonParser
from accounts.api.fields import PublicId, StrictSerializer, Text, Whole
from accounts.api.lists import LIST_PARAMETERS, limit_of, list_response, listed, paged
from accounts.api.schema import refusals
from campaigns.services.coupons import MAX_MADE, MAX_PREFIX, Added, codes_in
from config.kit.csvs import decoded
from config.kit.errors import NotFound
from config.kit.money import MAX_MINOR
from partners.api.partnerships import partnership_behind
from partners.models.vouchers import Voucher, VoucherPool
from partners.rules.vouchers import MAX_VALID_DAYS, normal
from partners.selectors.names import OFFER, PARTNERSHIP, POOL
from partners.selectors.partnerships import active_partnerships
from partners.selectors.vouchers import stocks_of
from partners.services import vouchers

TAGS = ["Vouchers"]
# In one request; a file on the page may have more.
MAX_GIVEN = 20_000
MAX_CODES_BODY = 2 * 1024 * 1024


class CodesCsv(BaseParser):
    """A till's list of codes: the column with a heading of codes, else the first."""

    media_type = "text/csv"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return {"codes": codes_in(decoded(stream.read()))}


@extend_schema_serializer(component_name="VoucherPool")
class PoolIn(StrictSerializer):
    """What each of its vouchers is worth, and how long one holds: `valid_days` from when it is
    given, but not beyond `expires_on`. `makes_more`: we make new codes when it runs low, which
    only fits a till that need not know them before."""

    partnership = Text(max_length=40, allow_blank=False, help_text="prt_..., an active partner's.")
    name = Text(max_length=80, allow_blank=False)
    kind = serializers.ChoiceField(choices=VoucherPool.Kind.choices)
    value = Whole(
        min_value=0,
        max_value=MAX_MINOR,
        default=0,
        help_text="Per cent, or minor units; of an item what it is worth, 0 when nobody said.",
    )
    item = Text(max_length=120, default="", help_text="What the guest gets, such as a dinner.")
    expires_on = serializers.DateField(allow_null=True, default=None)
    valid_days = Whole(min_value=1, max_value=MAX_VALID_DAYS, allow_null=True, default=None)
    low_at = Whole(min_value=0, max_value=100_000, default=20)
    makes_more = serializers.BooleanField(default=False)


@extend_schema_serializer(component_name="VoucherCodesToMake")
class MakeIn(StrictSerializer):
    count = Whole(min_value=1, max_value=MAX_MADE)
    prefix = Text(max_length=MAX_PREFIX, default="", help_text="What each code begins with.")


@extend_schema_serializer(component_name="VoucherCodes")
class CodesIn(StrictSerializer):
    """Codes of the partner's till, codes for us to make, or both."""

    codes = serializers.ListField(child=Text(max_length=200), max_length=MAX_GIVEN, required=False)
    make = MakeIn(required=False, allow_null=True)


@extend_schema_serializer(component_name="VoucherVoid")
class VoidIn(StrictSerializer):
    code = Text(max_length=60, allow_blank=False)
    reason = Text(max_length=200, allow_blank=False)


@extend_schema_serializer(component_name="VoucherPool")
class PoolOut(serializers.Serializer[Any]):
    """`free` can still be given, `given` are with customers and not used. `days_left`: at the use
    of the last weeks; null when none is drawn."""

    id = PublicId(POOL, source="pool.uid")
    partnership = PublicId(PARTNERSHIP, source="pool.partnership.uid")
    offer = PublicId(OFFER, source="pool.offer.uid", default=None, allow_null=True)
    name = serializers.CharField(source="pool.name")
    kind = serializers.CharField(source="pool.kind")
    value = serializers.IntegerField(source="pool.value")
    item = serializers.CharField(source="pool.item")
    expires_on = serializers.DateField(source="pool.expires_on", allow_null=True)
    valid_days = serializers.IntegerField(source="pool.valid_days", allow_null=True)
    makes_more = serializers.BooleanField(source="pool.makes_more")
    codes = serializers.IntegerField()
    free = serializers.IntegerField()
    held = serializers.IntegerField()
    given = serializers.IntegerField()
    redeemed = serializers.IntegerField()
    ended = serializers.IntegerField()
    is_low = serializers.BooleanField()
    days_left = serializers.IntegerField(allow_null=True)
    closed_at = serializers.DateTimeField(source="pool.closed_at", allow_null=True)


@extend_schema_serializer(component_name="VoucherCodesAdded")
class AddedOut(serializers.Serializer[Added]):
    """`known` codes were in this pool already; `refused` cannot be codes, or are of another one."""

    added = serializers.IntegerField()
    known = serializers.IntegerField()
    refused = serializers.IntegerField()


@extend_schema_serializer(component_name="VoucherOfPool")
class VoucherOut(serializers.ModelSerializer[Voucher]):
    """What the partner's till may know of one: never whose it is. `expires_on`: of one that was
    given, its last day."""

    class Meta:
        model = Voucher
        fields = ("code", "state", "expires_on")


class VoucherPools(ApiView):
    scopes = {"GET": "partners:read", "POST": "partners:write"}

    @extend_schema(
        operation_id="list_voucher_pools",
        summary="List pools of vouchers",
        tags=TAGS,
        parameters=[
            *LIST_PARAMETERS,
            OpenApiParameter("partnership", str, description="prt_...: of this one."),
        ],
        responses={200: listed("VoucherPoolList", PoolOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        rows = VoucherPool.objects.all()
        if asked := request.query_params.get("partnership"):
            rows = rows.filter(partnership=partnership_behind(asked))
        return list_response(request, rows, POOL, shown)

    @extend_schema(
        operation_id="create_voucher_pool",
        summary="Create a pool of vouchers",
        description="It has no codes yet. Of an offer the pool comes by itself, worth what both "
        "sides agreed to.",
        tags=TAGS,
        request=PoolIn,
        responses={201: PoolOut, **refusals(404, 409)},
    )
    def post(self, request: Request) -> Response:
        said = dict(PoolIn.of(request).validated_data)
        rows = active_partnerships().select_related("brand")
        partnership = get_by_public_id(rows, PARTNERSHIP, said.pop("partnership"))
        pool = vouchers.create_pool(partnership, **said)
        return Response(shown([pool])[0], 201)


class VoucherPoolDetail(ApiView):
    scopes = {"GET": "partners:read"}

    @extend_schema(
        operation_id="get_voucher_pool",
        summary="Read a pool of vouchers, and how many are left",
        tags=TAGS,
        responses={200: PoolOut, **refusals(404)},
    )
    def get(self, request: Request, pool_id: str) -> Response:
        return Response(shown([pool_behind(pool_id)])[0])


class VoucherPoolCodes(ApiView):
    scopes = {"GET": "partners:write", "POST": "partners:write"}
    parser_classes = (JsonParser, CodesCsv)
    needs_idempotency_key = True
    max_body = MAX_CODES_BODY

    @extend_schema(
        operation_id="list_voucher_codes",
        summary="Export the codes of a pool for the partner's till",
        description="Oldest first. Who has which is not told.",
        tags=TAGS,
        parameters=[
            LIST_PARAMETERS[0],
            OpenApiParameter("starting_after", str, description="A code: return what follows it."),
        ],
        responses={200: listed("VoucherOfPoolList", VoucherOut), **refusals(404)},
    )
    def get(self, request: Request, pool_id: str) -> Response:
        pool, limit = pool_behind(pool_id), limit_of(request)
        after = request.query_params.get("starting_after", "")
        since = get_or_404(_codes(pool), code_norm=normal(after)).pk if after else 0
        rows = list(_codes(pool).filter(pk__gt=since).order_by("pk")[: limit + 1])
        cursor = rows[limit - 1].code if len(rows) > limit else None
        return paged(VoucherOut(rows[:limit], many=True).data, cursor)

    @extend_schema(
        operation_id="add_voucher_codes",
        summary="Add codes to a pool, or have them made",
        description="Needs an Idempotency-Key. JSON, or `text/csv`: a list of the till's, with its "
        "codes under a heading such as `code`, or in the first column. 409 `pool_closed`.",
        tags=TAGS,
        request={"application/json": CodesIn, "text/csv": OpenApiTypes.STR},
        responses={200: AddedOut, **refusals(404, 409, 413)},
    )
    def post(self, request: Request, pool_id: str) -> Response:
        pool = pool_behind(pool_id)
        said = CodesIn.of(request).validated_data
        given = vouchers.add_codes(pool, said.get("codes") or ())
        make = said.get("make")
        made = vouchers.make_codes(pool, **make) if make else 0
        return Response(AddedOut(Added(given.added + made, given.known, given.refused)).data)


class VoucherPoolVoid(ApiView):
    scopes = {"POST": "partners:write"}

    @extend_schema(
        operation_id="void_voucher",
        summary="Take back one voucher that was not used",
        description="At the till it holds no longer. 404 for a code that is not of this pool, or "
        "was used or ended.",
        tags=TAGS,
        request=VoidIn,
        responses={200: PoolOut, **refusals(404)},
    )
    def post(self, request: Request, pool_id: str) -> Response:
        pool = pool_behind(pool_id)
        said = VoidIn.of(request).validated_data
        found = _codes(pool).filter(code_norm=normal(said["code"])).values_list("pk", flat=True)
        if not vouchers.void_vouchers(found, reason=said["reason"]):
            raise NotFound("There is no such code in this pool that was not used.")
        return Response(shown([pool])[0])


class VoucherPoolClose(ApiView):
    scopes = {"POST": "partners:write"}

    @extend_schema(
        operation_id="close_voucher_pool",
        summary="Close a pool: nothing more is given of it, what was given holds",
        tags=TAGS,
        request=None,
        responses={200: PoolOut, **refusals(404)},
    )
    def post(self, request: Request, pool_id: str) -> Response:
        pool = pool_behind(pool_id)
        vouchers.close_pool(pool)
        return Response(shown([pool_behind(pool_id)])[0])


def pool_behind(public_id: str) -> VoucherPool:
    rows = VoucherPool.objects.select_related("brand", "partnership")
    return get_by_public_id(rows, POOL, public_id)


def shown(pools: list[VoucherPool]) -> Any:
    prefetch_related_objects(pools, "partnership", "offer")
    return PoolOut(stocks_of(pools), many=True).data


def _codes(pool: VoucherPool) -> QuerySet[Voucher]:
    return Voucher.objects.filter(pool=pool)
