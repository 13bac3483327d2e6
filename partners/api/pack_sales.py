"""What was sold of gift packs, through the API: each sale, and where the money went."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_or_404
from accounts.api.base import ApiView
from accounts.api.fields import PublicId
from accounts.api.keys import key_of
from accounts.api.lists import LIST_PARAMETERS, limit_of, listed, paged
from accounts.api.schema import refusals
from config.kit import ids
from partners.api.packs import TAGS, pack_behind
from partners.models.packs import PackItem, PackSale
from partners.selectors.names import PARTNERSHIP
from partners.selectors.pack_pages import Figures, PartFigures, Party, figures_of
from partners.selectors.packs import latest_items

ORDER = "ord"


@extend_schema_serializer(component_name="PackSaleItem")
class ItemOut(serializers.ModelSerializer[PackItem]):
    """One part of one pack that was sold. `state`: waiting (for a voucher), issued, redeemed,
    expired, refunded, void (the order was cancelled), stranded (its partner is gone)."""

    partner = PublicId(PARTNERSHIP, source="partnership.uid", default=None, allow_null=True)
    amount = serializers.IntegerField(source="amount_minor")
    code = serializers.CharField(source="voucher.code", default=None, allow_null=True)

    class Meta:
        model = PackItem
        fields = ("unit", "position", "partner", "amount", "state", "code", "issued_at", "ended_at")


@extend_schema_serializer(component_name="PackSale")
class SaleOut(serializers.ModelSerializer[PackSale]):
    """What an order sold of a pack. Amounts are minor units; `version` of the split that held."""

    order = PublicId(ORDER, source="order.uid")
    version = serializers.IntegerField(source="version.number")
    money = serializers.IntegerField(source="money_minor")
    refunded = serializers.IntegerField(source="refunded_minor")
    items = serializers.SerializerMethodField()

    class Meta:
        model = PackSale
        fields = (
            *("order", "version", "quantity", "money", "refunded", "sold_at", "cancelled_at"),
            "items",
        )

    @extend_schema_field(ItemOut(many=True))
    def get_items(self, sale: PackSale) -> Any:
        return ItemOut(self.context["items"].get(sale.pk, []), many=True).data


@extend_schema_serializer(component_name="PackPartResults")
class PartResultsOut(serializers.Serializer[PartFigures]):
    need = serializers.CharField()
    title = serializers.CharField()
    partner = serializers.CharField(allow_blank=True)
    sold = serializers.IntegerField()
    waiting = serializers.SerializerMethodField()
    issued = serializers.IntegerField()
    redeemed = serializers.SerializerMethodField()
    expired = serializers.SerializerMethodField()
    refunded = serializers.SerializerMethodField()
    stranded = serializers.SerializerMethodField()

    def get_waiting(self, part: PartFigures) -> int:
        return part.counts[PackItem.State.WAITING]

    def get_redeemed(self, part: PartFigures) -> int:
        return part.counts[PackItem.State.REDEEMED]

    def get_expired(self, part: PartFigures) -> int:
        return part.counts[PackItem.State.EXPIRED]

    def get_refunded(self, part: PartFigures) -> int:
        return part.counts[PackItem.State.REFUNDED]

    def get_stranded(self, part: PartFigures) -> int:
        return part.counts[PackItem.State.STRANDED]


@extend_schema_serializer(component_name="PackParty")
class PartyOut(serializers.Serializer[Party]):
    name = serializers.CharField()
    amount = serializers.IntegerField(source="minor")


@extend_schema_serializer(component_name="PackResults")
class ResultsOut(serializers.Serializer[Figures]):
    """Minor units: `taken` = `given_back` + what the parties hold; `difference` is 0, always."""

    sold = serializers.IntegerField()
    taken = serializers.IntegerField(source="money.taken_minor")
    given_back = serializers.IntegerField(source="money.given_back_minor")
    difference = serializers.IntegerField(source="money.difference_minor")
    parts = PartResultsOut(many=True)
    parties = PartyOut(many=True)


class PackSales(ApiView):
    scopes = {"GET": "partners:read"}

    @extend_schema(
        operation_id="list_pack_sales",
        summary="List what was sold of a gift pack, and what became of each part",
        description="Newest first.",
        tags=TAGS,
        parameters=[
            LIST_PARAMETERS[0],
            OpenApiParameter(
                "starting_after", str, description="ord_...: return what precedes its sale."
            ),
        ],
        responses={200: listed("PackSaleList", SaleOut), **refusals(404)},
    )
    def get(self, request: Request, pack_id: str) -> Response:
        rows: QuerySet[PackSale] = PackSale.objects.filter(pack=pack_behind(pack_id))
        limit, after = limit_of(request), request.query_params.get("starting_after", "")
        if after:
            named = get_or_404(rows, order__uid=ids.decode(ORDER, after))
            rows = rows.filter(pk__lt=named.pk)
        found = list(rows.select_related("order", "version").order_by("-pk")[: limit + 1])
        shown, more = found[:limit], len(found) > limit
        cursor = ids.encode(ORDER, shown[-1].order.uid) if more else None
        return paged(SaleOut(shown, many=True, context={"items": _items(shown)}).data, cursor)


class PackResults(ApiView):
    scopes = {"GET": "partners:read"}

    @extend_schema(
        operation_id="get_pack_results",
        summary="Read what a gift pack brought, and who holds it",
        tags=TAGS,
        responses={200: ResultsOut, **refusals(404)},
    )
    def get(self, request: Request, pack_id: str) -> Response:
        return Response(ResultsOut(figures_of(pack_behind(pack_id), key_of(request).brand)).data)


def _items(sales: list[PackSale]) -> dict[int, list[PackItem]]:
    found: dict[int, list[PackItem]] = {}
    rows = latest_items(PackSale.objects.filter(pk__in=[sale.pk for sale in sales]))
    for item in sorted(rows, key=lambda item: (item.unit, item.position)):
        found.setdefault(item.sale_id, []).append(item)
    return found
