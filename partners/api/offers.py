"""Partners' offers through the API of the brand: read, decided on, paused and ended."""

from collections.abc import Callable
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

from accounts.access import get_by_public_id
from accounts.api.acts import act_named
from accounts.api.base import ApiView
from accounts.api.fields import PublicId, StrictSerializer, Text, Whole
from accounts.api.lists import LIST_PARAMETERS, list_response, listed, paged
from accounts.api.schema import refusals
from config.kit.errors import Invalid
from partners.api.partnerships import partnership_behind
from partners.models.offers import Offer, OfferVersion
from partners.selectors.names import OFFER, PARTNERSHIP
from partners.services import approvals, running
from partners.services.delivery import send_offer

TAGS = ["Partner offers"]


@extend_schema_serializer(component_name="PartnerOfferDecision")
class DecisionIn(StrictSerializer):
    """`number` is the version decided on, and to approve it `content_hash` what was read. Asking
    for changes and declining need a `note`, which the partner reads."""

    number = Whole(min_value=1)
    content_hash = Text(max_length=64, default="")
    note = Text(max_length=2000, default="", multiline=True)


@extend_schema_serializer(component_name="PartnerOfferTurn")
class TurnIn(StrictSerializer):
    note = Text(max_length=2000, default="", multiline=True)


@extend_schema_serializer(component_name="PartnerOffer")
class OfferOut(serializers.ModelSerializer[Offer]):
    """`saved`, `submitted` and `approved` are numbers of versions; 0: none."""

    id = PublicId(OFFER)
    partner = PublicId(PARTNERSHIP, source="partnership.uid")
    category = serializers.CharField(source="category.name", default=None, allow_null=True)

    class Meta:
        model = Offer
        fields = (
            *("id", "partner", "name", "state", "saved", "submitted", "approved", "category"),
            *("is_exclusive", "starts_on", "ends_on", "control_percent"),
            *("created_at", "submitted_at", "decided_at"),
        )


@extend_schema_serializer(component_name="PartnerOfferVersion")
class VersionOut(serializers.ModelSerializer[OfferVersion]):
    content = serializers.SerializerMethodField()

    class Meta:
        model = OfferVersion
        fields = ("number", "content", "content_hash", "at")

    @extend_schema_field({"type": "object", "description": "docs/PARTNERS.md lists the fields."})
    def get_content(self, version: OfferVersion) -> Any:
        return version.content


class PartnerOffers(ApiView):
    scopes = {"GET": "partners:read"}

    @extend_schema(
        operation_id="list_partner_offers",
        summary="List partners' offers",
        tags=TAGS,
        parameters=[
            *LIST_PARAMETERS,
            OpenApiParameter("partner", str, description="Only of this partner."),
            OpenApiParameter(
                "state", str, enum=Offer.State.values, description="Only in this state."
            ),
        ],
        responses={200: listed("PartnerOfferList", OfferOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        rows = _rows()
        partner, state = (request.query_params.get(name, "") for name in ("partner", "state"))
        if partner:
            rows = rows.filter(partnership=partnership_behind(partner))
        if state and state not in Offer.State.values:
            raise Invalid.at("state", f"The state is one of {', '.join(Offer.State.values)}.")
        if state:
            rows = rows.filter(state=state)
        return list_response(request, rows, OFFER, shown)


class PartnerOfferDetail(ApiView):
    scopes = {"GET": "partners:read"}

    @extend_schema(
        operation_id="get_partner_offer",
        summary="Read a partner's offer",
        tags=TAGS,
        responses={200: OfferOut, **refusals(404)},
    )
    def get(self, request: Request, offer_id: str) -> Response:
        return Response(shown([offer_behind(offer_id)])[0])


class PartnerOfferVersions(ApiView):
    scopes = {"GET": "partners:read"}

    @extend_schema(
        operation_id="list_partner_offer_versions",
        summary="List what an offer says, the newest version first",
        description="Versions that the partner has not submitted are the partner's own.",
        tags=TAGS,
        responses={200: listed("PartnerOfferVersionList", VersionOut), **refusals(404)},
    )
    def get(self, request: Request, offer_id: str) -> Response:
        offer = offer_behind(offer_id)
        told = offer.steps.filter(act="submitted").values("version")
        rows = offer.versions.filter(number__in=told).order_by("-number")
        return paged(VersionOut(rows, many=True).data)


_Decide = Callable[[Offer, dict[str, Any]], object]
_DECISIONS: dict[str, _Decide] = {
    "approve": lambda row, said: approvals.approve_offer(
        row, number=said["number"], content_hash=said["content_hash"], note=said["note"]
    ),
    "request-changes": lambda row, said: approvals.request_changes(
        row, number=said["number"], note=said["note"]
    ),
    "decline": lambda row, said: approvals.decline_offer(
        row, number=said["number"], note=said["note"]
    ),
}
_TURNS: dict[str, _Decide] = {
    "pause": lambda row, said: running.pause_offer(row, note=said["note"]),
    "resume": lambda row, said: running.resume_offer(row),
    "end": lambda row, said: running.end_offer(row, note=said["note"]),
    "send": lambda row, said: send_offer(row),
}


class PartnerOfferDecide(ApiView):
    scopes = {"POST": "partners:write"}

    @extend_schema(
        operation_id="decide_on_partner_offer",
        summary="Approve one version of an offer, ask for changes, or decline it",
        description="409 `newer_version`: the partner submitted another version meanwhile. 409 "
        "`hash_differs`: it is not what you read. 409 `calendar`: its days are taken.",
        tags=TAGS,
        request=DecisionIn,
        responses={200: OfferOut, **refusals(404, 409)},
    )
    def post(self, request: Request, offer_id: str, act: str) -> Response:
        return _done(request, offer_id, act, _DECISIONS, body=DecisionIn)


class PartnerOfferTurn(ApiView):
    scopes = {"POST": "partners:write"}

    @extend_schema(
        operation_id="turn_partner_offer",
        summary="Pause, resume or end an offer, or send what has not left by itself",
        description="An offer is sent by itself when it goes live. 409 `below_floor`: it would "
        "bring less than you asked of such mailings.",
        tags=TAGS,
        request=TurnIn,
        responses={200: OfferOut, **refusals(404, 409)},
    )
    def post(self, request: Request, offer_id: str, act: str) -> Response:
        return _done(request, offer_id, act, _TURNS, body=TurnIn)


def offer_behind(public_id: str) -> Offer:
    return get_by_public_id(_rows(), OFFER, public_id)


def shown(offers: list[Offer]) -> Any:
    return OfferOut(offers, many=True).data


def _done(
    request: Request,
    public_id: str,
    act: str,
    acts: dict[str, _Decide],
    *,
    body: type[StrictSerializer],
) -> Response:
    offer = offer_behind(public_id)
    act_named(act, acts)(offer, body.of(request).validated_data)
    return Response(shown([offer_behind(public_id)])[0])


def _rows() -> QuerySet[Offer]:
    return Offer.objects.select_related("partnership", "category")
