"""Sister brands through the API: what each brand of an agency grants the other in writing, by the
hash of the words that were read, and what the two settled."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.fields import PublicId, StrictSerializer, Text
from accounts.api.keys import key_of
from accounts.api.lists import LIST_PARAMETERS, list_response, listed, paged
from accounts.api.schema import refusals
from accounts.models.brands import Brand
from accounts.selectors.brands import reachable_brands
from config.kit.errors import NotAllowed, NotFound
from partners.models.sisters import SisterPact, SisterSettlement
from partners.selectors import sisters as selectors
from partners.selectors.names import PARTNERSHIP, SISTER, SISTER_SETTLEMENT
from partners.services.sisters import grant_pact, propose_pact, withdraw_grant

TAGS = ["Sister brands"]


@extend_schema_serializer(component_name="SisterProposal")
class ProposalIn(StrictSerializer):
    """`other` is the address (slug) of a brand of the same agency, which whoever made the key may
    open too. `host`: whether your customers are asked, or theirs, to whom you offer."""

    other = Text(max_length=60, allow_blank=False)
    host = serializers.BooleanField()


@extend_schema_serializer(component_name="SisterGrant")
class GrantIn(StrictSerializer):
    """`words_hash` is that of the words that were read."""

    words_hash = Text(max_length=64, allow_blank=False)


@extend_schema_serializer(component_name="SisterBrand")
class SisterOut(serializers.Serializer[Any]):
    """`words` are those to grant, or that were granted; both grants have to stand. Then the
    partnership of the host with the guest is there: terms and offers are as with any partner."""

    id = PublicId(SISTER, source="pact.uid")
    side = serializers.CharField()
    other = serializers.CharField(source="other.name")
    words = serializers.CharField()
    words_hash = serializers.CharField()
    granted_at = serializers.DateTimeField(source="grant.at", default=None, allow_null=True)
    other_granted = serializers.BooleanField()
    stands = serializers.BooleanField(source="pact.stands")
    partnership = PublicId(PARTNERSHIP, source="pact.partnership_uid", allow_null=True)


@extend_schema_serializer(component_name="SisterSettlement")
class SettlementOut(serializers.ModelSerializer[SisterSettlement]):
    """`amount` is what the guest was paid (negative: it paid), minor units of `currency`.
    `reference` stands as the reason of one journal in each brand's books; `mirrored_at`: when the
    guest's books had theirs."""

    id = PublicId(SISTER_SETTLEMENT)
    sister = PublicId(SISTER, source="pact.uid")
    amount = serializers.IntegerField(source="amount_minor")
    reference = serializers.SerializerMethodField()

    class Meta:
        model = SisterSettlement
        fields = ("id", "sister", "amount", "currency", "reference", "at", "mirrored_at")

    def get_reference(self, settlement: SisterSettlement) -> str:
        return selectors.reference_of(settlement)


class SisterBrands(ApiView):
    scopes = {"GET": "partners:read", "POST": "partners:write"}

    @extend_schema(
        operation_id="list_sister_brands",
        summary="List what is granted to sister brands and by them, or waits for it",
        tags=TAGS,
        responses={200: listed("SisterBrandList", SisterOut), **refusals()},
    )
    def get(self, request: Request) -> Response:
        return paged(SisterOut(selectors.pacts_of(key_of(request).brand), many=True).data)

    @extend_schema(
        operation_id="propose_sister_brand",
        summary="Propose to work with another brand of the same agency",
        description="Nothing holds before both brands have granted it.",
        tags=TAGS,
        request=ProposalIn,
        responses={201: SisterOut, **refusals()},
    )
    def post(self, request: Request) -> Response:
        said = ProposalIn.of(request).validated_data
        brand = key_of(request).brand
        other = _reached(request, said["other"])
        host, guest = (brand, other) if said["host"] else (other, brand)
        return Response(_shown(brand, propose_pact(host=host, guest=guest)), 201)


class SisterBrandDetail(ApiView):
    scopes = {"GET": "partners:read"}

    @extend_schema(
        operation_id="get_sister_brand",
        summary="Read what is granted between you and a sister brand",
        tags=TAGS,
        responses={200: SisterOut, **refusals(404)},
    )
    def get(self, request: Request, sister_id: str) -> Response:
        brand = key_of(request).brand
        return Response(_shown(brand, _pact(brand, sister_id)))


class SisterBrandGrant(ApiView):
    scopes = {"POST": "sisters:write", "DELETE": "sisters:write"}

    @extend_schema(
        operation_id="grant_sister_brand",
        summary="Give your brand's written grant",
        description="In the name of whoever made the key. Given before, it stays as it was. 409 "
        "`changed`: these are not the words that you read.",
        tags=TAGS,
        request=GrantIn,
        responses={200: SisterOut, **refusals(404, 409)},
    )
    def post(self, request: Request, sister_id: str) -> Response:
        brand = key_of(request).brand
        pact = _pact(brand, sister_id)
        said = GrantIn.of(request).validated_data
        grant_pact(pact, by_id=_person(request, brand), words_hash=said["words_hash"])
        return Response(_shown(brand, pact))

    @extend_schema(
        operation_id="withdraw_sister_grant",
        summary="Withdraw your brand's grant",
        description="From this moment nothing of it is sent, shown or redeemed. A second time "
        "changes nothing.",
        tags=TAGS,
        responses={200: SisterOut, **refusals(404)},
    )
    def delete(self, request: Request, sister_id: str) -> Response:
        brand = key_of(request).brand
        pact = _pact(brand, sister_id)
        withdraw_grant(pact, by_id=key_of(request).created_by_id)
        return Response(_shown(brand, pact))


class SisterSettlements(ApiView):
    scopes = {"GET": "partners:read"}

    @extend_schema(
        operation_id="list_sister_settlements",
        summary="List what was settled with sister brands",
        tags=TAGS,
        parameters=LIST_PARAMETERS,
        responses={200: listed("SisterSettlementList", SettlementOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        rows = selectors.settlements_of(key_of(request).brand)
        return list_response(
            request,
            rows,
            SISTER_SETTLEMENT,
            _settled,
            among=rows,
        )


def _settled(rows: list[SisterSettlement]) -> Any:
    return SettlementOut(rows, many=True).data


def _pact(brand: Brand, sister_id: str) -> SisterPact:
    """One of this brand's, or NotFound."""
    rows = SisterPact.objects.select_related("host", "guest").filter(selectors.of_brand(brand))
    return get_by_public_id(rows, SISTER, sister_id)


def _shown(brand: Brand, pact: SisterPact) -> Any:
    return SisterOut(next(p for p in selectors.pacts_of(brand) if p.pact.pk == pact.pk)).data


def _reached(request: Request, slug: str) -> Brand:
    """A brand that whoever made the key may open, so that nobody learns of others."""
    by = key_of(request).created_by
    reached = reachable_brands(by) if by is not None else []
    found = next((each.brand for each in reached if each.brand.slug == slug), None)
    if found is None:
        raise NotFound(f"There is no brand {slug!r} for this key.")
    return found


def _person(request: Request, brand: Brand) -> int:
    """A written grant is that of somebody who may change the brand's settings: a key whose maker
    may not any more gives none."""
    by = key_of(request).created_by
    reached = reachable_brands(by) if by is not None and by.is_active else []
    may = next((each.permissions for each in reached if each.brand.pk == brand.pk), frozenset())
    if by is None or "brand.edit" not in may:
        raise NotAllowed(
            "Whoever made this key may not grant this any more. Make a new key, and grant it by "
            "that."
        )
    return by.pk
