"""Gift packs through the API of the brand: what they need, who fills it, whose share is whose."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id, get_or_404
from accounts.api.acts import act_named
from accounts.api.base import ApiView
from accounts.api.fields import PublicId, StrictSerializer, Text, Whole
from accounts.api.lists import LIST_PARAMETERS, list_response, listed
from accounts.api.schema import refusals
from config.kit.errors import Invalid
from config.kit.money import MAX_MINOR
from customers.models.products import Product
from partners.models.packs import Pack, PackPart
from partners.models.vouchers import VoucherPool
from partners.rules.occasions import NEEDS
from partners.rules.packs import MOST_PARTS
from partners.selectors.names import PACK, PARTNERSHIP, POOL
from partners.selectors.pack_pages import SplitLine, split_of
from partners.services import packs

TAGS = ["Gift packs"]
PRODUCT = "prd"
_SPLIT = "The split as it is holds for what is sold from the next `start` on."


@extend_schema_serializer(component_name="Pack")
class PackIn(StrictSerializer):
    """`sku` is the product that the shop sells it as. `needs`: what it should hold; left out, a
    new pack begins with what people give together on its occasion."""

    name = Text(max_length=120, allow_blank=False)
    sku = Text(max_length=120, allow_blank=False)
    price = Whole(min_value=1, max_value=MAX_MINOR, help_text="Minor units.")
    occasion = serializers.ChoiceField(choices=["", *NEEDS], default="")
    needs = serializers.ListField(
        child=Text(max_length=60, allow_blank=False), max_length=MOST_PARTS, required=False
    )


@extend_schema_serializer(component_name="PackChange")
class ChangeIn(StrictSerializer):
    """What is left out stays as it is."""

    name = Text(max_length=120, allow_blank=False, required=False)
    sku = Text(max_length=120, allow_blank=False, required=False)
    price = Whole(min_value=1, max_value=MAX_MINOR, required=False)
    occasion = serializers.ChoiceField(choices=["", *NEEDS], required=False)


@extend_schema_serializer(component_name="PackFilling")
class FillIn(StrictSerializer):
    """Your own product, or a pool of a partner's or a sister brand's vouchers; without either,
    nobody fills it: a partner is wanted."""

    product = Text(max_length=40, allow_blank=False, allow_null=True, default=None)
    pool = Text(max_length=40, allow_blank=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["product"] and attrs["pool"]:
            raise serializers.ValidationError({"pool": "Name a product or a pool, not both."})
        return attrs


@extend_schema_serializer(component_name="PackNeed")
class NeedIn(FillIn):
    need = Text(max_length=60, allow_blank=False)


@extend_schema_serializer(component_name="PackShare")
class ShareIn(StrictSerializer):
    """`weight`: its part of the price in relation to the others'. `keeper`: who keeps it when its
    voucher expires unused."""

    position = Whole(min_value=0)
    weight = Whole(min_value=0, max_value=10**9)
    keeper = serializers.ChoiceField(choices=PackPart.Keeper.choices, required=False)


@extend_schema_serializer(component_name="PackSplit")
class SplitIn(StrictSerializer):
    shares = serializers.ListField(child=ShareIn(), max_length=MOST_PARTS)


@extend_schema_serializer(component_name="PackPart")
class PartOut(serializers.Serializer[SplitLine]):
    """`kind` own, sister, partner, or wanted: a gap. `share` of the price, minor units."""

    position = serializers.IntegerField(source="part.position")
    need = serializers.CharField(source="part.need")
    kind = serializers.CharField(source="part.kind")
    title = serializers.CharField()
    product = PublicId(PRODUCT, source="part.product.uid", default=None, allow_null=True)
    pool = PublicId(POOL, source="part.pool.uid", default=None, allow_null=True)
    partner = PublicId(
        PARTNERSHIP, source="part.pool.partnership.uid", default=None, allow_null=True
    )
    weight = serializers.IntegerField(source="part.weight")
    share = serializers.IntegerField(source="share_minor")
    keeper = serializers.CharField(source="part.keeper")


@extend_schema_serializer(component_name="Pack")
class PackOut(serializers.ModelSerializer[Pack]):
    """`wanted` are its needs that nobody fills yet. `version` is the number of the split that
    holds for what is sold; 0: none yet."""

    id = PublicId(PACK)
    price = serializers.IntegerField(source="price_minor")
    wanted = serializers.SerializerMethodField()

    class Meta:
        model = Pack
        fields = (
            *("id", "name", "sku", "price", "occasion", "state", "version", "live_from"),
            *("ended_at", "wanted", "created_at"),
        )

    def get_wanted(self, pack: Pack) -> list[str]:
        parts = sorted(pack.parts.all(), key=lambda part: part.position)
        return [part.need for part in parts if part.kind == PackPart.Kind.WANTED]


@extend_schema_serializer(component_name="PackWithParts")
class PackWholeOut(serializers.Serializer[Any]):
    """`is_in_use`: what is sold now is split as `parts` say."""

    pack = PackOut()
    parts = PartOut(many=True, source="lines")
    is_in_use = serializers.BooleanField()


class Packs(ApiView):
    scopes = {"GET": "partners:read", "POST": "partners:write"}

    @extend_schema(
        operation_id="list_packs",
        summary="List gift packs, with what each still needs",
        tags=TAGS,
        parameters=LIST_PARAMETERS,
        responses={200: listed("PackList", PackOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        return list_response(request, _rows(), PACK, _listed)

    @extend_schema(
        operation_id="create_pack",
        summary="Create a gift pack",
        description="A draft: fill its needs, split its price, then start it.",
        tags=TAGS,
        request=PackIn,
        responses={201: PackWholeOut, **refusals()},
    )
    def post(self, request: Request) -> Response:
        said = _priced(PackIn.of(request).validated_data)
        needs = said.pop("needs", NEEDS.get(said["occasion"], ()))
        return Response(_whole(packs.create_pack(**said, needs=needs)), 201)


class PackDetail(ApiView):
    scopes = {"GET": "partners:read", "PATCH": "partners:write"}

    @extend_schema(
        operation_id="get_pack",
        summary="Read a gift pack: its needs, who fills them, and each one's share",
        tags=TAGS,
        responses={200: PackWholeOut, **refusals(404)},
    )
    def get(self, request: Request, pack_id: str) -> Response:
        return Response(_whole(pack_behind(pack_id)))

    @extend_schema(
        operation_id="change_pack",
        summary="Change what a gift pack is called, sold as and costs",
        description="409 `sku_fixed`: it is or was on sale as another product.",
        tags=TAGS,
        request=ChangeIn,
        responses={200: PackWholeOut, **refusals(404, 409)},
    )
    def patch(self, request: Request, pack_id: str) -> Response:
        pack = pack_behind(pack_id)
        names = ("name", "sku", "price_minor", "occasion")
        said = {name: getattr(pack, name) for name in names}
        packs.change_pack(pack, **said | _priced(ChangeIn.of(request).validated_data))
        return Response(_whole(pack))


class PackNeeds(ApiView):
    scopes = {"POST": "partners:write"}

    @extend_schema(
        operation_id="add_pack_need",
        summary="Add something a gift pack should hold, and who fills it",
        tags=TAGS,
        request=NeedIn,
        responses={201: PackWholeOut, **refusals(404, 409)},
    )
    def post(self, request: Request, pack_id: str) -> Response:
        pack = pack_behind(pack_id)
        said = NeedIn.of(request).validated_data
        _fill(packs.add_need(pack, said["need"]), said)
        return Response(_whole(pack), 201)


class PackNeed(ApiView):
    scopes = {"PUT": "partners:write", "DELETE": "partners:write"}

    @extend_schema(
        operation_id="fill_pack_need",
        summary="Say who fills a need of a gift pack",
        description=f"{_SPLIT} 409 `partner_not_active`, `pool_not_for_packs`.",
        tags=TAGS,
        request=FillIn,
        responses={200: PackWholeOut, **refusals(404, 409)},
    )
    def put(self, request: Request, pack_id: str, position: str) -> Response:
        pack, part = _part(pack_id, position)
        _fill(part, FillIn.of(request).validated_data)
        return Response(_whole(pack))

    @extend_schema(
        operation_id="remove_pack_need",
        summary="Take a need out of a gift pack",
        description=f"What is sold already keeps it. {_SPLIT}",
        tags=TAGS,
        responses={200: PackWholeOut, **refusals(404)},
    )
    def delete(self, request: Request, pack_id: str, position: str) -> Response:
        pack, part = _part(pack_id, position)
        packs.remove_part(part)
        return Response(_whole(pack))


class PackSplit(ApiView):
    scopes = {"PUT": "partners:write"}

    @extend_schema(
        operation_id="split_pack",
        summary="Say whose share of a gift pack's price is how large",
        description=f"What is left out stays as it is. {_SPLIT}",
        tags=TAGS,
        request=SplitIn,
        responses={200: PackWholeOut, **refusals(404)},
    )
    def put(self, request: Request, pack_id: str) -> Response:
        pack = pack_behind(pack_id)
        shares = SplitIn.of(request).validated_data["shares"]
        ids = dict(pack.parts.values_list("position", "pk"))
        for nth, share in enumerate(shares):
            if share["position"] not in ids:
                raise Invalid.at(f"shares/{nth}/position", "The pack has no part at this position.")
        packs.set_split(
            pack,
            weights={ids[share["position"]]: share["weight"] for share in shares},
            keepers={ids[s["position"]]: s["keeper"] for s in shares if "keeper" in s},
        )
        return Response(_whole(pack))


_ACTS: dict[str, Callable[[Pack], object]] = {
    "start": lambda pack: (
        packs.use_table(pack) if pack.state == Pack.State.LIVE else packs.start_pack(pack)
    ),
    "end": packs.end_pack,
}


class PackAct(ApiView):
    scopes = {"POST": "partners:write"}

    @extend_schema(
        operation_id="turn_pack",
        summary="Start a gift pack, or end it",
        description="`start`: orders of its product are sales of it from now on, split as it is "
        "now; of one on sale, the split as it is now holds from now on. 409 `pack_empty`, "
        "`pack_without_split`, `sku_taken`.",
        tags=TAGS,
        request=None,
        responses={200: PackWholeOut, **refusals(404, 409)},
    )
    def post(self, request: Request, pack_id: str, act: str) -> Response:
        pack = pack_behind(pack_id)
        act_named(act, _ACTS)(pack)
        return Response(_whole(pack))


def pack_behind(public_id: str) -> Pack:
    return get_by_public_id(_rows(), PACK, public_id)


def _rows() -> QuerySet[Pack]:
    return Pack.objects.prefetch_related("parts")


def _part(public_id: str, position: str) -> tuple[Pack, PackPart]:
    pack = pack_behind(public_id)
    number = int(position) if position.isdecimal() and len(position) < 9 else -1
    return pack, get_or_404(PackPart, pack=pack, position=number)


def _fill(part: PackPart, said: dict[str, Any]) -> None:
    if said["product"]:
        packs.fill_with_product(part, get_by_public_id(Product, PRODUCT, said["product"]))
    elif said["pool"]:
        pools = VoucherPool.objects.select_related("partnership")
        packs.fill_with_pool(part, get_by_public_id(pools, POOL, said["pool"]))
    else:
        packs.empty_part(part)


def _priced(said: dict[str, Any]) -> dict[str, Any]:
    return {"price_minor" if name == "price" else name: value for name, value in said.items()}


def _listed(rows: list[Pack]) -> Any:
    return PackOut(rows, many=True).data


def _whole(pack: Pack) -> Any:
    """As it is now, whatever was done to it."""
    row = _rows().get(pk=pack.pk)
    split = split_of(row)
    return PackWholeOut({"pack": row, "lines": split.lines, "is_in_use": split.is_in_use}).data
